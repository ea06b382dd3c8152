//! Disputes: a buyer's bank takes the money of a charge back. Made through the control API.

use crate::account::{Account, Object, Table};
use crate::errors::{ApiError, Mention, Result};
use crate::events::Cause;
use crate::ids;
use crate::pages::{List, PAGE_PARAMS};
use crate::params::Params;
use serde::Deserialize;
use serde_json::{Value, json};

/// `POST /_stand-in/disputes`: the bank disputes a charge, or that of an intent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenDispute {
    charge: Option<String>,
    payment_intent: Option<String>,
    #[serde(default = "fraudulent")]
    reason: String,
}

/// The shop has still to say something.
const OPEN: &str = "needs_response";
const WON: &str = "won";

fn fraudulent() -> String {
    "fraudulent".to_owned()
}

/// A charge that the buyer's bank disputes.
pub(crate) struct Dispute {
    id: String,
    amount: i64,
    charge: String,
    created: i64,
    currency: &'static str,
    payment_intent: String,
    reason: String,
    status: &'static str,
}

/// `POST /_stand-in/disputes/{id}/close`: the bank has decided.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseDispute {
    outcome: Outcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Won,
    Lost,
}

/// Closes a dispute for the shop or against it; a charge whose disputes were all won is as it was before.
pub(crate) fn close_dispute(account: &mut Account, id: &str, request: &CloseDispute) -> Result<Value> {
    let dispute = account.disputes.get_mut(id, "dispute", Mention::Subject)?;
    if dispute.status != OPEN {
        return Err(ApiError::UnreadableOrder(format!("The dispute {id} is {} already.", dispute.status)));
    }
    dispute.status = if matches!(request.outcome, Outcome::Won) { WON } else { "lost" };
    let (shown, charge) = (dispute.to_json(), dispute.charge.clone());
    let is_against_us = |other: &Dispute| other.charge == charge && other.status != WON;
    let disputed = account.disputes.newest_first().any(is_against_us);
    account.charges.get_mut(&charge, "charge", Mention::Subject)?.disputed = disputed;
    account.events.record("charge.dispute.closed", &shown, &Cause::default());
    Ok(shown)
}

/// Opens a dispute over all that was not refunded yet, if anything is left.
pub(crate) fn open_dispute(account: &mut Account, request: OpenDispute) -> Result<Value> {
    let id = match (request.charge, request.payment_intent) {
        (Some(charge), _) => charge,
        (None, Some(intent)) => {
            let paid = account.payment_intents.get(&intent, "payment_intent", Mention::Subject)?;
            paid.latest_charge.clone().ok_or(ApiError::NothingPaid { intent })?
        }
        (None, None) => return Err(ApiError::NoPaymentNamed),
    };
    let charge = account.charges.get_mut(&id, "charge", Mention::Subject)?;
    if !charge.succeeded() {
        return Err(ApiError::NothingPaid { intent: charge.payment_intent.clone() });
    }
    if charge.unrefunded() == 0 {
        return Err(ApiError::AlreadyRefunded { charge: id });
    }
    charge.disputed = true;
    let dispute = Dispute {
        id: ids::fresh("du_1"),
        amount: charge.unrefunded(),
        charge: id,
        created: ids::now(),
        currency: charge.currency.code(),
        payment_intent: charge.payment_intent.clone(),
        reason: request.reason,
        status: OPEN,
    };
    let shown = dispute.to_json();
    account.disputes.insert(dispute);
    account.events.record("charge.dispute.created", &shown, &Cause::default());
    Ok(shown)
}

impl Object for Dispute {
    const NAME: &'static str = "dispute";
    const URL: &'static str = "/v1/disputes";

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
            "balance_transactions": [],
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "evidence": {},
            "evidence_details": { "has_evidence": false, "submission_count": 0 },
            "is_charge_refundable": false,
            "livemode": false,
            "metadata": {},
            "payment_intent": self.payment_intent,
            "reason": self.reason,
            "status": self.status,
        })
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.disputes
    }
}

/// `GET /v1/disputes`, all or those of one `payment_intent` or `charge`.
pub(crate) fn list_disputes(params: &Params) -> Result<List<Dispute>> {
    params.allow_only(&[&PAGE_PARAMS[..], &["payment_intent", "charge"]].concat())?;
    let intent = params.text("payment_intent")?.map(str::to_owned);
    let charge = params.text("charge")?.map(str::to_owned);
    List::parse(params, move |dispute: &Dispute| {
        intent.as_ref().is_none_or(|intent| dispute.payment_intent == *intent)
            && charge.as_ref().is_none_or(|charge| dispute.charge == *charge)
    })
}
