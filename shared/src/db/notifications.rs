//! Notifications that are stored with what they are about: in the array `notifications` of a document. The update that
//! makes one due adds it, so that a crash loses none. The function `mailer` sends them.

use super::MAX_TIME;
use super::decode::find_page;
use super::schema::index_where;
use crate::domain::notification::{
    Notification, NotificationKind, NotificationOutcome, NotificationReason, NotificationState, retry_delay,
};
use crate::domain::time::Timestamp;
use bson::{Bson, DateTime, Document, doc};
use futures_util::StreamExt;
use mongodb::error::Error;
use mongodb::options::{FindOptions, ReturnDocument};
use mongodb::{Collection, IndexModel};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long an attempt may take. After that the run has crashed, and another one sends the notification.
const LEASE: Duration = Duration::from_mins(2);
/// The latest time that a due time can have: the end of the year 9999. The planner uses a partial index only for a query that
/// implies its filter.
const LATEST: DateTime = DateTime::from_millis(253_402_300_799_999);

/// Returns the operand of `$push` that adds notifications to a document.
pub(super) fn push(notifications: &[Notification]) -> Result<Document, bson::error::Error> {
    Ok(doc! { "notifications": { "$each": super::to_bson(&notifications)? } })
}

/// Returns documents with a notification that is due, or whose attempt has crashed, earliest due time first.
pub(super) async fn find_due<D>(collection: &Collection<D>, now: Timestamp, limit: i64) -> Result<Vec<D>, Error>
where
    D: DeserializeOwned + Send + Sync + Unpin,
{
    // The index has this order. A sort by a field of an array would be one in memory.
    let options = FindOptions::builder().max_time(MAX_TIME).build();
    find_page(collection, doc! { "notifications.due_at": { "$lte": now } }, options, limit).await
}

/// Returns the age of the oldest notification that has not ended, whether or not its next attempt is due.
pub(super) async fn oldest_age<D: Send + Sync>(
    collection: &Collection<D>,
    now: Timestamp,
) -> Result<Option<Duration>, Error> {
    // Its due time says little: each failed attempt postpones it.
    let stages = [
        doc! { "$match": { "notifications.due_at": { "$lte": LATEST } } },
        doc! { "$unwind": "$notifications" },
        doc! { "$match": { "notifications.due_at": { "$lte": LATEST } } },
        doc! { "$group": { "_id": null, "oldest": { "$min": "$notifications.created_at" } } },
    ];
    let mut found = collection.aggregate(stages).max_time(MAX_TIME).with_type::<Oldest>().await?;
    Ok(found.next().await.transpose()?.map(|Oldest { oldest }| now.since(oldest)))
}

#[derive(Deserialize)]
struct Oldest {
    oldest: Timestamp,
}

/// Leases a notification for an attempt to send it, and returns its document as it is then; `None` if another run has leased or
/// ended it.
pub(super) async fn lease<D>(
    collection: &Collection<D>,
    document: impl Into<Bson> + Send,
    notification: &Notification,
    now: Timestamp,
) -> Result<Option<D>, Error>
where
    D: DeserializeOwned + Send + Sync,
{
    let Notification { id, attempts, due_at, .. } = notification;
    let unchanged = doc! { "id": *id, "attempts": *attempts, "due_at": *due_at };
    let leased = doc! {
        "$set": { "notifications.$.state": NotificationState::Sending.as_str(), "notifications.$.due_at": now.plus(LEASE) },
        "$inc": { "notifications.$.attempts": 1_i64 },
    };
    let leased = collection.find_one_and_update(matching(document, unchanged), leased);
    leased.return_document(ReturnDocument::After).max_time(MAX_TIME).await
}

