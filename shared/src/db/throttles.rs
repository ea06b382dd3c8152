//! The collection `throttles`: token buckets that limit attempts, one document per bucket. A bucket refills evenly;
//! stored is the time at which it is full.

use super::schema::{Declaration, expiring, validator};
use super::{ID_UNIQUE, MAX_TIME, violated_index};
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database};
use serde::Deserialize;
use std::time::Duration;

/// Time in which an empty bucket refills.
pub const PERIOD: Duration = Duration::from_hours(1);

/// The decision about an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct ThrottleDecision {
    /// Whether the bucket had a token.
    pub admitted: bool,
    /// Milliseconds until it has one; 0 if admitted.
    wait_millis: i64,
}

impl ThrottleDecision {
    /// Returns the seconds until the bucket has a token, rounded up.
    #[must_use]
    pub fn retry_after_seconds(&self) -> u64 {
        u64::try_from(self.wait_millis).unwrap_or(0).div_ceil(1000)
    }
}

/// The collection `throttles`.
#[derive(Clone)]
pub struct Throttles(Collection<Document>);

impl Throttles {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("throttles"))
    }

    /// Takes a token from the bucket `key`, which holds `per_hour` tokens. One write decides by the server's clock, so
    /// that concurrent attempts all count.
    pub async fn take(&self, key: &str, per_hour: u32) -> Result<ThrottleDecision, Error> {
        loop {
            let update = self.0.find_one_and_update(doc! { "_id": key }, take_token(per_hour)).upsert(true);
            let taken = update.return_document(ReturnDocument::After).max_time(MAX_TIME).await;
            match taken {
                Ok(Some(bucket)) => return Ok(bson::deserialize_from_document(bucket)?),
                // A concurrent attempt has created the bucket, or it has just expired: repeat.
                Ok(None) => {}
                Err(error) if violated_index(&error) == Some(ID_UNIQUE) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the token of a successful attempt to its bucket.
    pub async fn restore(&self, key: &str, per_hour: u32) -> Result<(), Error> {
        let full_at = doc! { "$subtract": ["$full_at", refill_millis(per_hour)] };
        let update = vec![doc! { "$set": { "full_at": full_at } }, doc! { "$set": { "expires_at": "$full_at" } }];
        self.0.update_one(doc! { "_id": key }, update).await.map(drop)
    }
}

/// Returns the milliseconds in which a bucket regains one token.
fn refill_millis(per_hour: u32) -> i64 {
    let period = i64::try_from(PERIOD.as_millis()).unwrap_or(i64::MAX);
    period.checked_div(i64::from(per_hour)).unwrap_or(period).max(1)
}

/// Returns the update that takes a token: the generic cell rate algorithm (ITU-T I.371).
fn take_token(per_hour: u32) -> Vec<Document> {
    let refill = refill_millis(per_hour);
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
        // A full bucket equals an unused one.
        indexes: vec![expiring("full", "expires_at", Duration::ZERO)],
    }
}
