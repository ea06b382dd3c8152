//! Events that Stripe posts. Nothing is parsed before its signature holds.

use super::intent::Intent;
use crate::domain::time::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An event: its kind, and the object that it is about as it was sent.
#[derive(Debug, Deserialize)]
pub struct Event {
    /// By which a repeated one is recognized.
    pub id: String,
    /// What happened: `payment_intent.succeeded`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, in seconds since 1970.
    created: Option<i64>,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Box<RawValue>,
}

impl Event {
    /// Reads an event whose signature holds.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// When it happened.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.created.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)))
    }

    /// The payment intent that it is about.
    ///
    /// # Errors
    /// When it is about something else.
    pub fn intent(&self) -> Result<Intent, serde_json::Error> {
        serde_json::from_str(self.data.object.get())
    }

    /// What happened to a payment after it was made: a charge, a refund or a dispute.
    ///
    /// # Errors
    /// When it is about something else.
    pub fn dispute_or_refund(&self) -> Result<DisputeOrRefund, serde_json::Error> {
        serde_json::from_str(self.data.object.get())
    }
}

/// A charge, a refund or a dispute: what they have in common, as far as the shop looks at it.
#[derive(Debug, Deserialize)]
pub struct DisputeOrRefund {
    /// Its id at Stripe.
    pub id: String,
    /// The payment intent that it belongs to; old kinds of charges have none.
    pub payment_intent: Option<String>,
    /// How far it has come: of a dispute, `won` or `lost` in the end.
    pub status: Option<String>,
    /// Why, in one of Stripe's words.
    pub reason: Option<String>,
}
