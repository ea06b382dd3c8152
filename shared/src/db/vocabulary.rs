//! The collection `vocabulary`: the longer words by which products are called, and what is left of each
//! without one of its letters, so that an index finds what was meant by a word with a typo. Words stay
//! when the last product that has them goes: what they lead to then is nothing, as before.

use super::MAX_TIME;
use super::schema::{Declaration, index, validator};
use crate::domain::search::{is_beyond_beginnings, meant, neighbourhood};
use bson::doc;
use futures_util::TryStreamExt;
use mongodb::error::{Error, ErrorKind};
use mongodb::{Collection, Database};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};

/// The most words that are compared with one that nobody knows.
const CANDIDATES: i64 = 200;

/// The most words that something typed in part may become. Who has typed four letters sees those of the
/// first ones, and types on.
const COMPLETIONS: i64 = 40;

/// The words that products are called by.
#[derive(Clone)]
pub struct Vocabulary(Collection<KnownWord>);

#[derive(Debug, Serialize, Deserialize)]
struct KnownWord {
    #[serde(rename = "_id")]
    word: String,
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

    /// Takes up what is not known yet of some words.
    ///
    /// # Errors
    /// The database's.
    pub async fn learn(&self, words: impl IntoIterator<Item = String>) -> Result<(), Error> {
        let long = words.into_iter().map(|word| KnownWord { near: neighbourhood(&word), word });
        let mut words: Vec<KnownWord> = long.filter(|known| !known.near.is_empty()).collect();
        let known = self.known(words.iter().map(|known| known.word.as_str()).collect()).await?;
        words.retain(|word| !known.contains(&word.word));
        if words.is_empty() {
            return Ok(());
        }
        match self.0.insert_many(words).ordered(false).await {
            // Somebody else has learned some of them at the same time.
            Err(error) if are_known(&error) => Ok(()),
            learned => learned.map(drop),
        }
    }

    /// The words with what was probably meant in the place of each that is not known; `None` when that
    /// changes nothing.
    ///
    /// # Errors
    /// The database's.
    pub async fn correct(&self, words: &[String]) -> Result<Option<Vec<String>>, Error> {
        let known = self.known(words.iter().map(String::as_str).collect()).await?;
        let mut corrected = Vec::new();
        for word in words {
            let meant = if known.contains(word) { None } else { self.meant(word).await? };
            corrected.push(meant.unwrap_or_else(|| word.clone()));
        }
        Ok(Some(corrected).filter(|corrected| corrected != words))
    }

    /// What the last of some words may be the beginning of, where more is typed of it than the products
    /// themselves are found by.
    ///
    /// # Errors
    /// The database's.
    pub async fn completed(&self, words: &[String]) -> Result<Vec<String>, Error> {
        let Some(typed) = words.last().filter(|typed| is_beyond_beginnings(typed)) else { return Ok(Vec::new()) };
        let begun = doc! { "_id": { "$gte": typed, "$lt": format!("{typed}{}", char::MAX) } };
        let found = self.0.find(begun).projection(doc! { "_id": 1 }).sort(doc! { "_id": 1 }).limit(COMPLETIONS);
        found.max_time(MAX_TIME).await?.map_ok(|known| known.word).try_collect().await
    }

    async fn meant(&self, word: &str) -> Result<Option<String>, Error> {
        let near: Vec<String> = neighbourhood(word).into_iter().collect();
        if near.is_empty() {
            return Ok(None);
        }
        let filter = doc! { "near": { "$in": near } };
        let found = self.0.find(filter).projection(doc! { "_id": 1 }).limit(CANDIDATES).max_time(MAX_TIME).await?;
        let found: Vec<KnownWord> = found.try_collect().await?;
        Ok(meant(word, found.iter().map(|known| known.word.as_str())).map(str::to_owned))
    }

    async fn known(&self, words: Vec<&str>) -> Result<HashSet<String>, Error> {
        if words.is_empty() {
            return Ok(HashSet::new());
        }
        let found = self.0.find(doc! { "_id": { "$in": words } }).projection(doc! { "_id": 1 }).max_time(MAX_TIME);
        found.await?.map_ok(|known| known.word).try_collect().await
    }
}

/// Whether all that went wrong is that words were there.
fn are_known(error: &Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::InsertMany(error) => {
            error.write_concern_error.is_none()
                && error.write_errors.iter().flatten().all(|refused| refused.code == 11000)
        }
        _ => false,
    }
}
