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
    /// The bank takes days to decide. Without a decision, the control API makes it.
    Processing(Option<BankDecision>),
    Declined(Decline),
}

/// The decision of a bank on a debit.
#[derive(Clone, Copy)]
pub(crate) enum BankDecision {
    Succeeds,
    /// The debit succeeds, and its owner reclaims it at once.
    SucceedsAndIsDisputed,
    Fails(Decline),
}

/// The reason for a failed payment, with Stripe's codes and message.
#[derive(Clone, Copy)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    /// `None` for bank accounts.
    pub(crate) decline_code: Option<&'static str>,
    pub(crate) message: &'static str,
}

const BANK_ACCOUNT: &str = "pm_usBankAccount_";
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
    bank_failure("payment_intent_payment_attempt_failed", "The payment failed.");

/// Test accounts of banks (<https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers>),
/// without the prefix `pm_usBankAccount_`.
const BANK_ACCOUNTS: &[(&str, &str, Option<BankDecision>)] = &[
    ("success", "6789", Some(BankDecision::Succeeds)),
    ("processing", "0009", None),
    ("dispute", "5559", Some(BankDecision::SucceedsAndIsDisputed)),
    ("accountClosed", "1113", fails("account_closed", "The customer's bank account has been closed.")),
    ("noAccount", "1116", fails("no_account", "The bank account could not be located.")),
    (
        "insufficientFunds",
        "2227",
        fails("insufficient_funds", "The customer's account has insufficient funds to cover this payment."),
    ),
    (
        "debitNotAuthorized",
        "3335",
        fails("debit_not_authorized", "The customer has notified their bank that this payment was unauthorized."),
    ),
    (
        "weeklyLimitExceeded",
        "7771",
        fails("charge_exceeds_weekly_limit", "The payment exceeds the weekly limit of the account."),
    ),
];

const fn fails(code: &'static str, message: &'static str) -> Option<BankDecision> {
    Some(BankDecision::Fails(bank_failure(code, message)))
}

const fn bank_failure(code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code: None, message }
}

const fn decline(code: &'static str, decline_code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code: Some(decline_code), message }
}

impl PaymentMethod {
    /// Creates a payment method from a name such as `pm_card_visa`.
    pub(crate) fn from_name(name: &str) -> Result<Self> {
        let card = |brand, last4, outcome| Self { id: ids::random_id("pm_1"), kind: "card", brand, last4, outcome };
        Ok(match name {
            "pm_card_visa" => card("visa", "4242", ChargeOutcome::Succeeds),
            "pm_card_mastercard" => card("mastercard", "4444", ChargeOutcome::Succeeds),
            "pm_card_amex" => card("amex", "8431", ChargeOutcome::Succeeds),
            _ if name.starts_with(BANK_ACCOUNT) => {
                let account =
                    BANK_ACCOUNTS.iter().find(|(account, ..)| name.strip_prefix(BANK_ACCOUNT) == Some(account));
                let (_, last4, decision) = account.ok_or_else(|| missing(name))?;
                Self {
                    id: ids::random_id("pm_1"),
                    kind: "us_bank_account",
                    brand: "checking",
                    last4,
                    outcome: ChargeOutcome::Processing(*decision),
                }
            }
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
            "type": if self.decline_code.is_some() { "card_error" } else { "invalid_request_error" },
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
    decline.map(|(_, decline)| *decline).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> ApiError {
    ApiError::ResourceMissing {
        object: "PaymentMethod",
        id: name.to_owned(),
        param: "payment_method",
        role: ObjectRole::Reference,
    }
}
