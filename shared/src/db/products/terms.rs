//! The terms of a product: the keys by which the term indexes find it.
//!
//! They are written with the product in one update, and do not depend on its stock, so that sales do not write them.
//! See `docs/decisions/a-catalogue-on-indexes.md`.

use crate::domain::money::{Money, Overflow};
use crate::domain::product::Variant;
use crate::domain::search::{index_prefixes, is_stop_word, query_prefix, stem, words};
use crate::domain::text::{Description, Label, ProductName};
use aws_lc_rs::digest::{SHA256, digest};
use bson::Bson;
use serde::Serialize;
use std::collections::BTreeSet;

/// The field of a product that holds its terms.
pub(super) const TERMS: &str = "terms";

/// Separates the parts of a term. Text cannot contain it.
const SEPARATOR: char = '\u{1F}';

// The kinds of terms. They are part of the stored hashes: changing one requires rewriting all products.
const TITLE: &str = "called";
const BODY: &str = "mentioned";
const PREFIX: &str = "begun";

/// A term: 48 bits of the hash of its text, which is shorter than most texts. Even with a million terms a collision
/// with a searched word is unlikely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(super) struct Term(i64);

impl Term {
    fn of(kind: &str, text: &str) -> Self {
        let hash = digest(&SHA256, format!("{kind}{SEPARATOR}{text}").as_bytes());
        Self(hash.as_ref().iter().take(6).fold(0, |number, byte| (number << 8_u32) | i64::from(*byte)))
    }
}

impl From<Term> for Bson {
    fn from(Term(number): Term) -> Self {
        number.into()
    }
}

/// The text fields of a product that are searched.
#[derive(Debug, Clone, Copy)]
pub(super) struct SearchableFields<'a> {
    pub(super) name: &'a ProductName,
    pub(super) description: &'a Description,
    pub(super) category: &'a Label,
}

/// Returns the step of a price: its bit length in minor units, so that steps end at powers of two. A list of a price
/// range reads only the steps of that range.
pub(super) fn price_step(price: Money) -> u32 {
    64_u32.saturating_sub(price.minor().max(0).leading_zeros())
}

/// Returns the term of a facet, alone or within a category.
pub(super) fn facet_term(category: Option<&str>, kind: &str, value: &str) -> Term {
    Term::of(kind, &format!("{}{SEPARATOR}{value}", category.unwrap_or_default()))
}

/// Returns the term of a category.
pub(super) fn category_term(category: &str) -> Term {
    facet_term(None, "category", category)
}

/// Returns the term of a word in the title.
pub(super) fn title_term(word: &str) -> Term {
    Term::of(TITLE, &stem(word))
}

/// Returns the term of a word that is only in the description.
pub(super) fn body_term(word: &str) -> Term {
    Term::of(BODY, &stem(word))
}

/// Returns the term of the prefix of a word in the title.
pub(super) fn prefix_term(typed: &str) -> Term {
    Term::of(PREFIX, &query_prefix(typed))
}

/// Returns the words of the title of a product: its name, category and colours.
pub(super) fn title_words<'a>(
    SearchableFields { name, category, .. }: SearchableFields<'_>,
    variants: impl Iterator<Item = &'a Variant>,
) -> BTreeSet<String> {
    let colors = variants.flat_map(|variant| &variant.color).flat_map(|color| words(color.as_str()));
    [name.as_str(), category.as_str()].into_iter().flat_map(words).chain(colors).collect()
}

/// Returns all terms of a product.
pub(super) fn terms<'a>(
    fields: SearchableFields<'_>,
    base_price: Money,
    variants: impl Iterator<Item = &'a Variant> + Clone,
) -> Result<BTreeSet<Term>, Overflow> {
    let SearchableFields { description, category, .. } = fields;
    let mut terms = BTreeSet::from([category_term(category.as_str())]);
    let title = title_words(fields, variants.clone());
    let mut facets = BTreeSet::new();
    for variant in variants {
        let color = variant.color.as_ref().map(|color| ("color", color.as_str().to_owned()));
        let size = variant.size.as_ref().map(|size| ("size", size.as_str().to_owned()));
        let price = ("price", price_step(variant.price(base_price)?).to_string());
        facets.extend([color, size, Some(price)].into_iter().flatten());
    }
    for (kind, value) in &facets {
        terms.insert(facet_term(None, kind, value));
        terms.insert(facet_term(Some(category.as_str()), kind, value));
    }
    let prefixes: BTreeSet<String> = title.iter().flat_map(|word| index_prefixes(word)).collect();
    terms.extend(prefixes.iter().map(|prefix| prefix_term(prefix)));
    let title: BTreeSet<String> = title.iter().map(|word| stem(word)).collect();
    terms.extend(title.iter().map(|stem| Term::of(TITLE, stem)));
    let body: BTreeSet<String> = words(description.as_str()).into_iter().filter(|word| !is_stop_word(word)).collect();
    let body: BTreeSet<String> = body.iter().map(|word| stem(word)).collect();
    // A stem of the title gets no body term.
    terms.extend(body.difference(&title).map(|stem| Term::of(BODY, stem)));
    Ok(terms)
}
