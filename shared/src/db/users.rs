//! The collection `users`: who may log in, and where they live.

mod credentials;
mod declaration;
mod filter;

pub(super) use declaration::declaration;
pub use filter::{UserFilter, UserPosition};

use super::MAX_TIME;
use crate::domain::address::Address;
use crate::domain::email::Email;
use crate::domain::id::{AddressId, UserId};
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;
use crate::domain::validation::ValidationError;
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
    /// Grows with each change of the password or the role: a session is opened under the number that was
    /// there when its password was checked, or not at all.
    pub credentials_version: i64,
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

impl Role {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let role = [Self::Customer, Self::Admin].into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| ValidationError::new("invalid_choice", "must be \"customer\" or \"admin\""))
    }
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
    /// Those of a database.
    #[must_use]
    pub fn new(database: &Database) -> Self {
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
