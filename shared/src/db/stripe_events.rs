//! The collection `stripe_events`: the ids of the events that were applied.

use super::ID_UNIQUE;
use super::schema::{Declaration, expiring, validator};
use crate::domain::time::Timestamp;
use crate::fail_points::{Defect, injected};
use bson::doc;
use mongodb::error::Error;
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The unique index on the ids of events.
pub const EVENT_UNIQUE: &str = ID_UNIQUE;

/// Time after which an event is removed. Stripe redelivers for three days; a month leaves time to resend manually.
const LIFETIME: Duration = Duration::from_hours(30 * 24);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct EventDoc {
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "type")]
    kind: String,
    received_at: Timestamp,
}

/// The collection `stripe_events`.
#[derive(Clone)]
pub struct StripeEvents(Collection<EventDoc>);

impl StripeEvents {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("stripe_events"))
    }

    /// Records an event, in the transaction that applies it.
    ///
    /// # Errors
    /// A violation of [`EVENT_UNIQUE`] when the event was recorded before.
    pub async fn record(&self, session: &mut ClientSession, id: &str, kind: &str, now: Timestamp) -> Result<(), Error> {
        let event = EventDoc { id: id.to_owned(), kind: kind.to_owned(), received_at: now };
        let insert = self.0.insert_one(event);
        let recorded = if injected(Defect::EventBeforeEffect) { insert.await } else { insert.session(session).await };
        recorded.map(drop)
    }
}

pub(super) fn declaration() -> Declaration {
    let properties = doc! {
        "_id": { "bsonType": "string" },
        "type": { "bsonType": "string" },
        "received_at": { "bsonType": "date" },
    };
    Declaration {
        name: "stripe_events",
        validator: validator(&["_id", "type", "received_at"], properties),
        indexes: vec![expiring("expired", "received_at", LIFETIME)],
    }
}
