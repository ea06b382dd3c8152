//! The collection `erasures`: deleted accounts whose personal data is not erased yet. It is the log of the erasure, so
//! that a crash cannot leave it incomplete.

use super::MAX_TIME;
use super::decode::find_page;
use super::schema::{Declaration, index, validator};
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::options::FindOptions;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ErasureDoc {
    #[serde(rename = "_id")]
    user_id: UserId,
    begun_at: Timestamp,
    checked_at: Timestamp,
}

/// The collection `erasures`.
#[derive(Clone)]
pub struct Erasures(Collection<ErasureDoc>);

impl Erasures {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("erasures"))
    }

    /// Records an erasure, in the transaction that deletes the account.
    pub async fn start(&self, session: &mut ClientSession, user: UserId, now: Timestamp) -> Result<(), Error> {
        let erasure = ErasureDoc { user_id: user, begun_at: now, checked_at: now };
        self.0.insert_one(erasure).session(session).await.map(drop)
    }

    /// Returns users whose data is to be erased, least recently checked first.
    pub async fn due(&self, limit: i64) -> Result<Vec<UserId>, Error> {
        let options = FindOptions::builder().sort(doc! { "checked_at": 1 }).max_time(MAX_TIME).build();
        let due: Vec<ErasureDoc> = find_page(&self.0, doc! {}, options, limit).await?;
        Ok(due.into_iter().map(|erasure| erasure.user_id).collect())
    }

    /// Records that an erasure is being worked on.
    pub async fn mark_checked(&self, user: UserId, now: Timestamp) -> Result<(), Error> {
        self.0.update_one(doc! { "_id": user }, doc! { "$set": { "checked_at": now } }).await.map(drop)
    }

    /// Removes a completed erasure that started before `before`.
    pub async fn complete(&self, user: UserId, before: Timestamp) -> Result<(), Error> {
        self.0.delete_one(doc! { "_id": user, "begun_at": { "$lt": before } }).await.map(drop)
    }
}

pub(super) fn declaration() -> Declaration {
    let properties = doc! { "begun_at": { "bsonType": "date" }, "checked_at": { "bsonType": "date" } };
    Declaration {
        name: "erasures",
        validator: validator(&["begun_at", "checked_at"], properties),
        indexes: vec![index("checked", doc! { "checked_at": 1 })],
    }
}
