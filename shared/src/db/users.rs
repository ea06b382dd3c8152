//! The collection `users`: who may log in, and where they live.

use super::MAX_TIME;
use super::schema::{Declaration, unique, validator};
use crate::domain::address::Address;
use crate::domain::email::Email;
use crate::domain::id::{AddressId, SessionId, UserId};
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database};
use serde::{Deserialize, Serialize};

/// The most addresses that one user may store.
pub const MAX_ADDRESSES: usize = 20;

/// The unique index on `email`.
pub const EMAIL_UNIQUE: &str = "email_unique";

/// A user as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserDoc {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// What the person is called.
    pub name: PersonName,
    /// What the person logs in with.
    pub email: Email,
    /// bcrypt's own format, which names its cost.
    pub password_hash: PasswordHash,
    /// What the person may do.
    pub role: Role,
    /// When the account was opened.
    pub created_at: Timestamp,
    /// Where the person lives.
    pub addresses: Vec<StoredAddress>,
    /// Grows with each change of the password or the role. Sessions carry the number under which they
    /// were opened, so that one write ends all of them, also those that are being opened.
    #[serde(default)]
    pub credentials_version: i64,
}

/// How somebody who presents a token stands at this moment.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Standing {
    /// What the user may do.
    pub role: Role,
    /// Whether the session that the token belongs to goes on.
    pub is_live: bool,
}

/// A hash by bcrypt. It never prints.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub(crate) String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Buys.
    Customer,
    /// Runs the shop.
    Admin,
}

/// An address with the id by which its owner names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAddress {
    /// Its id.
    pub id: AddressId,
    /// The address.
    #[serde(flatten)]
    pub address: Address,
}

/// The users.
#[derive(Clone)]
pub struct Users(Collection<UserDoc>);

impl Users {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("users"))
    }

    /// Stores a new user.
    ///
    /// # Errors
    /// A violation of [`EMAIL_UNIQUE`] when there is an account with that e-mail.
    pub async fn insert(&self, user: &UserDoc) -> Result<(), Error> {
        self.0.insert_one(user).await.map(drop)
    }

    /// The user with that id.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(&self, id: UserId) -> Result<Option<UserDoc>, Error> {
        self.0.find_one(doc! { "_id": id }).max_time(MAX_TIME).await
    }

    /// The user with that e-mail.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_email(&self, email: &Email) -> Result<Option<UserDoc>, Error> {
        self.0.find_one(doc! { "email": email.as_str() }).max_time(MAX_TIME).await
    }

    /// How the user of a token stands, and the session of that token: two documents by their ids, in one
    /// round trip. `None` when there is no such user.
    ///
    /// # Errors
    /// The database's.
    pub async fn standing(&self, id: UserId, session: SessionId, now: Timestamp) -> Result<Option<Standing>, Error> {
        let version = doc! { "$ifNull": ["$credentials_version", 0] };
        let live = doc! {
            "_id": session, "user_id": id, "expires_at": { "$gt": now },
            "$expr": { "$eq": [version.clone(), "$$version"] },
        };
        let sessions = doc! {
            "from": "sessions", "as": "sessions", "let": { "version": version },
            "pipeline": [{ "$match": live }, { "$project": { "_id": 1 } }],
        };
        let shown = doc! { "_id": 0, "role": 1, "is_live": { "$gt": [{ "$size": "$sessions" }, 0] } };
        let pipeline = [doc! { "$match": { "_id": id } }, doc! { "$lookup": sessions }, doc! { "$project": shown }];
        let found = self.0.aggregate(pipeline).with_type::<Standing>().max_time(MAX_TIME);
        found.await?.try_next().await
    }

    /// The users with those ids, in no order.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserDoc>, Error> {
        self.0.find(doc! { "_id": { "$in": ids } }).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Changes the name, and answers the user as it is then.
    ///
    /// # Errors
    /// The database's.
    pub async fn rename(&self, id: UserId, name: &PersonName) -> Result<Option<UserDoc>, Error> {
        self.update(doc! { "_id": id }, doc! { "$set": { "name": name.as_str() } }).await
    }

    /// Adds an address; `None` when the user has gone or has [`MAX_ADDRESSES`] already.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_address(&self, id: UserId, address: &StoredAddress) -> Result<Option<UserDoc>, Error> {
        let address = crate::db::to_bson(address)?;
        let last = format!("addresses.{}", MAX_ADDRESSES.saturating_sub(1));
        self.update(doc! { "_id": id, last: { "$exists": false } }, doc! { "$push": { "addresses": address } }).await
    }

    /// Replaces an address; `None` when the user has none of that id.
    ///
    /// # Errors
    /// The database's.
    pub async fn replace_address(&self, id: UserId, address: &StoredAddress) -> Result<Option<UserDoc>, Error> {
        let replacement = crate::db::to_bson(address)?;
        let filter = doc! { "_id": id, "addresses.id": address.id };
        self.update(filter, doc! { "$set": { "addresses.$": replacement } }).await
    }

    /// Removes an address; `None` when the user has none of that id.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_address(&self, id: UserId, address: AddressId) -> Result<Option<UserDoc>, Error> {
        let filter = doc! { "_id": id, "addresses.id": address };
        self.update(filter, doc! { "$pull": { "addresses": { "id": address } } }).await
    }

    /// How many customers registered from `from` up to, not including, `to`.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_new_customers(&self, from: Timestamp, to: Timestamp) -> Result<u64, Error> {
        let filter = doc! { "role": "customer", "created_at": { "$gte": from, "$lt": to } };
        self.0.count_documents(filter).max_time(MAX_TIME).await
    }

    async fn update(&self, filter: Document, update: Document) -> Result<Option<UserDoc>, Error> {
        self.0.find_one_and_update(filter, update).return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }
}

pub(super) fn declaration() -> Declaration {
    let text = || doc! { "bsonType": "string" };
    let address = doc! {
        "bsonType": "object",
        "required": ["id", "type", "street", "city", "state", "zip", "country"],
        "properties": {
            "id": { "bsonType": "objectId" },
            "type": { "enum": ["shipping", "billing"] },
            "street": text(), "city": text(), "state": text(), "zip": text(),
            "country": { "bsonType": "string", "pattern": "^[A-Z]{2}$" },
            "phone": { "bsonType": ["string", "null"] },
        },
    };
    let properties = doc! {
        "name": text(),
        "email": { "bsonType": "string", "minLength": 3 },
        "password_hash": { "bsonType": "string", "pattern": "^\\$2[aby]\\$" },
        "role": { "enum": ["customer", "admin"] },
        "created_at": { "bsonType": "date" },
        "addresses": { "bsonType": "array", "maxItems": 20, "items": address },
        "credentials_version": { "bsonType": "long" },
    };
    Declaration {
        name: "users",
        validator: validator(&["name", "email", "password_hash", "role", "created_at", "addresses"], properties),
        indexes: vec![
            unique(EMAIL_UNIQUE, doc! { "email": 1 }),
            super::schema::index("role_created", doc! { "role": 1, "created_at": 1 }),
        ],
    }
}
