//! The collection `sessions`: one document per login, the family of refresh tokens that descend
//! from it. Tokens are stored as hashes, so that a copy of the database opens no account.

use super::MAX_TIME;
use super::schema::{Declaration, after, expiring, index, unique, validator};
use crate::domain::id::{SessionId, UserId};
use crate::domain::text::Device;
use crate::domain::time::Timestamp;
use bson::{RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Collection, Database};
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
    /// [`UserDoc::credentials_version`](super::users::UserDoc::credentials_version) at the login.
    pub credentials_version: i64,
    /// What the client calls itself.
    pub device: Option<Device>,
    /// Where it was used last, as [`Caller::network`](crate::http::Caller::network) has it.
    pub network: String,
    /// When the login happened.
    pub created_at: Timestamp,
    /// When it was opened or refreshed last.
    pub last_used_at: Timestamp,
    /// When the refresh token ends; the server then removes the document.
    pub expires_at: Timestamp,
}

/// With what a session goes on.
#[derive(Debug)]
pub struct Renewal<'a> {
    /// The hash of the next refresh token.
    pub token_hash: &'a str,
    /// When that one ends.
    pub expires_at: Timestamp,
    /// What the client calls itself.
    pub device: Option<&'a Device>,
    /// Where it is.
    pub network: &'a str,
}

/// Where a page of sessions ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct SessionPosition {
    last_used_at: Timestamp,
    id: SessionId,
}

impl SessionPosition {
    /// The position of a session in the list.
    #[must_use]
    pub const fn of(session: &SessionDoc) -> Self {
        Self { last_used_at: session.last_used_at, id: session.id }
    }
}

/// The logins.
#[derive(Clone)]
pub struct Sessions(Collection<SessionDoc>);

impl Sessions {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("sessions"))
    }

    /// Stores a new login, in a transaction that has made sure that it may be opened.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert(&self, transaction: &mut ClientSession, session: &SessionDoc) -> Result<(), Error> {
        self.0.insert_one(session).session(transaction).await.map(drop)
    }

    /// Whether that user's session goes on.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_live(&self, id: SessionId, user: UserId, now: Timestamp) -> Result<bool, Error> {
        let filter = doc! { "_id": id, "user_id": user, "expires_at": { "$gt": now } };
        let sessions = self.0.clone_with_type::<RawDocumentBuf>();
        let found = sessions.find_one(filter).projection(doc! { "_id": 1 });
        found.max_time(MAX_TIME).await.map(|session| session.is_some())
    }

    /// The session whose good token has that hash.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_token(&self, hash: &str) -> Result<Option<SessionDoc>, Error> {
        self.0.find_one(doc! { "token_hash": hash }).max_time(MAX_TIME).await
    }

    /// Spends the token with the hash `spent` for the next one; of several at once one gets the
    /// session, the others `None`.
    ///
    /// # Errors
    /// The database's.
    pub async fn rotate(&self, spent: &str, next: &Renewal<'_>, now: Timestamp) -> Result<Option<SessionDoc>, Error> {
        let filter = doc! { "token_hash": spent, "expires_at": { "$gt": now } };
        let update = doc! {
            "$set": {
                "token_hash": next.token_hash, "expires_at": next.expires_at, "last_used_at": now,
                "network": next.network, "device": next.device.map(Device::as_str),
            },
            "$push": { "spent_hashes": { "$each": [spent], "$slice": -REMEMBERED } },
        };
        let renewed = self.0.find_one_and_update(filter, update).return_document(ReturnDocument::After);
        renewed.max_time(MAX_TIME).await
    }

    /// Whether a session of that user was last used from that network.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_used_from(&self, user: UserId, network: &str) -> Result<bool, Error> {
        let found = self.0.find_one(doc! { "user_id": user, "network": network });
        found.max_time(MAX_TIME).await.map(|session| session.is_some())
    }

    /// One page of a user's sessions that go on, the last used first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        user: UserId,
        position: Option<&SessionPosition>,
        limit: i64,
    ) -> Result<Vec<SessionDoc>, Error> {
        let own = doc! { "user_id": user };
        let filter = match position {
            Some(SessionPosition { last_used_at, id }) => {
                doc! { "$or": after(&own, "last_used_at", -1, (*last_used_at).into(), (*id).into()).to_vec() }
            }
            None => own,
        };
        let found = self.0.find(filter).sort(doc! { "last_used_at": -1, "_id": -1 });
        found.limit(limit).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Ends a user's session; `false` when the user has none of that id.
    ///
    /// # Errors
    /// The database's.
    pub async fn end(&self, user: UserId, id: SessionId) -> Result<bool, Error> {
        let ended = self.0.delete_one(doc! { "_id": id, "user_id": user }).await?;
        Ok(ended.deleted_count > 0)
    }

    /// Removes the sessions of a user who is gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        self.0.delete_many(doc! { "user_id": user }).await.map(drop)
    }

    /// Ends every session of a user, but for one that goes on under the next number, if any.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_all(
        &self,
        transaction: &mut ClientSession,
        user: UserId,
        but: Option<(SessionId, i64)>,
    ) -> Result<(), Error> {
        let mut filter = doc! { "user_id": user };
        if let Some((kept, version)) = but {
            filter.insert("_id", doc! { "$ne": kept });
            let update = doc! { "$set": { "credentials_version": version } };
            self.0.update_one(doc! { "_id": kept, "user_id": user }, update).session(&mut *transaction).await?;
        }
        self.0.delete_many(filter).session(transaction).await.map(drop)
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
        "device": { "bsonType": ["string", "null"] },
        "network": { "bsonType": "string", "minLength": 64, "maxLength": 64 },
        "created_at": { "bsonType": "date" },
        "last_used_at": { "bsonType": "date" },
        "expires_at": { "bsonType": "date" },
    };
    Declaration {
        name: "sessions",
        validator: validator(
            &["user_id", "token_hash", "spent_hashes", "network", "created_at", "last_used_at", "expires_at"],
            properties,
        ),
        indexes: vec![
            unique("token_hash_unique", doc! { "token_hash": 1 }),
            index("spent_hashes", doc! { "spent_hashes": 1 }),
            index("user_network", doc! { "user_id": 1, "network": 1 }),
            index("user_used", doc! { "user_id": 1, "last_used_at": -1, "_id": -1 }),
            expiring("expired", "expires_at", std::time::Duration::ZERO),
        ],
    }
}
