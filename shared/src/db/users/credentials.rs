//! What decides who may do what: passwords and roles. Each change of them ends the user's sessions in the
//! same transaction, and increments a number in the user's own document.

use super::{PasswordHash, Role, UserDoc, Users};
use crate::db::MAX_TIME;
use crate::domain::id::UserId;
use bson::{Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Users {
    /// Whether the user's credentials are still those of `version`, in the transaction that opens a session
    /// by them. It marks the user: of this and a transaction that changes the credentials, one is repeated.
    ///
    /// # Errors
    /// The database's.
    pub async fn lock_credentials(
        &self,
        transaction: &mut ClientSession,
        id: UserId,
        version: i64,
    ) -> Result<bool, Error> {
        let marked = self.0.update_one(at_version(id, version), mark()).session(transaction).await?;
        Ok(marked.matched_count == 1)
    }

    /// Stores another password while the user's credentials are those of `version`, and increments it;
    /// the number that it has then, or `None` when it is another one already.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_password(
        &self,
        transaction: &mut ClientSession,
        id: UserId,
        version: i64,
        password: &PasswordHash,
    ) -> Result<Option<i64>, Error> {
        let update = doc! { "$set": { "password_hash": &password.0 }, "$inc": { "credentials_version": 1_i64 } };
        let changed = self.0.find_one_and_update(at_version(id, version), update);
        let changed = changed.return_document(ReturnDocument::After).session(transaction).await?;
        Ok(changed.map(|user| user.credentials_version))
    }

    /// Whether there is an administrator.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_admin(&self) -> Result<bool, Error> {
        let admin = self.0.find_one(doc! { "role": "admin" }).max_time(MAX_TIME).await?;
        Ok(admin.is_some())
    }

    /// Whether there is an administrator besides that user. It marks the one that it finds: of two
    /// transactions that would remove each other's witness, one is repeated, and finds none.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_admin_besides(&self, transaction: &mut ClientSession, id: UserId) -> Result<bool, Error> {
        let filter = doc! { "role": "admin", "_id": { "$ne": id } };
        let witness = self.0.find_one_and_update(filter, mark()).session(transaction).await?;
        Ok(witness.is_some())
    }

    /// Gives a user another role, and ends the sessions by it; `None` when there is no such user.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_role(
        &self,
        transaction: &mut ClientSession,
        id: UserId,
        role: Role,
    ) -> Result<Option<UserDoc>, Error> {
        let update = doc! { "$set": { "role": role.as_str() }, "$inc": { "credentials_version": 1_i64 } };
        let changed = self.0.find_one_and_update(doc! { "_id": id }, update).return_document(ReturnDocument::After);
        changed.session(transaction).await
    }

    /// The user with that id, as a transaction sees it.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_in(&self, transaction: &mut ClientSession, id: UserId) -> Result<Option<UserDoc>, Error> {
        self.0.find_one(doc! { "_id": id }).session(transaction).await
    }

    /// Removes a user while its credentials are those of `version`; whether it did.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove(&self, transaction: &mut ClientSession, id: UserId, version: i64) -> Result<bool, Error> {
        let removed = self.0.delete_one(at_version(id, version)).session(transaction).await?;
        Ok(removed.deleted_count > 0)
    }

    /// Stores a better hash of the same password, unless the password has changed meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub async fn rehash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<(), Error> {
        let update = doc! { "$set": { "password_hash": &new.0 } };
        self.0.update_one(doc! { "_id": id, "password_hash": &old.0 }, update).await.map(drop)
    }
}

/// A write for its own sake: transactions that only read a document do not collide.
fn mark() -> Document {
    doc! { "$set": { "witness": bson::oid::ObjectId::new() } }
}

/// A user whose credentials have not changed since; before they first did, there is no number.
fn at_version(id: UserId, version: i64) -> Document {
    let version = if version == 0 {
        doc! { "$in": [0_i64, null] }
    } else {
        doc! { "$eq": version }
    };
    doc! { "_id": id, "credentials_version": version }
}
