//! Verifications and changes of e-mail addresses, inside transactions. A changed address increments the user's credentials
//! version, as a changed password does; the caller ends the user's sessions in the same transaction.

use super::credentials::at_version;
use super::{PasswordHash, UserDoc, Users};
use crate::domain::email::Email;
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;
use serde::{Deserialize, Serialize};

/// An address that replaces the one of the account once it is verified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PendingEmail {
    /// The address.
    pub email: Email,
    /// The session that requested the change. It is kept when the change ends all others.
    pub session_id: SessionId,
}

impl Users {
    /// Stores the address that replaces the current one once it is verified; `None` ends a pending change. Returns whether the
    /// user's credentials have this version.
    pub async fn set_pending_email(
        &self,
        transaction: &mut ClientSession,
        id: UserId,
        version: i64,
        pending: Option<&PendingEmail>,
    ) -> Result<bool, Error> {
        let pending = pending.map_or(Ok(Bson::Null), crate::db::to_bson)?;
        let update = doc! { "$set": { "pending_email": pending } };
        let changed = self.0.update_one(at_version(id, version), update).session(transaction).await?;
        Ok(changed.matched_count > 0)
    }

    /// Records that the owner of a user's current address receives mail there. Returns whether it is the current address.
    pub async fn verify_email(
        &self,
        transaction: &mut ClientSession,
        id: UserId,
        email: &Email,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let verified_at = doc! { "$ifNull": ["$email_verified_at", now] };
        let update = vec![doc! { "$set": { "email_verified_at": verified_at } }];
        let verified = self.0.update_one(doc! { "_id": id, "email": email.as_str() }, update);
        Ok(verified.session(transaction).await?.matched_count > 0)
    }

    /// Gives a user, as it was read in the transaction, another, verified address. Returns the incremented credentials version.
    ///
    /// # Errors
    /// A violation of [`EMAIL_UNIQUE`](super::EMAIL_UNIQUE) when another account has the address.
    pub async fn change_email(
        &self,
        transaction: &mut ClientSession,
        user: &UserDoc,
        email: &Email,
        now: Timestamp,
    ) -> Result<i64, Error> {
        let version = user.credentials_version.saturating_add(1);
        self.replace_email(transaction, user, changed_email(email, version, now)).await?;
        Ok(version)
    }

    /// Gives a user, as it was read in the transaction, an earlier address back. The author of the change may know the password,
    /// so `unknown_password` replaces it. Earlier changes can no longer be undone.
    ///
    /// # Errors
    /// A violation of [`EMAIL_UNIQUE`](super::EMAIL_UNIQUE) when another account has the address.
    pub async fn restore_email(
        &self,
        transaction: &mut ClientSession,
        user: &UserDoc,
        email: &Email,
        unknown_password: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut fields = changed_email(email, user.credentials_version.saturating_add(1), now);
        fields.extend(doc! { "password_hash": &unknown_password.0, "email_restored_at": now });
        self.replace_email(transaction, user, fields).await
    }

    async fn replace_email(
        &self,
        transaction: &mut ClientSession,
        user: &UserDoc,
        fields: Document,
    ) -> Result<(), Error> {
        let replaced = self.0.update_one(at_version(user.id, user.credentials_version), doc! { "$set": fields });
        replaced.session(transaction).await.map(drop)
    }
}

fn changed_email(email: &Email, version: i64, now: Timestamp) -> Document {
    doc! {
        "email": email.as_str(), "email_verified_at": now, "pending_email": null, "credentials_version": version,
    }
}
