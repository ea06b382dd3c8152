//! Refunds: money of a charge that is returned to the buyer.

mod cancel_refund;
mod create_refund;
mod settle_refund;

pub(crate) use cancel_refund::CancelRefund;
pub(crate) use create_refund::CreateRefund;
pub(crate) use settle_refund::{SettleRefund, fail_refund, settle_refund, settle_scheduled_refund};

use crate::account::{Account, Object, Table};
use crate::charges::Charge;
use crate::currencies::Currency;
use crate::errors::Result;
use crate::list::{List, PAGE_PARAMS, matches_filter};
use crate::metadata::Metadata;
use crate::params::Params;
use crate::payment_intents::PaymentIntent;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The time in which a buyer can state where a refund goes, in seconds.
const REFUND_ACTION_SECONDS: i64 = 45 * 24 * 60 * 60;

/// A refund of a charge.
#[derive(Serialize, Deserialize)]
pub(crate) struct Refund {
    id: String,
    amount: i64,
    charge: String,
    created: i64,
    currency: Currency,
    metadata: Metadata,
    payment_intent: String,
    payment_method_kind: &'static str,
    reason: Option<&'static str>,
    status: RefundStatus,
}

/// The status of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatus {
    /// The bank has not returned the money yet.
    Pending,
    /// The buyer has to state where the money goes. The shop can cancel the refund until then.
    RequiresAction,
    Succeeded,
    /// The bank has sent the money back to the shop.
    Failed,
    Canceled,
}

impl RefundStatus {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::RequiresAction => "requires_action",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Returns whether the refund has returned nothing to the buyer, and never will.
    pub(crate) fn is_unsuccessful(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled)
    }

    /// Returns whether the refund can still end in another way.
    fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::RequiresAction)
    }
}

impl Refund {
    fn next_action(&self) -> Value {
        json!({
            "type": "display_details",
            "display_details": {
                "email_sent": { "email_sent_at": self.created, "email_sent_to": "buyer@example.com" },
                "expires_at": self.created.saturating_add(REFUND_ACTION_SECONDS),
            },
        })
    }
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
        let destination = match self.payment_method_kind {
            "card" => json!({ "type": "card", "card": { "type": "refund" } }),
            _ => json!({
                "type": "us_bank_transfer",
                "us_bank_transfer": { "reference": null, "reference_status": null },
            }),
        };
        let mut body = json!({
            "id": self.id,
            "object": Self::NAME,
            "amount": self.amount,
            "balance_transaction": null,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency.code(),
            "destination_details": destination,
            "metadata": self.metadata,
            "payment_intent": self.payment_intent,
            "reason": self.reason,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": self.status.name(),
            "transfer_reversal": null,
        });
        // Stripe omits these fields where they do not apply.
        let extra = match self.status {
            RefundStatus::Failed => Some(("failure_reason", json!("lost_or_stolen_card"))),
            RefundStatus::Pending => Some(("pending_reason", json!("processing"))),
            RefundStatus::RequiresAction => Some(("next_action", self.next_action())),
            RefundStatus::Succeeded | RefundStatus::Canceled => None,
        };
        if let (Some(fields), Some((name, value))) = (body.as_object_mut(), extra) {
            fields.insert(name.to_owned(), value);
        }
        body
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
