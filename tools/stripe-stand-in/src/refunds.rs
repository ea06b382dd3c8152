//! Refunds: money of a charge that goes back to the buyer.

mod create_refund;
mod fail_refund;

pub(crate) use create_refund::CreateRefund;
pub(crate) use fail_refund::fail_refund;

use crate::account::{Account, Object, Table};
use crate::currencies::Currency;
use crate::errors::Result;
use crate::pages::{List, PAGE_PARAMS};
use crate::params::Params;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Money of a charge that went back to the buyer.
pub(crate) struct Refund {
    id: String,
    amount: i64,
    charge: String,
    created: i64,
    currency: Currency,
    metadata: BTreeMap<String, String>,
    payment_intent: String,
    reason: Option<&'static str>,
    /// Whether the bank has sent the money back.
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

/// `GET /v1/refunds`, all or those of one `payment_intent` or `charge`.
pub(crate) fn list_refunds(params: &Params) -> Result<List<Refund>> {
    params.allow_only(&[&PAGE_PARAMS[..], &["payment_intent", "charge"]].concat())?;
    let intent = params.text("payment_intent")?.map(str::to_owned);
    let charge = params.text("charge")?.map(str::to_owned);
    List::parse(params, move |refund: &Refund| {
        intent.as_ref().is_none_or(|intent| refund.payment_intent == *intent)
            && charge.as_ref().is_none_or(|charge| refund.charge == *charge)
    })
}
