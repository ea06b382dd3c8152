//! `POST /_stand-in/disputes`: the buyer's bank reclaims a payment, or asks about it.

use super::{Dispute, Status};
use crate::account::{Account, Object};
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::ids;
use serde::Deserialize;
use serde_json::Value;

/// The body of the request: disputes a charge, or the latest charge of a payment intent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenDispute {
    charge: Option<String>,
    payment_intent: Option<String>,
    #[serde(default = "fraudulent")]
    reason: String,
    /// Whether the bank only asks, and withdraws nothing.
    #[serde(default)]
    inquiry: bool,
}

fn fraudulent() -> String {
    "fraudulent".to_owned()
}

/// Opens the dispute of a request.
pub(crate) fn open_dispute(account: &mut Account, request: &OpenDispute) -> Result<Value> {
    let charge = match (&request.charge, &request.payment_intent) {
        (Some(charge), _) => charge.clone(),
        (None, Some(intent)) => {
            let paid = account.payment_intents.get(intent, "payment_intent", ObjectRole::Subject)?;
            paid.latest_charge.clone().ok_or_else(|| ApiError::NoSuccessfulCharge { intent: intent.clone() })?
        }
        (None, None) => return Err(ApiError::MissingPaymentReference),
    };
    dispute_charge(account, &charge, &request.reason, request.inquiry)
}

/// Opens a dispute over the unrefunded amount of a charge.
pub(crate) fn dispute_charge(account: &mut Account, charge: &str, reason: &str, is_inquiry: bool) -> Result<Value> {
    let now = account.clock.now();
    let charge = account.charges.get_mut(charge, "charge", ObjectRole::Subject)?;
    if !charge.succeeded() {
        return Err(ApiError::NoSuccessfulCharge { intent: charge.payment_intent.clone() });
    }
    if charge.unrefunded_amount() == 0 {
        return Err(ApiError::ChargeAlreadyRefunded { charge: charge.id.clone() });
    }
    charge.disputed = true;
    let mut dispute = Dispute {
        id: ids::random_id("du_1"),
        amount: charge.unrefunded_amount(),
        balance_transactions: Vec::new(),
        charge: charge.id.clone(),
        created: now,
        currency: charge.currency,
        livemode: charge.livemode,
        payment_intent: charge.payment_intent.clone(),
        payment_method_kind: charge.payment_method.instrument.kind,
        reason: reason.to_owned(),
        status: if is_inquiry { Status::WarningNeedsResponse } else { Status::NeedsResponse },
    };
    if !is_inquiry {
        dispute.withdraw(now);
    }
    let body = dispute.to_json();
    account.disputes.insert(dispute);
    account.events.record("charge.dispute.created", &body, &Cause::default());
    if !is_inquiry {
        account.events.record("charge.dispute.funds_withdrawn", &body, &Cause::default());
    }
    Ok(body)
}
