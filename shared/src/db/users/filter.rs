//! Lists and counts of users: filters, positions and pages.

use super::synthetic::not_synthetic;
use super::{Role, UserDoc, Users};
use crate::db::MAX_TIME;
use crate::db::decode::find_page;
use crate::db::keyset::after;
use crate::domain::email::Email;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::options::FindOptions;
use serde::{Deserialize, Serialize};

/// A filter for users. All given conditions must match. It never matches synthetic users.
#[derive(Debug, Default)]
pub struct UserFilter {
    /// Users with this role.
    pub role: Option<Role>,
    /// The user with this e-mail address.
    pub email: Option<Email>,
}

/// The position of the last user of a page.
#[derive(Debug, Serialize, Deserialize)]
pub struct UserPosition {
    created_at: Timestamp,
    id: UserId,
}

impl UserPosition {
    /// Returns the position of a user.
    #[must_use]
    pub const fn of(user: &UserDoc) -> Self {
        Self { created_at: user.created_at, id: user.id }
    }
}

impl Users {
    /// Returns a page of the users that match the filter, newest first.
    pub async fn list(
        &self,
        filter: &UserFilter,
        position: Option<&UserPosition>,
        limit: i64,
    ) -> Result<Vec<UserDoc>, Error> {
        let mut conditions = not_synthetic();
        if let Some(role) = filter.role {
            conditions.insert("role", role.as_str());
        }
        if let Some(email) = &filter.email {
            conditions.insert("email", email.as_str());
        }
        let conditions = match position {
            Some(UserPosition { created_at, id }) => {
                doc! { "$or": after(&conditions, "created_at", -1, (*created_at).into(), (*id).into()).to_vec() }
            }
            None => conditions,
        };
        // An e-mail address has one user. With a sort the server could choose the index of the sort instead.
        let sort = if filter.email.is_some() {
            doc! {}
        } else {
            doc! { "created_at": -1, "_id": -1 }
        };
        let options = FindOptions::builder().sort(sort).max_time(MAX_TIME).build();
        find_page(&self.0, conditions, options, limit).await
    }

    /// Returns the number of customers registered from `from` until before `to`, without synthetic ones.
    pub async fn count_new_customers(&self, from: Timestamp, to: Timestamp) -> Result<u64, Error> {
        let mut filter = doc! { "role": "customer", "created_at": { "$gte": from, "$lt": to } };
        filter.extend(not_synthetic());
        self.0.count_documents(filter).max_time(MAX_TIME).await
    }
}
