//! The collection `vocabulary`: the longer words of product titles with their deletion variants, by which an index
//! finds the correction of a misspelled word. Words of removed products remain: a search for them finds nothing, as
//! before.

use super::MAX_TIME;
use super::decode::{collect, find_page};
use super::schema::{Declaration, index, validator};
use crate::domain::search::{Language, QueryWord, best_correction, deletion_variants, exceeds_index_prefixes, fold};
use bson::{Document, doc};
use mongodb::error::{Error, ErrorKind};
use mongodb::options::FindOptions;
use mongodb::{Collection, Database};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};

/// Maximum number of candidates for the correction of a word.
const MAX_CANDIDATES: i64 = 200;

/// Maximum number of completions of a prefix. More are not needed: the user types on.
const MAX_COMPLETIONS: i64 = 40;

/// The collection `vocabulary`.
#[derive(Clone)]
pub struct Vocabulary(Collection<WordDoc>);

#[derive(Debug, Serialize, Deserialize)]
struct WordDoc {
    #[serde(rename = "_id")]
    word: String,
    /// Its deletion variants.
    #[serde(default)]
    near: BTreeSet<String>,
}

pub(super) fn declaration() -> Declaration {
    let near = doc! { "bsonType": "array", "items": { "bsonType": "string" } };
    Declaration {
        name: "vocabulary",
        validator: validator(&["near"], doc! { "_id": { "bsonType": "string" }, "near": near }),
        indexes: vec![index("near", doc! { "near": 1 })],
    }
}

impl Vocabulary {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("vocabulary"))
    }

    /// Adds the words that are long enough to be corrected and not in the vocabulary yet.
    pub async fn add_words(&self, words: impl IntoIterator<Item = String>) -> Result<(), Error> {
        let documents = words.into_iter().map(|word| WordDoc { near: deletion_variants(&word), word });
        let mut words: Vec<WordDoc> = documents.filter(|document| !document.near.is_empty()).collect();
        let known = self.known(words.iter().map(|document| document.word.as_str()).collect()).await?;
        words.retain(|document| !known.contains(&document.word));
        if words.is_empty() {
            return Ok(());
        }
        match self.0.insert_many(words).ordered(false).await {
            // A concurrent request has added some of them.
            Err(error) if has_only_duplicates(&error) => Ok(()),
            added => added.map(drop),
        }
    }

    /// Replaces unknown words by their most likely corrections; `None` when there is nothing to replace.
    pub async fn correct(&self, words: &[QueryWord], language: Language) -> Result<Option<Vec<String>>, Error> {
        let words: Vec<String> = words.iter().map(|word| fold(&word.text, language)).collect();
        let known = self.known(words.iter().map(String::as_str).collect()).await?;
        let mut corrected = Vec::new();
        for word in &words {
            let correction = if known.contains(word) { None } else { self.correction(word).await? };
            corrected.push(correction.unwrap_or_else(|| word.clone()));
        }
        Ok(Some(corrected).filter(|corrected| *corrected != words))
    }

    /// Returns the words that start with the last word of a query, alone or joined with the word before it, as far as
    /// these are longer than the indexed prefixes.
    pub(super) async fn completions(&self, words: &[QueryWord], language: Language) -> Result<Vec<String>, Error> {
        let typed = words.last().into_iter().flat_map(|word| [&word.text].into_iter().chain(word.compounds.first()));
        let typed = typed.map(|word| fold(word, language));
        let ranges = typed.filter(|typed| exceeds_index_prefixes(typed)).map(|typed| {
            let end = format!("{typed}{}", char::MAX);
            doc! { "_id": { "$gte": typed, "$lt": end } }
        });
        let ranges: Vec<Document> = ranges.collect();
        if ranges.is_empty() {
            return Ok(Vec::new());
        }
        let with_prefix = doc! { "$or": ranges };
        let options = FindOptions::builder().projection(doc! { "_id": 1 }).sort(doc! { "_id": 1 });
        let options = options.max_time(MAX_TIME).build();
        let found: Vec<WordDoc> = find_page(&self.0, with_prefix, options, MAX_COMPLETIONS).await?;
        Ok(found.into_iter().map(|document| document.word).collect())
    }

    async fn correction(&self, word: &str) -> Result<Option<String>, Error> {
        let near: Vec<String> = deletion_variants(word).into_iter().collect();
        if near.is_empty() {
            return Ok(None);
        }
        let filter = doc! { "near": { "$in": near } };
        let options = FindOptions::builder().projection(doc! { "_id": 1 }).max_time(MAX_TIME).build();
        let found: Vec<WordDoc> = find_page(&self.0, filter, options, MAX_CANDIDATES).await?;
        Ok(best_correction(word, found.iter().map(|document| document.word.as_str())).map(str::to_owned))
    }

    async fn known(&self, words: Vec<&str>) -> Result<HashSet<String>, Error> {
        if words.is_empty() {
            return Ok(HashSet::new());
        }
        let found = self.0.find(doc! { "_id": { "$in": words } }).projection(doc! { "_id": 1 }).max_time(MAX_TIME);
        let found = collect(self.0.name(), found.await?).await?;
        Ok(found.into_iter().map(|document: WordDoc| document.word).collect())
    }
}

/// Returns whether an insert failed only for duplicates.
fn has_only_duplicates(error: &Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::InsertMany(error) => {
            error.write_concern_error.is_none() && error.write_errors.iter().flatten().all(|error| error.code == 11000)
        }
        _ => false,
    }
}
