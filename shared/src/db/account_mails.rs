//! The collection `account_mails`: notifications about accounts, one document for each. Each is inserted in the transaction that makes
//! it due, so that a crash loses none. A password reset is recorded in the same way for addresses without an account.

use super::schema::{Declaration, expiring, index_where, validator};
use super::{new_id, notifications};
use crate::domain::email::Email;
use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::{Notification, NotificationKind, NotificationOutcome};
use crate::domain::time::Timestamp;
use bson::doc;
use mongodb::error::Error;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a document remains. It can have the address of a person without an account.
const LIFETIME: Duration = Duration::from_hours(7 * 24);

/// A notification about an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountMailDoc {
    /// The id, which is that of the notification.
    #[serde(rename = "_id")]
    pub id: NotificationId,
    /// The account. `None` if only an address is known, as for a password reset.
    pub user_id: Option<UserId>,
    /// The recipient.
    pub email: Email,
    /// When it became due.
    pub created_at: Timestamp,
    /// The notification.
    pub notifications: Vec<Notification>,
}

/// The collection `account_mails`.
#[derive(Clone)]
pub struct AccountMails {
    collection: Collection<AccountMailDoc>,
    /// Otherwise nothing is recorded.
    sends_mail: bool,
}

impl AccountMails {
    /// Returns the collection of a database, of a shop that sends mail or does not.
    #[must_use]
    pub fn new(database: &Database, sends_mail: bool) -> Self {
        Self { collection: database.collection("account_mails"), sends_mail }
    }

    /// Records a notification, if the shop sends mail, in the transaction that makes it due.
    pub async fn record(
        &self,
        session: Option<&mut ClientSession>,
        kind: NotificationKind,
        user: Option<UserId>,
        email: &Email,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !self.sends_mail {
            return Ok(());
        }
        let id = new_id();
        let notifications = vec![Notification::new(id, kind, now)];
        let mail = AccountMailDoc { id, user_id: user, email: email.clone(), created_at: now, notifications };
        let recorded = self.collection.insert_one(mail);
        match session {
            Some(session) => recorded.session(session).await.map(drop),
            None => recorded.await.map(drop),
        }
    }

    /// Removes the notifications of an account, inside the transaction that deletes it.
    pub async fn remove_of(&self, session: &mut ClientSession, user: UserId) -> Result<(), Error> {
        self.collection.delete_many(doc! { "user_id": user }).session(session).await.map(drop)
    }

    /// Returns notifications that are due, or whose attempt has crashed, earliest due time first.
    pub async fn due(&self, now: Timestamp, limit: i64) -> Result<Vec<AccountMailDoc>, Error> {
        notifications::find_due(&self.collection, now, limit).await
    }

    /// Ends the notifications from this time or earlier that have not ended, and returns their number.
    pub async fn end_all(&self, until: Timestamp, now: Timestamp) -> Result<u64, Error> {
        notifications::end_until(&self.collection, until, now).await
    }

    /// Returns the age of the oldest notification that has not ended.
    pub async fn oldest_age(&self, now: Timestamp) -> Result<Option<Duration>, Error> {
        notifications::oldest_age(&self.collection, now).await
    }

    /// Leases a notification for an attempt to send it; `None` if another run has leased or ended it.
    pub async fn lease(
        &self,
        id: NotificationId,
        notification: &Notification,
        now: Timestamp,
    ) -> Result<Option<AccountMailDoc>, Error> {
        notifications::lease(&self.collection, id, notification, now).await
    }

    /// Stores the result of an attempt to send a leased notification, and returns it: the last one that fails has failed for good.
    pub async fn end(
        &self,
        id: NotificationId,
        notification: &Notification,
        outcome: NotificationOutcome,
        now: Timestamp,
    ) -> Result<NotificationOutcome, Error> {
        notifications::end(&self.collection, id, notification, outcome, now).await
    }
}

pub(super) fn declaration() -> Declaration {
    let properties = doc! {
        "user_id": { "bsonType": ["objectId", "null"] },
        "email": { "bsonType": "string", "minLength": 3 },
        "created_at": { "bsonType": "date" },
        "notifications": notifications::schema(),
    };
    Declaration {
        name: "account_mails",
        validator: validator(&["email", "created_at", "notifications"], properties),
        indexes: vec![
            notifications::due_index(),
            index_where(
                "user",
                doc! { "user_id": 1 },
                doc! { "user_id": { "$gt": bson::oid::ObjectId::from_bytes([0; 12]) } },
            ),
            expiring("created", "created_at", LIFETIME),
        ],
    }
}
