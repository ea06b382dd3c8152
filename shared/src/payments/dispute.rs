//! Disputes: of Stripe's object, what the shop looks at.

use super::client::Listed;
use serde::Deserialize;

/// A dispute (<https://docs.stripe.com/api/disputes/object>).
#[derive(Deserialize)]
pub(super) struct DisputeObject {
    id: String,
    status: String,
}

impl DisputeObject {
    /// Whether the money is not the shop's for sure: it is open or lost, or was `prevented`, which
    /// sends the money back, or is in a state that Stripe has added since.
    pub(super) fn counts(&self) -> bool {
        !matches!(self.status.as_str(), "won" | "warning_closed")
    }
}

impl Listed for DisputeObject {
    fn id(&self) -> &str {
        &self.id
    }
}
