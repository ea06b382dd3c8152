//! The collection `users`: accounts with their credentials, roles and addresses.

mod credentials;
mod declaration;
mod email;
mod filter;
mod synthetic;

pub(super) use declaration::declaration;
pub use email::PendingEmail;
pub use filter::{UserFilter, UserPosition};

use super::MAX_TIME;
use super::decode::collect;
use crate::domain::address::Address;
use crate::domain::email::Email;
use crate::domain::id::{AddressId, UserId};
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;
use crate::domain::validation::ValidationError;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};

/// Maximum number of addresses of a user.
pub const MAX_ADDRESSES: usize = 20;

/// The unique index on `email`.
pub const EMAIL_UNIQUE: &str = "email_unique";

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// The name.
    pub name: PersonName,
    /// The e-mail address, with which the user logs in.
    pub email: Email,
    /// The bcrypt hash of the password, which includes its cost.
    pub password_hash: PasswordHash,
    /// The role.
    pub role: Role,
    /// The time of the registration.
    pub created_at: Timestamp,
    /// The addresses.
    pub addresses: Vec<StoredAddress>,
    /// Incremented by each change of the password, the address or the role. A session is opened only if the version is the
    /// one at which the password was verified.
    pub credentials_version: i64,
    /// When the owner proved to receive mail at the address. Accounts of earlier releases are not verified.
    #[serde(default)]
    pub email_verified_at: Option<Timestamp>,
    /// The address that is to replace `email`.
    #[serde(default)]
    pub pending_email: Option<PendingEmail>,
    /// When a change of the address was undone the last time. Earlier changes can no longer be undone.
    #[serde(default)]
    pub email_restored_at: Option<Timestamp>,
}

/// A bcrypt hash. `Debug` hides it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub(crate) String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// The role of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Buys in the shop.
    Customer,
    /// Administers the shop.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 2] = [Self::Customer, Self::Admin];

    /// Returns the name in the database and the API.
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
        let role = Self::ALL.into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| ValidationError::invalid_choice(&["customer", "admin"]))
    }
}

/// An address with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAddress {
    /// The id.
    pub id: AddressId,
    /// The address.
    #[serde(flatten)]
    pub address: Address,
}

/// The collection `users`.
#[derive(Clone)]
pub struct Users(Collection<UserDoc>);

impl Users {
    /// Returns the collection of a database.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.collection("users"))
    }

    /// Inserts a user.
    ///
    /// # Errors
    /// A violation of [`EMAIL_UNIQUE`] when the e-mail address has an account.
    pub async fn insert(&self, user: &UserDoc) -> Result<(), Error> {
        self.0.insert_one(user).await.map(drop)
    }

    /// Inserts a user, inside a transaction.
    ///
    /// # Errors
    /// As for [`Self::insert`].
    pub async fn insert_in(&self, transaction: &mut ClientSession, user: &UserDoc) -> Result<(), Error> {
        self.0.insert_one(user).session(transaction).await.map(drop)
    }

    /// Returns the user with an id.
    pub async fn get(&self, id: UserId) -> Result<Option<UserDoc>, Error> {
        self.0.find_one(doc! { "_id": id }).max_time(MAX_TIME).await
    }

    /// Returns the user with an e-mail address.
    pub async fn by_email(&self, email: &Email) -> Result<Option<UserDoc>, Error> {
        self.0.find_one(doc! { "email": email.as_str() }).max_time(MAX_TIME).await
    }

    /// Returns the users with these ids, in no particular order.
    pub async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserDoc>, Error> {
        let found = self.0.find(doc! { "_id": { "$in": ids } }).max_time(MAX_TIME).await?;
        collect(self.0.name(), found).await
    }

    /// Changes the name, and returns the updated user.
    pub async fn rename(&self, id: UserId, name: &PersonName) -> Result<Option<UserDoc>, Error> {
        self.update(doc! { "_id": id }, doc! { "$set": { "name": name.as_str() } }).await
    }

    /// Adds an address; `None` when the user does not exist or has [`MAX_ADDRESSES`].
    pub async fn add_address(&self, id: UserId, address: &StoredAddress) -> Result<Option<UserDoc>, Error> {
        let address = crate::db::to_bson(address)?;
        let last = format!("addresses.{}", MAX_ADDRESSES.saturating_sub(1));
        self.update(doc! { "_id": id, last: { "$exists": false } }, doc! { "$push": { "addresses": address } }).await
    }

    /// Replaces an address; `None` when the user has no address with this id.
    pub async fn replace_address(&self, id: UserId, address: &StoredAddress) -> Result<Option<UserDoc>, Error> {
        let replacement = crate::db::to_bson(address)?;
        let filter = doc! { "_id": id, "addresses.id": address.id };
        self.update(filter, doc! { "$set": { "addresses.$": replacement } }).await
    }

    /// Removes an address; `None` when the user has no address with this id.
    pub async fn remove_address(&self, id: UserId, address: AddressId) -> Result<Option<UserDoc>, Error> {
        let filter = doc! { "_id": id, "addresses.id": address };
        self.update(filter, doc! { "$pull": { "addresses": { "id": address } } }).await
    }

    async fn update(&self, filter: Document, update: Document) -> Result<Option<UserDoc>, Error> {
        self.0.find_one_and_update(filter, update).return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }
}
