//! Disputes: the fields of Stripe's object that the shop uses.

use super::object::StripeObject;
use serde::Deserialize;

/// A dispute (<https://docs.stripe.com/api/disputes/object>).
#[derive(Deserialize)]
pub(super) struct Dispute {
    id: String,
    status: String,
}

impl Dispute {
    /// Returns whether the shop may not keep the payment: the dispute is open or lost, or was `prevented`, which
    /// returns the payment to the buyer, or has a status that Stripe added later.
    pub(super) fn withholds_payment(&self) -> bool {
        !matches!(self.status.as_str(), "won" | "warning_closed")
    }
}

impl StripeObject for Dispute {
    fn id(&self) -> &str {
        &self.id
    }
}
