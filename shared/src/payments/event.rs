//! Stripe's events. They are parsed only after their signature was verified.

use super::dispute::StripeDispute;
use super::intent::Intent;
use super::refund::RefundObject;
use crate::domain::refund::StripeRefund;
use crate::domain::time::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An event, with its object as raw JSON.
#[derive(Debug, Deserialize)]
pub struct Event {
    /// The id. A redelivered event has the same one.
    pub id: String,
    /// The type, such as `payment_intent.succeeded`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The time of creation in seconds since 1970.
    created: Option<i64>,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Box<RawValue>,
}

impl Event {
    /// Parses an event whose signature was verified.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// Returns the time of creation.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.created.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)))
    }

    /// Parses the object as a payment intent.
    pub fn intent(&self) -> Result<Intent, serde_json::Error> {
        serde_json::from_str(self.data.object.get())
    }

    /// Parses the object as a dispute.
    pub fn dispute(&self) -> Result<StripeDispute, serde_json::Error> {
        serde_json::from_str(self.data.object.get())
    }

    /// Parses the object as a refund; `None` when it is a charge.
    #[must_use]
    pub fn refund(&self) -> Option<StripeRefund> {
        let object: RefundObject = serde_json::from_str(self.data.object.get()).ok()?;
        object.is_refund().then(|| object.into())
    }

    /// Parses the object as a charge, a refund or a dispute.
    pub fn dispute_or_refund(&self) -> Result<DisputeOrRefund, serde_json::Error> {
        serde_json::from_str(self.data.object.get())
    }
}

/// A charge, a refund or a dispute: their common fields that the shop uses.
#[derive(Debug, Deserialize)]
pub struct DisputeOrRefund {
    /// The id at Stripe.
    pub id: String,
    /// The payment intent; legacy charges have none.
    pub payment_intent: Option<String>,
    /// The status; `won` or `lost` for a closed dispute.
    pub status: Option<String>,
    /// Stripe's code of the reason.
    pub reason: Option<String>,
}
