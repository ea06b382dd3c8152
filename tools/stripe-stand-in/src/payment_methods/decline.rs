//! The reasons for failed payments, with Stripe's codes and messages (<https://docs.stripe.com/declines/codes>).

use super::PaymentMethod;
use crate::account::Object;
use crate::errors::doc_url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The reason for a failed payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    /// `None` unless the bank of a card declined.
    pub(crate) decline_code: Option<&'static str>,
    pub(crate) message: &'static str,
}

pub(super) const DECLINED: Decline = decline("card_declined", "generic_decline", "Your card was declined.");
pub(super) const INSUFFICIENT_FUNDS: Decline =
    decline("card_declined", "insufficient_funds", "Your card has insufficient funds.");
pub(super) const PROCESSING_ERROR: Decline = decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
);
/// The decline of a payment that was processing.
pub(crate) const DELAYED_DECLINE: Decline =
    Decline { code: "payment_intent_payment_attempt_failed", decline_code: None, message: "The payment failed." };
/// The buyer has not authenticated.
pub(crate) const AUTHENTICATION_FAILURE: Decline = Decline {
    code: "payment_intent_authentication_failure",
    decline_code: None,
    message: "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new \
              PaymentMethod to attempt to fulfill this PaymentIntent again.",
};

pub(super) const fn decline(code: &'static str, decline_code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code: Some(decline_code), message }
}

impl Decline {
    /// Returns the `last_payment_error` of a payment intent. An attempt that failed before its charge has none.
    pub(crate) fn to_json(self, charge: Option<&str>, method: &PaymentMethod) -> Value {
        let mut error = Map::new();
        error.insert("type".to_owned(), self.kind().into());
        error.insert("code".to_owned(), self.code.into());
        error.insert("doc_url".to_owned(), doc_url(self.code).into());
        error.insert("message".to_owned(), self.message.into());
        error.insert("payment_method".to_owned(), method.to_json());
        error.extend(self.decline_code.map(|code| ("decline_code".to_owned(), json!(code))));
        error.extend(charge.map(|charge| ("charge".to_owned(), json!(charge))));
        Value::Object(error)
    }

    fn kind(self) -> &'static str {
        if self.decline_code.is_some() { "card_error" } else { "invalid_request_error" }
    }
}
