//! What decides who may do what: passwords, roles, and how somebody who presents a token stands. Each
//! change of them ends sessions, by a number in the user's own document.

use super::{PasswordHash, Role, UserDoc, Users};
use crate::db::MAX_TIME;
use crate::domain::id::{SessionId, UserId};
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use serde::Deserialize;

/// How somebody who presents a token stands at this moment.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Standing {
    /// What the user may do.
    pub role: Role,
    /// Whether the session that the token belongs to goes on.
    pub is_live: bool,
}

impl Users {
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
        let mark = doc! { "$set": { "witness": bson::oid::ObjectId::new() } };
        let witness = self.0.find_one_and_update(filter, mark).session(transaction).await?;
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

/// A user whose credentials have not changed since; before they first did, there is no number.
fn at_version(id: UserId, version: i64) -> Document {
    let version = if version == 0 {
        doc! { "$in": [0_i64, null] }
    } else {
        doc! { "$eq": version }
    };
    doc! { "_id": id, "credentials_version": version }
}
