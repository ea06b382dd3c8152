//! The collection `sessions`: one document per login, the family of refresh tokens that descend
//! from it. Tokens are stored as hashes, so that a copy of the database opens no account.

use super::MAX_TIME;
use super::schema::{Declaration, expiring, index, unique, validator};
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::{Collection, Database};
use serde::{Deserialize, Serialize};

/// How many spent tokens of a login are recognized: more than a day of them, at one every 15 minutes.
const REMEMBERED: i32 = 100;

/// A login as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionDoc {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// SHA-256, in hex, of the one refresh token that is good.
    pub token_hash: String,
    /// The hashes of those that were spent: one used again is a stolen one.
    pub spent_hashes: Vec<String>,
    /// [`UserDoc::credentials_version`](super::users::UserDoc::credentials_version) at the login: with
    /// another one the session is over.
    #[serde(default)]
    pub credentials_version: i64,
    /// When the login happened.
    pub created_at: Timestamp,
    /// When the refresh token ends; the server then removes the document.
    pub expires_at: Timestamp,
}

/// The logins.
#[derive(Clone)]
pub struct Sessions(Collection<SessionDoc>);

impl Sessions {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("sessions"))
    }

    /// Stores a new login.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(&self, session: &SessionDoc) -> Result<(), Error> {
        self.0.insert_one(session).await.map(drop)
    }

    /// Spends the token with the hash `spent` for the one with the hash `next`; of several at
    /// once one gets the session, the others `None`.
    ///
    /// # Errors
    /// The database's.
    pub async fn rotate(
        &self,
        spent: &str,
        next: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<SessionDoc>, Error> {
        let filter = doc! { "token_hash": spent, "expires_at": { "$gt": now } };
        let update = doc! {
            "$set": { "token_hash": next, "expires_at": expires_at },
            "$push": { "spent_hashes": { "$each": [spent], "$slice": -REMEMBERED } },
        };
        self.0.find_one_and_update(filter, update).max_time(MAX_TIME).await
    }

    /// Ends the login that a token belongs to, be the token good or spent.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_by_token(&self, hash: &str) -> Result<(), Error> {
        self.0.delete_one(doc! { "token_hash": hash }).await?;
        self.0.delete_one(doc! { "spent_hashes": hash }).await.map(drop)
    }
}

pub(super) fn declaration() -> Declaration {
    let properties = doc! {
        "user_id": { "bsonType": "objectId" },
        "token_hash": { "bsonType": "string", "minLength": 64, "maxLength": 64 },
        "spent_hashes": { "bsonType": "array", "items": { "bsonType": "string" } },
        "credentials_version": { "bsonType": "long" },
        "created_at": { "bsonType": "date" },
        "expires_at": { "bsonType": "date" },
    };
    Declaration {
        name: "sessions",
        validator: validator(&["user_id", "token_hash", "spent_hashes", "created_at", "expires_at"], properties),
        indexes: vec![
            unique("token_hash_unique", doc! { "token_hash": 1 }),
            index("spent_hashes", doc! { "spent_hashes": 1 }),
            expiring("expired", "expires_at", std::time::Duration::ZERO),
        ],
    }
}