/// Stores the result of an attempt, and returns it: the last one that fails has failed for good. `notification` is as [`lease`] has
/// returned it. Has no effect if the attempt took longer than its lease and another one has begun.
pub(super) async fn end<D: Send + Sync>(
    collection: &Collection<D>,
    document: impl Into<Bson> + Send,
    notification: &Notification,
    outcome: NotificationOutcome,
    now: Timestamp,
) -> Result<NotificationOutcome, Error> {
    let Notification { id, attempts, .. } = notification;
    let own = doc! { "id": *id, "attempts": *attempts, "state": NotificationState::Sending.as_str() };
    let delay = retry_delay(*attempts);
    let outcome = match outcome {
        NotificationOutcome::FailedForNow if delay.is_none() => {
            NotificationOutcome::Failed(NotificationReason::Unavailable)
        }
        outcome => outcome,
    };
    let update = match outcome {
        NotificationOutcome::FailedForNow => doc! { "$set": {
            "notifications.$.state": NotificationState::Due.as_str(),
            "notifications.$.due_at": now.plus(delay.unwrap_or_default()),
        } },
        NotificationOutcome::Sent => ended(NotificationState::Sent, None, now),
        NotificationOutcome::Failed(reason) => ended(NotificationState::Failed, Some(reason), now),
        NotificationOutcome::Suppressed(reason) => ended(NotificationState::Suppressed, Some(reason), now),
    };
    collection.update_one(matching(document, own), update).await.map(|_| outcome)
}

/// Ends all notifications that have not ended and are from this time or earlier, as outdated. Returns the number of their documents.
pub(super) async fn end_until<D: Send + Sync>(
    collection: &Collection<D>,
    until: Timestamp,
    now: Timestamp,
) -> Result<u64, Error> {
    let due = doc! { "due_at": { "$lte": LATEST }, "created_at": { "$lte": until } };
    let filters = [doc! { "due.due_at": { "$lte": LATEST }, "due.created_at": { "$lte": until } }];
    let update = doc! {
        "$set": {
            "notifications.$[due].state": NotificationState::Suppressed.as_str(),
            "notifications.$[due].reason": NotificationReason::Outdated.as_str(),
            "notifications.$[due].ended_at": now,
        },
        "$unset": { "notifications.$[due].due_at": "" },
    };
    let filter = doc! { "notifications.due_at": { "$lte": LATEST }, "notifications": { "$elemMatch": due } };
    Ok(collection.update_many(filter, update).array_filters(filters).await?.modified_count)
}

/// Returns the filter for a document with such a notification.
fn matching(document: impl Into<Bson>, notification: Document) -> Document {
    let id: Bson = document.into();
    doc! { "_id": id, "notifications": { "$elemMatch": notification } }
}

fn ended(state: NotificationState, reason: Option<NotificationReason>, now: Timestamp) -> Document {
    let mut set = doc! { "notifications.$.state": state.as_str(), "notifications.$.ended_at": now };
    if let Some(reason) = reason {
        set.insert("notifications.$.reason", reason.as_str());
    }
    doc! { "$set": set, "$unset": { "notifications.$.due_at": "" } }
}

/// Declares the index on due times. Ended notifications have none.
pub(super) fn due_index() -> IndexModel {
    index_where(
        "notifications_due",
        doc! { "notifications.due_at": 1 },
        doc! { "notifications.due_at": { "$lte": LATEST } },
    )
}

/// Returns the schema of the array, with all required fields of `Notification`.
pub(super) fn schema() -> Document {
    let notification = doc! {
        "bsonType": "object",
        "required": ["id", "kind", "state", "attempts", "created_at"],
        "properties": {
            "id": { "bsonType": "objectId" },
            "kind": { "enum": NotificationKind::ALL.map(NotificationKind::as_str).to_vec() },
            "state": { "enum": NotificationState::ALL.map(NotificationState::as_str).to_vec() },
            "attempts": { "bsonType": "long", "minimum": 0 },
            "created_at": { "bsonType": "date" }, "due_at": { "bsonType": "date" }, "ended_at": { "bsonType": "date" },
            "reason": { "enum": NotificationReason::ALL.map(NotificationReason::as_str).to_vec() },
            "refund": { "bsonType": "objectId" }, "to": { "bsonType": "string" },
        },
    };
    doc! { "bsonType": "array", "items": notification }
}
