//! The fields of a product that only indexes use. They are written with the product in one update, and do not depend on
//! its stock, so that sales do not write them.

use super::facet_terms::facet_terms;
use super::facet_values::encode;
use super::term::Term;
use super::terms::{SearchableFields, terms, terms_version};
use crate::db::to_bson;
use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::search::Language;
use bson::{Bson, Document};
use mongodb::error::Error;
use serde::Serialize;
use std::collections::BTreeSet;

/// The fields.
#[derive(Debug, Serialize)]
pub(super) struct IndexKeys {
    /// The terms by which lists and searches find the product.
    terms: BTreeSet<Term>,
    /// The terms by which facets find it: some of `terms`, and one that all products have.
    facet_terms: BTreeSet<Term>,
    /// The values by which facets count it.
    facet_values: String,
    /// The language and the version of the rules by which these fields are computed.
    terms_version: String,
}

impl IndexKeys {
    pub(super) fn of<'a>(
        fields: SearchableFields<'_>,
        base_price: Money,
        variants: impl Iterator<Item = &'a Variant> + Clone,
        language: Language,
    ) -> Result<Self, Overflow> {
        let SearchableFields { category, tags, .. } = fields;
        let mut of_facets = facet_terms(category, tags, base_price, variants.clone(), language)?;
        let terms = terms(fields, &of_facets, variants.clone(), language);
        of_facets.insert(Term::EVERY_PRODUCT);
        let facet_values = encode(category, base_price, variants)?;
        Ok(Self { terms, facet_terms: of_facets, facet_values, terms_version: terms_version(language) })
    }

    /// Returns the fields with their values.
    pub(super) fn fields(&self) -> Result<Document, Error> {
        match to_bson(self)? {
            Bson::Document(fields) => Ok(fields),
            other => Err(Error::custom(format!("{other} is not a document"))),
        }
    }
}
