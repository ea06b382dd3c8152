//! Disputes: the buyer's bank reclaims a payment, or asks about it. The control API opens and decides them.

mod decide_dispute;
mod json;
mod open_dispute;

pub(crate) use decide_dispute::{CloseDispute, close_dispute, close_inquiries, escalate_dispute, respond_to_dispute};
pub(crate) use open_dispute::{OpenDispute, dispute_charge, open_dispute};

use crate::account::Account;
use crate::charges::Charge;
use crate::currencies::Currency;
use crate::errors::Result;
use crate::list::{List, PAGE_PARAMS, matches_filter};
use crate::params::Params;
use crate::payment_intents::PaymentIntent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A dispute over a charge.
#[derive(Serialize, Deserialize)]
pub(crate) struct Dispute {
    id: String,
    amount: i64,
    /// The transactions that withdrew the amount, and perhaps reinstated it.
    balance_transactions: Vec<Value>,
    charge: String,
    created: i64,
    currency: Currency,
    livemode: bool,
    payment_intent: String,
    payment_method_kind: &'static str,
    reason: String,
    status: Status,
}

/// The status of a dispute. An inquiry has a status with `Warning`, and withdraws nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Status {
    WarningNeedsResponse,
    WarningUnderReview,
    WarningClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::WarningNeedsResponse => "warning_needs_response",
            Self::WarningUnderReview => "warning_under_review",
            Self::WarningClosed => "warning_closed",
            Self::NeedsResponse => "needs_response",
            Self::UnderReview => "under_review",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// Returns whether the buyer's bank has the money, or has not decided yet.
    fn withholds_payment(self) -> bool {
        matches!(self, Self::NeedsResponse | Self::UnderReview | Self::Lost)
    }

    fn is_open_inquiry(self) -> bool {
        matches!(self, Self::WarningNeedsResponse | Self::WarningUnderReview)
    }
}

impl Account {
    /// Returns whether a dispute forbids refunds of a charge.
    pub(crate) fn is_charged_back(&self, charge: &str) -> bool {
        self.disputes.newest_first().any(|dispute| dispute.charge == charge && dispute.status.withholds_payment())
    }
}

/// `GET /v1/disputes`, with the filters `payment_intent` and `charge`.
pub(crate) fn list_disputes(params: &Params) -> Result<List<Dispute>> {
    params.allow_only(&[&PAGE_PARAMS[..], &["payment_intent", "charge"]].concat())?;
    let intent = params.owned_text("payment_intent")?;
    let charge = params.owned_text("charge")?;
    let (intent_filter, charge_filter) = (intent.clone(), charge.clone());
    let list = List::parse(params, move |dispute: &Dispute| {
        matches_filter(&intent_filter, &dispute.payment_intent) && matches_filter(&charge_filter, &dispute.charge)
    })?;
    Ok(list.require::<PaymentIntent>("payment_intent", intent).require::<Charge>("charge", charge))
}
