//! Charges: one try each to collect the money of an intent.

use crate::account::{Account, Object, Table};
use crate::currencies::Currency;
use crate::errors::{ApiError, Result};
use crate::ids;
use crate::pages::{List, PAGE_PARAMS};
use crate::params::Params;
use crate::payment_intents::PaymentIntent;
use crate::test_payment_methods::{Decline, PaymentMethod};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One try to collect the money of an intent.
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) amount_refunded: i64,
    pub(crate) currency: Currency,
    pub(crate) disputed: bool,
    pub(crate) payment_intent: String,
    pub(crate) payment_method: PaymentMethod,
    created: i64,
    description: Option<String>,
    metadata: BTreeMap<String, String>,
    receipt_email: Option<String>,
    state: ChargeState,
}

/// How far the try has come.
#[derive(Clone, Copy)]
pub(crate) enum ChargeState {
    Pending,
    Succeeded,
    Failed(Decline),
}

impl Charge {
    pub(crate) fn of(intent: &PaymentIntent, method: &PaymentMethod, state: ChargeState) -> Self {
        Self {
            id: ids::fresh("ch_3"),
            amount: intent.amount,
            amount_refunded: 0,
            currency: intent.currency,
            disputed: false,
            payment_intent: intent.id.clone(),
            payment_method: method.clone(),
            created: ids::now(),
            description: intent.description.clone(),
            metadata: intent.metadata.clone(),
            receipt_email: intent.receipt_email.clone(),
            state,
        }
    }

    pub(crate) fn settle(&mut self, state: ChargeState) {
        self.state = state;
    }

    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.state, ChargeState::Succeeded)
    }

    pub(crate) fn unrefunded(&self) -> i64 {
        self.amount.saturating_sub(self.amount_refunded)
    }

    /// The amount of a refund, by default all that is left.
    pub(crate) fn refundable(&self, asked: Option<i64>) -> Result<i64> {
        let too_large = |of: &str, amount| ApiError::RefundTooLarge {
            asked: self.currency.show(asked.unwrap_or_default()),
            limit: format!("{of} ({})", self.currency.show(amount)),
        };
        if self.disputed {
            return Err(ApiError::ChargedBack { charge: self.id.clone() });
        }
        match asked.unwrap_or_else(|| self.unrefunded()) {
            _ if self.unrefunded() == 0 => Err(ApiError::AlreadyRefunded { charge: self.id.clone() }),
            amount if amount > self.amount => Err(too_large("charge amount", self.amount)),
            amount if amount > self.unrefunded() => Err(too_large("unrefunded amount on charge", self.unrefunded())),
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
                "network_status": "declined_by_network",
                "reason": decline.decline_code,
                "type": "issuer_declined",
            }),
            ChargeState::Pending | ChargeState::Succeeded => json!({
                "network_status": "approved_by_network",
                "reason": null,
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
        json!({
            "id": self.id,
            "object": Self::NAME,
            "amount": self.amount,
            "amount_captured": captured,
            "amount_refunded": self.amount_refunded,
            "balance_transaction": null,
            "captured": captured > 0,
            "created": self.created,
            "currency": self.currency.code(),
            "customer": null,
            "description": self.description,
            "disputed": self.disputed,
            "failure_code": self.failure().map(|decline| decline.code),
            "failure_message": self.failure().map(|decline| decline.message),
            "livemode": false,
            "metadata": self.metadata,
            "outcome": self.outcome(),
            "paid": self.succeeded(),
            "payment_intent": self.payment_intent,
            "payment_method": self.payment_method.id,
            "payment_method_details": self.payment_method.details(),
            "receipt_email": self.receipt_email,
            "refunded": self.amount_refunded == self.amount,
            "status": status,
        })
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.charges
    }
}

/// `GET /v1/charges`, all or those of one `payment_intent`.
pub(crate) fn list_charges(params: &Params) -> Result<List<Charge>> {
    params.allow_only(&[&PAGE_PARAMS[..], &["payment_intent"]].concat())?;
    let intent = params.text("payment_intent")?.map(str::to_owned);
    List::parse(params, move |charge: &Charge| intent.as_ref().is_none_or(|intent| charge.payment_intent == *intent))
}
