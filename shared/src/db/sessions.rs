//! The collection `sessions`: one document per login. It holds no refresh tokens, but what verifies them, so that a copy
//! of the database gives no access to accounts.

mod renewal;

pub use renewal::{Renewal, Renewed};

use super::MAX_TIME;
use super::decode::find_page;
use super::keyset::after;
use super::schema::{Declaration, expiring, index, validator};
use crate::domain::id::{SessionId, UserId};
use crate::domain::text::Device;
use crate::domain::time::Timestamp;
use bson::{RawDocumentBuf, doc};
use mongodb::error::Error;
use mongodb::options::FindOptions;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};

/// A session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: SessionId,
    /// The user.
    pub user_id: UserId,
    /// Verifies and derives the refresh tokens.
    pub verifier: TokenVerifier,
    /// The generation of the current refresh token. Those of lower generations are spent.
    pub generation: i64,
    /// When the refresh tokens that may still be within the leeway were spent, oldest first.
    pub spent: Vec<SpentToken>,
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

/// The stored values that verify and derive the refresh tokens of a session, in hex. Without the session's secret, which
/// only its tokens contain, they are worthless. `Debug` hides them.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenVerifier {
    /// SHA-256 of the session's secret.
    pub secret_hash: String,
    /// The key of the tags: 256 random bits. It belongs to the session alone, so that no change of a setting ends one.
    pub tag_key: String,
}

/// A spent refresh token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SpentToken {
    /// Its generation.
    pub generation: i64,
    /// When it was spent.
    pub spent_at: Timestamp,
}

impl std::fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenVerifier(..)")
    }
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

    /// Returns a session, even if it has expired.
    pub async fn get(&self, id: SessionId) -> Result<Option<SessionDoc>, Error> {
        self.0.find_one(doc! { "_id": id }).max_time(MAX_TIME).await
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
        let sort = doc! { "last_used_at": -1, "_id": -1 };
        let options = FindOptions::builder().sort(sort).max_time(MAX_TIME).build();
        find_page(&self.0, filter, options, limit).await
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

    /// Ends the sessions of all users, and returns their number.
    pub async fn end_everywhere(&self) -> Result<u64, Error> {
        self.0.delete_many(doc! {}).await.map(|ended| ended.deleted_count)
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

    /// Ends the session with this id and the secret with this hash, if there is one.
    pub async fn end_by_secret(&self, id: SessionId, secret_hash: &str) -> Result<(), Error> {
        self.0.delete_one(doc! { "_id": id, "verifier.secret_hash": secret_hash }).await.map(drop)
    }
}

pub(super) fn declaration() -> Declaration {
    let hex_of_32_bytes = doc! { "bsonType": "string", "minLength": 64, "maxLength": 64 };
    let generation = doc! { "bsonType": "long", "minimum": 0 };
    let properties = doc! {
        "user_id": { "bsonType": "objectId" },
        "verifier": {
            "bsonType": "object",
            "required": ["secret_hash", "tag_key"],
            "properties": { "secret_hash": &hex_of_32_bytes, "tag_key": &hex_of_32_bytes },
        },
        "generation": &generation,
        "spent": {
            "bsonType": "array",
            "items": {
                "bsonType": "object",
                "required": ["generation", "spent_at"],
                "properties": { "generation": &generation, "spent_at": { "bsonType": "date" } },
            },
        },
        "credentials_version": { "bsonType": "long" },
        "device": { "bsonType": ["string", "null"] },
        "network": &hex_of_32_bytes,
        "created_at": { "bsonType": "date" },
        "last_used_at": { "bsonType": "date" },
        "expires_at": { "bsonType": "date" },
    };
    Declaration {
        name: "sessions",
        validator: validator(
            &[
                "user_id",
                "verifier",
                "generation",
                "spent",
                "credentials_version",
                "network",
                "created_at",
                "last_used_at",
                "expires_at",
            ],
            properties,
        ),
        indexes: vec![
            index("user_network", doc! { "user_id": 1, "network": 1 }),
            index("user_used", doc! { "user_id": 1, "last_used_at": -1, "_id": -1 }),
            expiring("expired", "expires_at", std::time::Duration::ZERO),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::TokenVerifier;

    #[test]
    fn the_values_that_verify_a_token_are_never_logged() {
        let verifier = TokenVerifier { secret_hash: "hash".to_owned(), tag_key: "key".to_owned() };
        assert_eq!(format!("{verifier:?}"), "TokenVerifier(..)");
    }
}
