//! Charges: attempts to collect the amount of a payment intent.

use crate::account::{Account, Object, Table};
use crate::currencies::Currency;
use crate::errors::{ApiError, Result};
use crate::ids;
use crate::list::{List, PAGE_PARAMS, matches_filter};
use crate::metadata::Metadata;
use crate::params::Params;
use crate::payment_intents::PaymentIntent;
use crate::payment_methods::{Decline, PaymentMethod};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Fields that Stripe always returns and that the stand-in does not support.
const NULL_FIELDS: [&str; 17] = [
    "application",
    "application_fee",
    "application_fee_amount",
    "balance_transaction",
    "calculated_statement_descriptor",
    "customer",
    "failure_balance_transaction",
    "on_behalf_of",
    "receipt_number",
    "receipt_url",
    "review",
    "shipping",
    "source_transfer",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
];

/// One attempt to collect the amount of a payment intent.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) amount_refunded: i64,
    pub(crate) currency: Currency,
    /// Whether it was ever disputed.
    pub(crate) disputed: bool,
    pub(crate) livemode: bool,
    pub(crate) payment_intent: String,
    pub(crate) payment_method: PaymentMethod,
    created: i64,
    description: Option<String>,
    metadata: Metadata,
    receipt_email: Option<String>,
    state: ChargeState,
}

/// The state of a charge.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum ChargeState {
    Pending,
    Succeeded,
    Failed(Decline),
}

impl Charge {
    pub(crate) fn new(intent: &PaymentIntent, method: &PaymentMethod, state: ChargeState, created: i64) -> Self {
        Self {
            id: ids::random_id("ch_3"),
            amount: intent.amount,
            amount_refunded: 0,
            currency: intent.currency,
            disputed: false,
            livemode: intent.livemode,
            payment_intent: intent.id.clone(),
            payment_method: method.clone(),
            created,
            description: intent.description.clone(),
            metadata: intent.metadata.clone(),
            receipt_email: intent.receipt_email.clone(),
            state,
        }
    }

    /// Sets the final state of a pending charge.
    pub(crate) fn settle(&mut self, state: ChargeState) {
        self.state = state;
    }

    pub(crate) fn state(&self) -> ChargeState {
        self.state
    }

    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.state, ChargeState::Succeeded)
    }

    pub(crate) fn unrefunded_amount(&self) -> i64 {
        self.amount.saturating_sub(self.amount_refunded)
    }

    /// Validates the requested amount of a refund. The default is the unrefunded amount.
    pub(crate) fn refund_amount(&self, requested: Option<i64>) -> Result<i64> {
        let too_large = |limit: &str, amount| ApiError::RefundTooLarge {
            requested: self.currency.format(requested.unwrap_or_default()),
            limit: format!("{limit} ({})", self.currency.format(amount)),
        };
        match requested.unwrap_or_else(|| self.unrefunded_amount()) {
            _ if self.unrefunded_amount() == 0 => Err(ApiError::ChargeAlreadyRefunded { charge: self.id.clone() }),
            amount if amount > self.amount => Err(too_large("charge amount", self.amount)),
            amount if amount > self.unrefunded_amount() => {
                Err(too_large("unrefunded amount on charge", self.unrefunded_amount()))
            }
            amount => Ok(amount),
        }
    }

    fn failure(&self) -> Option<Decline> {
        match self.state {
            ChargeState::Failed(decline) => Some(decline),
            ChargeState::Pending | ChargeState::Succeeded => None,
        }
    }

    fn outcome(&self) -> Value {
        match self.state {
            ChargeState::Failed(decline) => json!({
                "advice_code": null,
                "network_advice_code": null,
                "network_decline_code": null,
                "network_status": "declined_by_network",
                "reason": decline.decline_code.unwrap_or(decline.code),
                "seller_message": decline.message,
                "type": "issuer_declined",
            }),
            ChargeState::Pending | ChargeState::Succeeded => json!({
                "advice_code": null,
                "network_advice_code": null,
                "network_decline_code": null,
                "network_status": "approved_by_network",
                "reason": null,
                "seller_message": "Payment complete.",
                "type": "authorized",
            }),
        }
    }
}

impl Object for Charge {
    const NAME: &'static str = "charge";
    const URL: &'static str = "/v1/charges";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn to_json(&self) -> Value {
        let (status, captured) = match self.state {
            ChargeState::Pending => ("pending", self.amount),
            ChargeState::Succeeded => ("succeeded", self.amount),
            ChargeState::Failed(_) => ("failed", 0),
        };
        let mut body = json!({
            "id": self.id,
            "object": Self::NAME,
            "amount": self.amount,
            "amount_captured": captured,
            "amount_refunded": self.amount_refunded,
            "billing_details": self.payment_method.billing_details(),
            "captured": captured > 0,
            "created": self.created,
            "currency": self.currency.code(),
            "description": self.description,
            "disputed": self.disputed,
            "failure_code": self.failure().map(|decline| decline.code),
            "failure_message": self.failure().map(|decline| decline.message),
            "livemode": self.livemode,
            "metadata": self.metadata,
            "outcome": self.outcome(),
            "paid": self.succeeded(),
            "payment_intent": self.payment_intent,
            "payment_method": self.payment_method.id,
            "payment_method_details": self.payment_method.details(self.amount),
            "receipt_email": self.receipt_email,
            "refunded": self.amount_refunded == self.amount,
            "fraud_details": {},
            "status": status,
        });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(NULL_FIELDS.map(|name| (name.to_owned(), Value::Null)));
        }
        body
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.charges
    }
}

/// `GET /v1/charges`, with the filter `payment_intent`.
pub(crate) fn list_charges(params: &Params) -> Result<List<Charge>> {
    params.allow_only(&[&PAGE_PARAMS[..], &["payment_intent"]].concat())?;
    let intent = params.owned_text("payment_intent")?;
    let filter = intent.clone();
    let list = List::parse(params, move |charge: &Charge| matches_filter(&filter, &charge.payment_intent))?;
    Ok(list.require::<PaymentIntent>("payment_intent", intent))
}
