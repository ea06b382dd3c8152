//! The collection `sessions`: one document per login, with the hashes of its refresh tokens. The tokens themselves are
//! not stored, so that a copy of the database gives no access to accounts.

use super::MAX_TIME;
use super::keyset::after;
use super::schema::{Declaration, expiring, index, unique, validator};
use crate::domain::id::{SessionId, UserId};
use crate::domain::text::Device;
use crate::domain::time::Timestamp;
use bson::{RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};

/// Number of spent tokens that are stored per session: more than one day's, at one per 15 minutes.
const MAX_SPENT_HASHES: i32 = 100;

/// A session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: SessionId,
    /// The user.
    pub user_id: UserId,
    /// SHA-256, in hex, of the valid refresh token.
    pub token_hash: String,
    /// The hashes of spent refresh tokens. If one is used again, it was stolen.
    pub spent_hashes: Vec<String>,
    /// [`UserDoc::credentials_version`](super::users::UserDoc::credentials_version) at the login.
    pub credentials_version: i64,
    /// The name of the client.
    pub device: Option<Device>,
    /// Fingerprint of the network of its last use: see [`Caller::network`](crate::http::Caller::network).
    pub network: String,
    /// The time of the login.
    pub created_at: Timestamp,
    /// The time of the login or the last refresh.
    pub last_used_at: Timestamp,
    /// When the refresh token expires. The server then removes the document.
    pub expires_at: Timestamp,
}

/// The data that rotating a refresh token stores.
#[derive(Debug)]
pub struct Renewal<'a> {
    /// The hash of the next refresh token.
    pub token_hash: &'a str,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The name of the client.
    pub device: Option<&'a Device>,
    /// Fingerprint of the client's network.
    pub network: &'a str,
}

/// The position of the last session of a page.
#[derive(Debug, Serialize, Deserialize)]
pub struct SessionPosition {
    last_used_at: Timestamp,
    id: SessionId,
}

impl SessionPosition {
    /// Returns the position of a session.
    #[must_use]
    pub const fn of(session: &SessionDoc) -> Self {
        Self { last_used_at: session.last_used_at, id: session.id }
    }
}

/// The collection `sessions`.
#[derive(Clone)]
pub struct Sessions(Collection<SessionDoc>);

impl Sessions {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("sessions"))
    }

    /// Inserts a session, inside the transaction that has locked the user's credentials.
    pub async fn insert(&self, transaction: &mut ClientSession, session: &SessionDoc) -> Result<(), Error> {
        self.0.insert_one(session).session(transaction).await.map(drop)
    }

    /// Returns whether a session of a user exists and has not expired.
    pub async fn is_active(&self, id: SessionId, user: UserId, now: Timestamp) -> Result<bool, Error> {
        let filter = doc! { "_id": id, "user_id": user, "expires_at": { "$gt": now } };
        let sessions = self.0.clone_with_type::<RawDocumentBuf>();
        let found = sessions.find_one(filter).projection(doc! { "_id": 1 });
        found.max_time(MAX_TIME).await.map(|session| session.is_some())
    }

    /// Returns the session whose valid refresh token has a hash.
    pub async fn by_token(&self, hash: &str) -> Result<Option<SessionDoc>, Error> {
        self.0.find_one(doc! { "token_hash": hash }).max_time(MAX_TIME).await
    }

    /// Replaces the refresh token with the hash `spent` by the next one. One of several concurrent calls gets the
    /// session, the others `None`.
    pub async fn rotate(&self, spent: &str, next: &Renewal<'_>, now: Timestamp) -> Result<Option<SessionDoc>, Error> {
        let filter = doc! { "token_hash": spent, "expires_at": { "$gt": now } };
        let update = doc! {
            "$set": {
                "token_hash": next.token_hash, "expires_at": next.expires_at, "last_used_at": now,
                "network": next.network, "device": next.device.map(Device::as_str),
            },
            "$push": { "spent_hashes": { "$each": [spent], "$slice": -MAX_SPENT_HASHES } },
        };
        let renewed = self.0.find_one_and_update(filter, update).return_document(ReturnDocument::After);
        renewed.max_time(MAX_TIME).await
    }

    /// Returns whether a session of a user was last used from a network.
    pub async fn is_used_from(&self, user: UserId, network: &str) -> Result<bool, Error> {
        let found = self.0.find_one(doc! { "user_id": user, "network": network });
        found.max_time(MAX_TIME).await.map(|session| session.is_some())
    }

    /// Returns a page of a user's sessions, last used first.
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

    /// Ends a session of a user; `false` when there is no such session.
    pub async fn end(&self, user: UserId, id: SessionId) -> Result<bool, Error> {
        let ended = self.0.delete_one(doc! { "_id": id, "user_id": user }).await?;
        Ok(ended.deleted_count > 0)
    }

    /// Removes the sessions of a deleted user.
    pub async fn remove_all(&self, user: UserId) -> Result<(), Error> {
        self.0.delete_many(doc! { "user_id": user }).await.map(drop)
    }

    /// Ends all sessions of a user except `kept`, which is set to the given credentials version.
    pub async fn end_all(
        &self,
        transaction: &mut ClientSession,
        user: UserId,
        kept: Option<(SessionId, i64)>,
    ) -> Result<(), Error> {
        let mut filter = doc! { "user_id": user };
        if let Some((kept, version)) = kept {
            filter.insert("_id", doc! { "$ne": kept });
            let update = doc! { "$set": { "credentials_version": version } };
            self.0.update_one(doc! { "_id": kept, "user_id": user }, update).session(&mut *transaction).await?;
        }
        self.0.delete_many(filter).session(transaction).await.map(drop)
    }

    /// Ends the session that a refresh token belongs to, valid or spent.
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
            &[
                "user_id",
                "token_hash",
                "spent_hashes",
                "credentials_version",
                "network",
                "created_at",
                "last_used_at",
                "expires_at",
            ],
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
