//! Refunds: money of a charge that is returned to the buyer.

mod create_refund;
mod fail_refund;

pub(crate) use create_refund::CreateRefund;
pub(crate) use fail_refund::fail_refund;

use crate::account::{Account, Object, Table};
use crate::charges::Charge;
use crate::currencies::Currency;
use crate::errors::Result;
use crate::list::{List, PAGE_PARAMS, matches_filter};
use crate::params::Params;
use crate::payment_intents::PaymentIntent;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A refund of a charge.
pub(crate) struct Refund {
    id: String,
    amount: i64,
    charge: String,
    created: i64,
    currency: Currency,
    metadata: BTreeMap<String, String>,
    payment_intent: String,
    reason: Option<&'static str>,
    /// Set by the control API: the bank has returned the money.
    failed: bool,
}

impl Object for Refund {
    const NAME: &'static str = "refund";
    const URL: &'static str = "/v1/refunds";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": Self::NAME,
            "amount": self.amount,
            "balance_transaction": null,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency.code(),
            "destination_details": { "type": "card", "card": { "type": "refund" } },
            "metadata": self.metadata,
            "payment_intent": self.payment_intent,
            "reason": self.reason,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": if self.failed { "failed" } else { "succeeded" },
            "failure_reason": self.failed.then_some("lost_or_stolen_card"),
            "transfer_reversal": null,
        })
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.refunds
    }
}

/// `GET /v1/refunds`, with the filters `payment_intent` and `charge`.
pub(crate) fn list_refunds(params: &Params) -> Result<List<Refund>> {
    params.allow_only(&[&PAGE_PARAMS[..], &["payment_intent", "charge"]].concat())?;
    let intent = params.owned_text("payment_intent")?;
    let charge = params.owned_text("charge")?;
    let (intent_filter, charge_filter) = (intent.clone(), charge.clone());
    let list = List::parse(params, move |refund: &Refund| {
        matches_filter(&intent_filter, &refund.payment_intent) && matches_filter(&charge_filter, &refund.charge)
    })?;
    Ok(list.require::<PaymentIntent>("payment_intent", intent).require::<Charge>("charge", charge))
}
