//! The collection `throttles`: how often something was tried of late, one document for each thing that
//! is counted. A bucket of tries refills evenly; what is stored is the moment at which it is full.

use super::MAX_TIME;
use super::schema::{Declaration, expiring, validator};
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database};
use serde::Deserialize;
use std::time::Duration;

/// How long an empty bucket takes to refill.
pub const PERIOD: Duration = Duration::from_hours(1);

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Take {
    /// Whether there was one left.
    pub admitted: bool,
    /// In how many milliseconds there will be one, if not.
    wait_millis: i64,
}

impl Take {
    /// In how many whole seconds there will be one.
    #[must_use]
    pub fn wait_seconds(&self) -> u64 {
        u64::try_from(self.wait_millis).unwrap_or(0).div_ceil(1000)
    }
}

/// The counters.
#[derive(Clone)]
pub struct Throttles(Collection<Document>);

impl Throttles {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("throttles"))
    }

    /// Takes one of `per_hour` tries from the bucket `key`. It is one write that decides by the server's
    /// clock, so tries at once all count, wherever they come from.
    ///
    /// # Errors
    /// The database's.
    pub async fn take(&self, key: &str, per_hour: u32) -> Result<Take, Error> {
        loop {
            let update = self.0.find_one_and_update(doc! { "_id": key }, taking(per_hour)).upsert(true);
            let taken = update.return_document(ReturnDocument::After).max_time(MAX_TIME).await;
            match taken {
                Ok(Some(bucket)) => return Ok(bson::deserialize_from_document(bucket)?),
                // Another was the first to make the bucket, or it has just expired.
                Ok(None) => {}
                Err(error) if super::violated_index(&error) == Some("_id_") => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Puts a try back: it was a right one.
    ///
    /// # Errors
    /// The database's.
    pub async fn restore(&self, key: &str, per_hour: u32) -> Result<(), Error> {
        let full_at = doc! { "$subtract": ["$full_at", refill(per_hour)] };
        let update = vec![doc! { "$set": { "full_at": full_at } }, doc! { "$set": { "expires_at": "$full_at" } }];
        self.0.update_one(doc! { "_id": key }, update).await.map(drop)
    }
}

/// How long one try takes to come back, in milliseconds.
fn refill(per_hour: u32) -> i64 {
    let period = i64::try_from(PERIOD.as_millis()).unwrap_or(i64::MAX);
    period.checked_div(i64::from(per_hour)).unwrap_or(period).max(1)
}

/// The update that takes a try (the generic cell rate algorithm, as of ITU-T I.371).
fn taking(per_hour: u32) -> Vec<Document> {
    let refill = refill(per_hour);
    let capacity = refill.saturating_mul(i64::from(per_hour));
    let full_at = doc! { "$max": [{ "$ifNull": ["$full_at", "$$NOW"] }, "$$NOW"] };
    let over = doc! { "$subtract": [{ "$add": ["$full_at", refill] }, { "$add": ["$$NOW", capacity] }] };
    vec![
        doc! { "$set": { "full_at": full_at } },
        doc! { "$set": { "wait_millis": { "$max": [{ "$toLong": over }, 0_i64] } } },
        doc! { "$set": { "admitted": { "$eq": ["$wait_millis", 0_i64] } } },
        doc! { "$set": { "full_at": { "$cond": ["$admitted", { "$add": ["$full_at", refill] }, "$full_at"] } } },
        doc! { "$set": { "expires_at": "$full_at" } },
    ]
}

pub(super) fn declaration() -> Declaration {
    let properties = doc! {
        "_id": { "bsonType": "string", "minLength": 64, "maxLength": 64 },
        "full_at": { "bsonType": "date" },
        "expires_at": { "bsonType": "date" },
        "admitted": { "bsonType": "bool" },
        "wait_millis": { "bsonType": "long", "minimum": 0 },
    };
    Declaration {
        name: "throttles",
        validator: validator(&["_id", "full_at", "expires_at", "admitted", "wait_millis"], properties),
        // A bucket that is full again is one that was never used.
        indexes: vec![expiring("full", "expires_at", Duration::ZERO)],
    }
}
