//! The payment methods that Stripe offers for tests, and what comes of each.

use crate::errors::{ApiError, Mention, Result, doc_url};
use crate::ids;
use serde_json::{Value, json};

/// A payment method as it is attached to one intent, with an id of its own.
#[derive(Clone)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    brand: &'static str,
    last4: &'static str,
    pub(crate) outcome: Outcome,
}

/// What comes of charging it.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    Succeeds,
    /// The bank takes days to answer; the control API says when it does.
    StaysProcessing,
    Declined(Decline),
}

/// Why a payment failed, in Stripe's words.
#[derive(Clone, Copy)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) decline_code: &'static str,
    pub(crate) message: &'static str,
}

const DECLINED: &str = "Your card was declined.";

/// By the end of the name of the payment method, which starts with `pm_card_` or `pm_card_visa_`.
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

/// A bank that answered days later, and said no.
pub(crate) const LATE_FAILURE: Decline =
    decline("payment_intent_payment_attempt_failed", "generic_decline", "The payment failed.");

const fn decline(code: &'static str, decline_code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code, message }
}

impl PaymentMethod {
    /// Looks up a name such as `pm_card_visa`.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let card = |brand, last4, outcome| Self { id: ids::fresh("pm_1"), kind: "card", brand, last4, outcome };
        Ok(match name {
            "pm_card_visa" => card("visa", "4242", Outcome::Succeeds),
            "pm_card_mastercard" => card("mastercard", "4444", Outcome::Succeeds),
            "pm_card_amex" => card("amex", "8431", Outcome::Succeeds),
            "pm_usBankAccount_processing" => Self {
                id: ids::fresh("pm_1"),
                kind: "us_bank_account",
                brand: "checking",
                last4: "6789",
                outcome: Outcome::StaysProcessing,
            },
            _ => card("visa", "0002", Outcome::Declined(decline_named(name)?)),
        })
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut shown = self.details();
        if let Some(fields) = shown.as_object_mut() {
            fields.extend([
                ("id".to_owned(), self.id.clone().into()),
                ("object".to_owned(), "payment_method".into()),
                ("customer".to_owned(), Value::Null),
                ("livemode".to_owned(), false.into()),
                ("metadata".to_owned(), json!({})),
            ]);
        }
        shown
    }

    /// What a charge keeps of it: its type and the details under that name.
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
    /// An intent's `last_payment_error`.
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

fn decline_named(name: &str) -> Result<Decline> {
    let tail = name.strip_prefix("pm_card_").map(|rest| rest.strip_prefix("visa_").unwrap_or(rest));
    let known = DECLINES.iter().find(|(known, _)| Some(*known) == tail);
    known.map(|(_, decline)| *decline).ok_or_else(|| ApiError::NoSuch {
        object: "PaymentMethod",
        id: name.to_owned(),
        param: "payment_method",
        from: Mention::Detail,
    })
}
