//! Refunds: the fields of Stripe's object that the shop uses.

use super::object::StripeObject;
use crate::domain::money::Money;
use crate::domain::refund::{RefundStatus, StripeRefund};
use serde::Deserialize;
use std::collections::HashMap;

/// A refund (<https://docs.stripe.com/api/refunds/object>).
#[derive(Deserialize)]
pub(super) struct RefundObject {
    id: String,
    object: String,
    amount: i64,
    status: Option<String>,
    reason: Option<String>,
    failure_reason: Option<String>,
    #[serde(default)]
    metadata: Option<HashMap<String, String>>,
}

impl RefundObject {
    /// Returns whether it is a refund, and not another object with the same fields.
    pub(super) fn is_refund(&self) -> bool {
        self.object == "refund"
    }
}

impl StripeObject for RefundObject {
    fn id(&self) -> &str {
        &self.id
    }
}

impl From<RefundObject> for StripeRefund {
    fn from(object: RefundObject) -> Self {
        let status = match object.status.as_deref() {
            Some("succeeded") => RefundStatus::Succeeded,
            Some("failed" | "canceled") => RefundStatus::Failed,
            // `pending` or `requires_action`: the bank or the buyer has to act.
            _ => RefundStatus::Pending,
        };
        let refund_id = object.metadata.as_ref().and_then(|metadata| metadata.get("refund_id"));
        Self {
            refund_id: refund_id.and_then(|id| id.parse().ok()),
            stripe_id: object.id,
            amount: Money::from_minor(object.amount),
            failure: (status == RefundStatus::Failed)
                .then(|| object.failure_reason.unwrap_or_else(|| "canceled".to_owned())),
            status,
            reason: object.reason.and_then(|reason| reason.parse().ok()),
        }
    }
}
