//! The collection `account_tokens`: the single-use tokens in the links of mails about accounts. It has their hashes only, so
//! that a copy of the database gives no access to accounts.

use super::MAX_TIME;
use super::decode::find_page;
use super::schema::{Declaration, expiring, index, validator};
use crate::domain::email::Email;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::FindOptions;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a token permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenPurpose {
    /// To set a new password.
    ResetPassword,
    /// To prove that its owner receives mail at the address.
    VerifyEmail,
    /// To make the address that of the account again, after it was replaced.
    UndoEmailChange,
}

impl TokenPurpose {
    /// All purposes.
    pub const ALL: [Self; 3] = [Self::ResetPassword, Self::VerifyEmail, Self::UndoEmailChange];

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
            Self::UndoEmailChange => "undo_email_change",
        }
    }

    /// Returns how long a token is valid.
    #[must_use]
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::ResetPassword => Duration::from_hours(1),
            Self::VerifyEmail => Duration::from_hours(24),
            Self::UndoEmailChange => Duration::from_hours(7 * 24),
        }
    }
}

/// SHA-256 of a token, in hex. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(pub(crate) String);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// What is stored about a token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountTokenDoc {
    /// The hash of the token.
    #[serde(rename = "_id")]
    pub hash: TokenHash,
    /// What the token permits.
    pub purpose: TokenPurpose,
    /// The account.
    pub user_id: UserId,
    /// The address to which the token was sent.
    pub email: Email,
    /// [`UserDoc::credentials_version`](super::users::UserDoc::credentials_version) when the token was created.
    pub credentials_version: i64,
    /// When the mail with the token became due.
    pub requested_at: Timestamp,
    /// When the token expires. The server then removes the document.
    pub expires_at: Timestamp,
}

/// The collection `account_tokens`.
#[derive(Clone)]
pub struct AccountTokens(Collection<AccountTokenDoc>);

impl AccountTokens {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("account_tokens"))
    }

    /// Stores a token, before it is sent.
    pub async fn insert(&self, token: &AccountTokenDoc) -> Result<(), Error> {
        self.0.insert_one(token).await.map(drop)
    }

    /// Returns the valid token with a hash.
    pub async fn get(
        &self,
        hash: &TokenHash,
        purpose: TokenPurpose,
        now: Timestamp,
    ) -> Result<Option<AccountTokenDoc>, Error> {
        self.0.find_one(valid(hash, purpose, now)).max_time(MAX_TIME).await
    }

    /// Consumes a token in the transaction of its effect, if it is still valid. Of concurrent requests, one receives `true`.
    pub async fn consume(
        &self,
        transaction: &mut ClientSession,
        token: &AccountTokenDoc,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let consumed = self.0.delete_one(valid(&token.hash, token.purpose, now)).session(transaction).await?;
        Ok(consumed.deleted_count > 0)
    }

    /// Returns the tokens of a user that have not expired, oldest first.
    pub async fn list(&self, user: UserId, now: Timestamp) -> Result<Vec<AccountTokenDoc>, Error> {
        let filter = doc! { "user_id": user, "expires_at": { "$gt": now } };
        let options = FindOptions::builder().sort(doc! { "expires_at": 1 }).max_time(MAX_TIME).build();
        find_page(&self.0, filter, options, 0).await
    }

    /// Removes the tokens of a deleted user.
    pub async fn remove_all(&self, user: UserId, session: Option<&mut ClientSession>) -> Result<(), Error> {
        let removal = self.0.delete_many(doc! { "user_id": user });
        match session {
            Some(session) => removal.session(session).await.map(drop),
            None => removal.await.map(drop),
        }
    }

    /// Removes the tokens of all users, and returns their number.
    pub async fn remove_everywhere(&self) -> Result<u64, Error> {
        self.0.delete_many(doc! {}).await.map(|removed| removed.deleted_count)
    }
}

/// Returns the filter for a valid token. The server removes expired ones up to a minute late.
fn valid(TokenHash(hash): &TokenHash, purpose: TokenPurpose, now: Timestamp) -> Document {
    doc! { "_id": hash, "purpose": purpose.as_str(), "expires_at": { "$gt": now } }
}

pub(super) fn declaration() -> Declaration {
    let properties = doc! {
        "_id": { "bsonType": "string", "minLength": 64, "maxLength": 64 },
        "purpose": { "enum": TokenPurpose::ALL.map(TokenPurpose::as_str).to_vec() },
        "user_id": { "bsonType": "objectId" },
        "email": { "bsonType": "string", "minLength": 3 },
        "credentials_version": { "bsonType": "long" },
        "requested_at": { "bsonType": "date" },
        "expires_at": { "bsonType": "date" },
    };
    let required = ["_id", "purpose", "user_id", "email", "credentials_version", "requested_at", "expires_at"];
    Declaration {
        name: "account_tokens",
        validator: validator(&required, properties),
        indexes: vec![
            index("user_expires", doc! { "user_id": 1, "expires_at": 1 }),
            expiring("expired", "expires_at", Duration::ZERO),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenHash, TokenPurpose};

    #[test]
    fn hashes_are_never_logged() {
        assert_eq!(format!("{:?}", TokenHash("hash".to_owned())), "TokenHash(..)");
    }

    #[test]
    fn purposes_are_stored_under_their_names() {
        for purpose in TokenPurpose::ALL {
            assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.as_str());
        }
    }
}
