//! The users of synthetic purchases. A field marks them; no request can set it.

use super::{UserDoc, Users};
use crate::db::MAX_TIME;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use serde::{Deserialize, Serialize};

/// The index on the creation times of synthetic users.
pub(super) const SYNTHETIC_INDEX: &str = "synthetic_created";

/// A user with the mark.
#[derive(Serialize)]
struct SyntheticUser<'a> {
    #[serde(flatten)]
    user: &'a UserDoc,
    is_synthetic: bool,
}

#[derive(Deserialize)]
struct Id {
    #[serde(rename = "_id")]
    id: UserId,
}

/// Returns the condition for synthetic users.
pub(super) fn synthetic() -> Document {
    doc! { "is_synthetic": true }
}

/// Returns the condition that excludes synthetic users.
pub(super) fn not_synthetic() -> Document {
    doc! { "is_synthetic": { "$ne": true } }
}

impl Users {
    /// Inserts a synthetic user.
    pub async fn insert_synthetic(&self, user: &UserDoc) -> Result<(), Error> {
        self.0.clone_with_type().insert_one(SyntheticUser { user, is_synthetic: true }).await.map(drop)
    }

    /// Returns synthetic users that were created before a time, oldest first.
    pub async fn synthetic_before(&self, time: Timestamp, limit: i64) -> Result<Vec<UserId>, Error> {
        let mut filter = synthetic();
        filter.insert("created_at", doc! { "$lt": time });
        let users = self.0.clone_with_type::<Id>();
        let found = users.find(filter).projection(doc! { "_id": 1 });
        let found = found.sort(doc! { "created_at": 1 }).limit(limit).max_time(MAX_TIME).await?;
        found.map_ok(|user| user.id).try_collect().await
    }

    /// Removes a user, if it is synthetic.
    pub async fn remove_synthetic(&self, id: UserId) -> Result<(), Error> {
        let mut filter = synthetic();
        filter.insert("_id", id);
        self.0.delete_one(filter).await.map(drop)
    }
}
