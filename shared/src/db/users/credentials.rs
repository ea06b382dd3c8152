//! Changes of passwords and roles. Each increments the user's credentials version; the caller ends the user's sessions
//! in the same transaction.

use super::{PasswordHash, Role, UserDoc, Users};
use crate::db::account_mails::AccountMails;
use crate::db::{MAX_TIME, counter_is};
use crate::domain::id::UserId;
use crate::domain::notification::NotificationKind;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

impl Users {
    /// Returns whether the user's credentials still have this version, inside the transaction that opens a session.
    ///
    /// It writes to the user, so that it conflicts with a transaction that changes the credentials: one of them is
    /// repeated.
    pub async fn lock_credentials(
        &self,
        transaction: &mut ClientSession,
        id: UserId,
        version: i64,
    ) -> Result<bool, Error> {
        let marked = self.0.update_one(at_version(id, version), conflict()).session(transaction).await?;
        Ok(marked.matched_count == 1)
    }

    /// Changes the password if the user's credentials have this version, and returns the incremented version; `None`
    /// otherwise. A pending change of the address ends: it may have been requested by a thief of the old
    /// password.
    pub async fn set_password(
        &self,
        transaction: &mut ClientSession,
        id: UserId,
        version: i64,
        password: &PasswordHash,
    ) -> Result<Option<i64>, Error> {
        let fields = doc! { "password_hash": &password.0, "pending_email": null };
        let update = doc! { "$set": fields, "$inc": { "credentials_version": 1_i64 } };
        let changed = self.0.find_one_and_update(at_version(id, version), update);
        let changed = changed.return_document(ReturnDocument::After).session(transaction).await?;
        Ok(changed.map(|user| user.credentials_version))
    }

    /// Returns whether there is an administrator.
    pub async fn has_admin(&self) -> Result<bool, Error> {
        let admin = self.0.find_one(doc! { "role": "admin" }).max_time(MAX_TIME).await?;
        Ok(admin.is_some())
    }

    /// Returns whether there is an administrator besides this user.
    ///
    /// It writes to the one that it finds. If two transactions would each remove the administrator that the other
    /// found, they conflict: one is repeated, and finds none.
    pub async fn has_other_admin(&self, transaction: &mut ClientSession, id: UserId) -> Result<bool, Error> {
        let filter = doc! { "role": "admin", "_id": { "$ne": id } };
        let witness = self.0.find_one_and_update(filter, conflict()).session(transaction).await?;
        Ok(witness.is_some())
    }

    /// Inserts an administrator, who is notified.
    ///
    /// # Errors
    /// A violation of [`EMAIL_UNIQUE`](super::EMAIL_UNIQUE) when the e-mail address has an account.
    pub async fn insert_admin(
        &self,
        transaction: &mut ClientSession,
        mails: &AccountMails,
        admin: &UserDoc,
    ) -> Result<(), Error> {
        self.insert_in(transaction, admin).await?;
        notify_admin(transaction, mails, admin, admin.created_at).await
    }

    /// Changes the role, and returns the updated user; `None` when there is no such user. A new administrator is notified.
    pub async fn set_role(
        &self,
        transaction: &mut ClientSession,
        mails: &AccountMails,
        id: UserId,
        role: Role,
        now: Timestamp,
    ) -> Result<Option<UserDoc>, Error> {
        let update = doc! { "$set": { "role": role.as_str() }, "$inc": { "credentials_version": 1_i64 } };
        let changed = self.0.find_one_and_update(doc! { "_id": id }, update).return_document(ReturnDocument::After);
        let changed = changed.session(&mut *transaction).await?;
        if let Some(admin) = changed.as_ref().filter(|user| user.role == Role::Admin) {
            notify_admin(transaction, mails, admin, now).await?;
        }
        Ok(changed)
    }

    /// Returns the user with an id, inside a transaction.
    pub async fn get_in(&self, transaction: &mut ClientSession, id: UserId) -> Result<Option<UserDoc>, Error> {
        self.0.find_one(doc! { "_id": id }).session(transaction).await
    }

    /// Removes a user if its credentials have this version. Returns whether it did.
    pub async fn remove(&self, transaction: &mut ClientSession, id: UserId, version: i64) -> Result<bool, Error> {
        let removed = self.0.delete_one(at_version(id, version)).session(transaction).await?;
        Ok(removed.deleted_count > 0)
    }

    /// Replaces the hash by a stronger one of the same password, unless the password has changed.
    pub async fn rehash(&self, id: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<(), Error> {
        let update = doc! { "$set": { "password_hash": &new.0 } };
        self.0.update_one(doc! { "_id": id, "password_hash": &old.0 }, update).await.map(drop)
    }
}

/// Records the mail to a new administrator. Its owner may not know of the change, or may not be its author.
async fn notify_admin(
    transaction: &mut ClientSession,
    mails: &AccountMails,
    admin: &UserDoc,
    now: Timestamp,
) -> Result<(), Error> {
    let kind = NotificationKind::NewAdministrator;
    mails.record(Some(transaction), kind, Some(admin.id), &admin.email, now).await
}

/// Returns an update that only makes transactions conflict: reads alone would not.
fn conflict() -> Document {
    doc! { "$set": { "witness": bson::oid::ObjectId::new() } }
}

/// Returns the filter for a user with this credentials version.
pub(super) fn at_version(id: UserId, version: i64) -> Document {
    doc! { "_id": id, "credentials_version": counter_is(version) }
}
