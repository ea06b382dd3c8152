//! Recomputes stored terms after a change of the catalogue's language or of the rules by which terms are computed, and
//! derives slugs of products that a release without slugs has stored.

use super::collection::NAME;
use super::declaration::OUTDATED_TERMS;
use super::sort::NAME_INDEX;
use super::terms::{TERMS_VERSION, terms_version};
use super::{ProductDoc, Products};
use crate::db::decode::decode;
use crate::db::vocabulary::Vocabulary;
use crate::db::{MAX_TIME, is_index_missing};
use crate::domain::search::Language;
use bson::{Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::Database;
use mongodb::error::{Error, ErrorKind};
use mongodb::options::Hint;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The number of products that are updated by one command.
const BATCH_SIZE: usize = 500;

/// The server's code for a violation of a unique index.
const DUPLICATE_KEY: i32 = 11_000;

/// A product with the version that only edits change.
struct EditedProduct {
    product: ProductDoc,
    edited_version: i64,
}

impl EditedProduct {
    /// Decodes a product; `None`, with a line in the log, if that is impossible.
    fn decode(document: &RawDocumentBuf) -> Option<Self> {
        let product = decode(NAME, document)?;
        Some(Self { product, edited_version: document.get_i64("edited_version").ok()? })
    }
}

impl Products {
    /// Recomputes the terms of all products that have those of another language or version. A run that was interrupted
    /// continues where it stopped, because products that are done have the current version.
    ///
    /// A product that is edited at the same time is left to that edit, or to another pass if a function that still runs
    /// in the previous language made it. A document that cannot be decoded is skipped with an error in the log.
    pub(in crate::db) async fn recompute_terms(&self, vocabulary: &Vocabulary) -> crate::Result<()> {
        loop {
            let mut found =
                self.0.clone_with_type::<RawDocumentBuf>().find(self.outdated()).hint(outdated_terms()).await?;
            let (mut batch, mut updated) = (Vec::new(), 0_u64);
            while let Some(document) = found.try_next().await? {
                batch.extend(EditedProduct::decode(&document));
                if batch.len() >= BATCH_SIZE {
                    updated = updated.saturating_add(self.update_terms(std::mem::take(&mut batch), vocabulary).await?);
                }
            }
            updated = updated.saturating_add(self.update_terms(batch, vocabulary).await?);
            if updated == 0 {
                return Ok(());
            }
            tracing::info!(updated, terms_version = terms_version(self.1), "recomputed the terms of products");
        }
    }

    /// Updates the terms of products that were not edited since they were read, and returns their number.
    async fn update_terms(&self, mut products: Vec<EditedProduct>, vocabulary: &Vocabulary) -> crate::Result<u64> {
        let mut words = BTreeSet::new();
        let mut updates = Vec::new();
        // The product of a synthetic purchase has no page in a storefront.
        let in_catalogue = products.iter_mut().map(|edited| &mut edited.product);
        self.assign_slugs(in_catalogue.filter(|product| product.exclusive_to.is_none())).await?;
        for EditedProduct { product, edited_version } in products {
            words.extend(product.title_words(self.1));
            let mut fields = match product.index_keys(self.1) {
                Ok(keys) => keys.fields()?,
                Err(error) => {
                    tracing::error!(id = %product.id, %error, "the terms are not recomputed");
                    continue;
                }
            };
            if let Some(slug) = &product.slug {
                fields.insert("slug", slug.as_str());
            }
            let slugs = product.slug.map(|slug| doc! { "slugs": slug.as_str() });
            let update = slugs.map_or_else(|| doc! { "$set": &fields }, |it| doc! { "$set": &fields, "$addToSet": it });
            updates.push(doc! {
                "q": { "_id": product.id, "edited_version": edited_version },
                "u": update,
                "hint": crate::db::ID_UNIQUE,
            });
        }
        if updates.is_empty() {
            return Ok(0);
        }
        // First, so that an interrupted run adds the words of every product that is done.
        vocabulary.add_words(words).await?;
        let command = doc! {
            "update": self.0.name(), "updates": updates, "ordered": false, "writeConcern": { "w": "majority" },
        };
        let outcome: UpdateOutcome = bson::deserialize_from_document(self.database().run_command(command).await?)?;
        // Another product has taken a derived slug in the meantime: the next pass derives another.
        let is_taken = |error: &Document| error.get_i32("code").is_ok_and(|code| code == DUPLICATE_KEY);
        let (taken, failed): (Vec<_>, Vec<_>) = outcome.write_errors.into_iter().partition(is_taken);
        match failed.into_iter().next() {
            Some(error) => Err(Error::custom(error.to_string()).into()),
            None => Ok(outcome.updated.saturating_add(u64::try_from(taken.len()).unwrap_or_default())),
        }
    }

    /// Returns the language and version of terms that are not those of this shop; `None` if there are no others. A search
    /// then finds too little, until `migrate` recomputes the terms.
    pub async fn outdated_terms_version(&self) -> Result<Option<String>, Error> {
        let products = self.0.clone_with_type::<VersionedTerms>();
        let outdated = products.find_one(self.outdated()).hint(outdated_terms());
        let outdated = outdated.projection(doc! { TERMS_VERSION: 1 }).max_time(MAX_TIME).await?;
        Ok(outdated.map(|product| product.terms_version))
    }

    /// Returns the languages of the stored terms: one, but two if a migration to another language was interrupted. Those
    /// of an empty catalogue are the ones for which `migrate` has created indexes, and there are none before.
    pub async fn stored_languages(database: &Database) -> Result<Vec<Language>, Error> {
        let products = database.collection::<VersionedTerms>(NAME);
        let mut languages = Vec::new();
        for direction in [1, -1] {
            let first = products.find_one(doc! {}).sort(doc! { TERMS_VERSION: direction }).hint(outdated_terms());
            let first = match first.projection(doc! { TERMS_VERSION: 1 }).max_time(MAX_TIME).await {
                Err(error) if is_index_missing(&error) => None,
                first => first?,
            };
            let language = |product: VersionedTerms| product.terms_version.split('-').next()?.parse::<Language>().ok();
            languages.extend(first.and_then(language));
        }
        languages.dedup();
        if languages.is_empty() {
            let names = match products.list_index_names().await {
                Err(error) if is_collection_missing(&error) => Vec::new(),
                names => names?,
            };
            languages.extend(names.iter().filter_map(|name| name.strip_prefix(NAME_INDEX)?.parse::<Language>().ok()));
        }
        Ok(languages)
    }

    fn outdated(&self) -> Document {
        doc! { TERMS_VERSION: { "$ne": terms_version(self.1) } }
    }
}

/// The result of the command `update`.
#[derive(Deserialize)]
struct UpdateOutcome {
    #[serde(rename = "nModified")]
    updated: u64,
    #[serde(default, rename = "writeErrors")]
    write_errors: Vec<Document>,
}

#[derive(Deserialize)]
struct VersionedTerms {
    #[serde(default)]
    terms_version: String,
}

fn is_collection_missing(error: &Error) -> bool {
    const NAMESPACE_NOT_FOUND: i32 = 26;
    matches!(error.kind.as_ref(), ErrorKind::Command(error) if error.code == NAMESPACE_NOT_FOUND)
}

fn outdated_terms() -> Hint {
    Hint::Name(OUTDATED_TERMS.to_owned())
}
