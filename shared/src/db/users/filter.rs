//! The list of users: which, in which order, and where its pages end.

use super::{Role, UserDoc, Users};
use crate::db::MAX_TIME;
use crate::db::schema::after;
use crate::domain::email::Email;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use serde::{Deserialize, Serialize};

/// Which users to find. What is given together must all match.
#[derive(Debug, Default)]
pub struct UserFilter {
    /// Those of this role.
    pub role: Option<Role>,
    /// The one with this e-mail address.
    pub email: Option<Email>,
}

/// Where a page of users ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct UserPosition {
    created_at: Timestamp,
    id: UserId,
}

impl UserPosition {
    /// The position of a user in the list.
    #[must_use]
    pub const fn of(user: &UserDoc) -> Self {
        Self { created_at: user.created_at, id: user.id }
    }
}

impl Users {
    /// One page of the users that match, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        filter: &UserFilter,
        position: Option<&UserPosition>,
        limit: i64,
    ) -> Result<Vec<UserDoc>, Error> {
        let mut wanted = Document::new();
        if let Some(role) = filter.role {
            wanted.insert("role", role.as_str());
        }
        if let Some(email) = &filter.email {
            wanted.insert("email", email.as_str());
        }
        let wanted = match position {
            Some(UserPosition { created_at, id }) => {
                doc! { "$or": after(&wanted, "created_at", -1, (*created_at).into(), (*id).into()).to_vec() }
            }
            None => wanted,
        };
        // The one user of an e-mail address needs no sorting, for which its index would be no help.
        let sort = if filter.email.is_some() {
            doc! {}
        } else {
            doc! { "created_at": -1, "_id": -1 }
        };
        self.0.find(wanted).sort(sort).limit(limit).max_time(MAX_TIME).await?.try_collect().await
    }
}
