//! `POST /_stand-in/behaviour`: chooses what Stripe leaves open, such as whether the bank still stops a debit.

use crate::errors::{ApiError, Result};
use crate::refunds::RefundStatus;
use serde::Deserialize;

/// The body of the request. A field that is absent has its default, which is the stricter choice.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Behavior {
    /// Whether a payment in `processing` can be cancelled, as Stripe permits in rare cases.
    pub(crate) cancel_processing: bool,
    /// The time until a search finds a new payment intent, in seconds.
    pub(crate) search_delay_seconds: i64,
    /// The status of new refunds, until the control API settles them. By default the payment method determines it.
    pub(crate) refund_status: Option<RefundStatus>,
}

impl Behavior {
    /// Rejects statuses that a new refund cannot have.
    pub(crate) fn validate(&self) -> Result<()> {
        match self.refund_status {
            Some(status) if status.is_unsuccessful() => {
                Err(ApiError::InvalidControlRequest("A new refund cannot have failed or been cancelled.".to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Default for Behavior {
    fn default() -> Self {
        // "Under a minute" (<https://docs.stripe.com/search#data-freshness>).
        Self { cancel_processing: false, search_delay_seconds: 60, refund_status: None }
    }
}
