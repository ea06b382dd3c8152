//! Disputes: the fields of Stripe's object that the shop uses.

use super::object::StripeObject;
use crate::domain::dispute::{Dispute, DisputeStatus};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;
use serde::Deserialize;

/// A dispute (<https://docs.stripe.com/api/disputes/object>).
#[derive(Debug, Clone, Deserialize)]
pub struct StripeDispute {
    id: String,
    amount: i64,
    currency: String,
    status: String,
}

impl StripeDispute {
    /// Returns the dispute of a payment, as it was at a time. A bank may dispute in its own currency: then the whole
    /// payment counts as disputed.
    #[must_use]
    pub fn of_payment(self, paid: Money, currency: Currency, as_of: Timestamp) -> Dispute {
        let has_currency = self.currency.eq_ignore_ascii_case(currency.code());
        let amount = if has_currency { Money::from_minor(self.amount) } else { paid };
        Dispute { status: self.status(), id: self.id, amount, as_of }
    }

    /// Returns the status. A dispute that was `prevented` has returned the payment to the buyer. A status that Stripe
    /// added later counts as open.
    fn status(&self) -> DisputeStatus {
        match self.status.as_str() {
            "won" | "warning_closed" => DisputeStatus::Won,
            "lost" | "prevented" => DisputeStatus::Lost,
            "warning_needs_response" | "warning_under_review" => DisputeStatus::Inquiry,
            _ => DisputeStatus::Open,
        }
    }
}

impl StripeObject for StripeDispute {
    fn id(&self) -> &str {
        &self.id
    }
}

#[cfg(test)]
mod tests {
    use super::StripeDispute;
    use crate::domain::dispute::{Dispute, DisputeStatus};
    use crate::domain::money::{Currency, Money};
    use crate::domain::time::Timestamp;
    use serde_json::json;

    fn parse(status: &str, currency: &str) -> Dispute {
        let object =
            json!({ "id": "du_1", "object": "dispute", "amount": 500, "currency": currency, "status": status });
        let dispute: StripeDispute = serde_json::from_value(object).unwrap();
        dispute.of_payment(Money::from_minor(700), Currency::USD, Timestamp::from_millis(0))
    }

    #[test]
    fn every_status_of_stripe_has_a_meaning() {
        for (status, expected) in [
            ("warning_needs_response", DisputeStatus::Inquiry),
            ("warning_under_review", DisputeStatus::Inquiry),
            ("warning_closed", DisputeStatus::Won),
            ("needs_response", DisputeStatus::Open),
            ("under_review", DisputeStatus::Open),
            ("won", DisputeStatus::Won),
            ("lost", DisputeStatus::Lost),
            ("prevented", DisputeStatus::Lost),
            ("added_later", DisputeStatus::Open),
        ] {
            assert_eq!(parse(status, "usd").status, expected, "{status}");
        }
    }

    #[test]
    fn a_dispute_in_another_currency_concerns_the_whole_payment() {
        for (currency, cents) in [("usd", 500), ("eur", 700)] {
            assert_eq!(parse("needs_response", currency).amount.minor(), cents);
        }
    }
}
