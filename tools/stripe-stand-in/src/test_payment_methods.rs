//! Stripe's payment methods for tests (<https://docs.stripe.com/testing>), and the outcome of charging them.

use crate::errors::{ApiError, ObjectRole, Result, doc_url};
use crate::ids;
use serde_json::{Value, json};

/// A payment method of one payment intent.
#[derive(Clone)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    brand: &'static str,
    last4: &'static str,
    pub(crate) outcome: ChargeOutcome,
}

/// The outcome of charging a payment method.
#[derive(Clone, Copy)]
pub(crate) enum ChargeOutcome {
    Succeeds,
    /// The bank takes days to decide. The control API makes the decision.
    Processing,
    Declined(Decline),
}

/// The reason for a failed payment, with Stripe's codes and message.
#[derive(Clone, Copy)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) decline_code: &'static str,
    pub(crate) message: &'static str,
}

const DECLINED: &str = "Your card was declined.";

/// Declines by payment method, without the prefix `pm_card_` or `pm_card_visa_`.
const DECLINES: &[(&str, Decline)] = &[
    ("chargeDeclined", decline("card_declined", "generic_decline", DECLINED)),
    (
        "chargeDeclinedInsufficientFunds",
        decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ),
    ("chargeDeclinedLostCard", decline("card_declined", "lost_card", DECLINED)),
    ("chargeDeclinedStolenCard", decline("card_declined", "stolen_card", DECLINED)),
    ("chargeDeclinedExpiredCard", decline("expired_card", "expired_card", "Your card has expired.")),
    (
        "chargeDeclinedIncorrectCvc",
        decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    ),
    (
        "chargeDeclinedProcessingError",
        decline(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
    ),
];

/// The decline of a payment that was processing.
pub(crate) const DELAYED_DECLINE: Decline =
    decline("payment_intent_payment_attempt_failed", "generic_decline", "The payment failed.");

const fn decline(code: &'static str, decline_code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code, message }
}

impl PaymentMethod {
    /// Creates a payment method from a name such as `pm_card_visa`.
    pub(crate) fn from_name(name: &str) -> Result<Self> {
        let card = |brand, last4, outcome| Self { id: ids::random_id("pm_1"), kind: "card", brand, last4, outcome };
        Ok(match name {
            "pm_card_visa" => card("visa", "4242", ChargeOutcome::Succeeds),
            "pm_card_mastercard" => card("mastercard", "4444", ChargeOutcome::Succeeds),
            "pm_card_amex" => card("amex", "8431", ChargeOutcome::Succeeds),
            "pm_usBankAccount_processing" => Self {
                id: ids::random_id("pm_1"),
                kind: "us_bank_account",
                brand: "checking",
                last4: "6789",
                outcome: ChargeOutcome::Processing,
            },
            _ => card("visa", "0002", ChargeOutcome::Declined(find_decline(name)?)),
        })
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut body = self.details();
        if let Some(fields) = body.as_object_mut() {
            fields.extend([
                ("id".to_owned(), self.id.clone().into()),
                ("object".to_owned(), "payment_method".into()),
                ("customer".to_owned(), Value::Null),
                ("livemode".to_owned(), false.into()),
                ("metadata".to_owned(), json!({})),
            ]);
        }
        body
    }

    /// Returns the `payment_method_details` of a charge: the type, and the details in a field of that name.
    pub(crate) fn details(&self) -> Value {
        match self.kind {
            "card" => json!({
                "type": self.kind,
                "card": {
                    "brand": self.brand,
                    "country": "US",
                    "exp_month": 12,
                    "exp_year": 2034,
                    "funding": "credit",
                    "last4": self.last4,
                },
            }),
            kind => json!({
                "type": kind,
                kind: { "account_type": self.brand, "last4": self.last4 },
            }),
        }
    }
}

impl Decline {
    /// Returns the `last_payment_error` of a payment intent.
    pub(crate) fn to_json(self, charge: &str, method: &PaymentMethod) -> Value {
        json!({
            "type": "card_error",
            "code": self.code,
            "decline_code": self.decline_code,
            "doc_url": doc_url(self.code),
            "message": self.message,
            "charge": charge,
            "payment_method": method.to_json(),
        })
    }
}

fn find_decline(name: &str) -> Result<Decline> {
    let suffix = name.strip_prefix("pm_card_").map(|rest| rest.strip_prefix("visa_").unwrap_or(rest));
    let decline = DECLINES.iter().find(|(name, _)| Some(*name) == suffix);
    decline.map(|(_, decline)| *decline).ok_or_else(|| ApiError::ResourceMissing {
        object: "PaymentMethod",
        id: name.to_owned(),
        param: "payment_method",
        role: ObjectRole::Reference,
    })
}
