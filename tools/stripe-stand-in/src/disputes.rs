//! Disputes: the buyer's bank reclaims a payment. The control API opens and closes them.

use crate::account::{Account, Object, Table};
use crate::charges::Charge;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::ids;
use crate::list::{List, PAGE_PARAMS, matches_filter};
use crate::params::Params;
use crate::payment_intents::PaymentIntent;
use serde::Deserialize;
use serde_json::{Value, json};

/// The body of `POST /_stand-in/disputes`: disputes a charge, or the latest charge of a payment intent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenDispute {
    charge: Option<String>,
    payment_intent: Option<String>,
    #[serde(default = "fraudulent")]
    reason: String,
}

const OPEN: &str = "needs_response";
const WON: &str = "won";

fn fraudulent() -> String {
    "fraudulent".to_owned()
}

/// A dispute over a charge.
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

/// The body of `POST /_stand-in/disputes/{id}/close`: the decision of the bank.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseDispute {
    outcome: DisputeOutcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum DisputeOutcome {
    Won,
    Lost,
}

/// Closes a dispute as won or lost. A charge is no longer disputed when all its disputes are won.
pub(crate) fn close_dispute(account: &mut Account, id: &str, request: &CloseDispute) -> Result<Value> {
    let dispute = account.disputes.get_mut(id, "dispute", ObjectRole::Subject)?;
    if dispute.status != OPEN {
        return Err(ApiError::InvalidControlRequest(format!("The dispute {id} is already {}.", dispute.status)));
    }
    dispute.status = if matches!(request.outcome, DisputeOutcome::Won) { WON } else { "lost" };
    let (body, charge) = (dispute.to_json(), dispute.charge.clone());
    let is_open_or_lost = |other: &Dispute| other.charge == charge && other.status != WON;
    let disputed = account.disputes.newest_first().any(is_open_or_lost);
    account.charges.get_mut(&charge, "charge", ObjectRole::Subject)?.disputed = disputed;
    account.events.record("charge.dispute.closed", &body, &Cause::default());
    Ok(body)
}

/// Opens a dispute as the bank does on its own.
pub(crate) fn dispute_as_fraudulent(account: &mut Account, charge: String) -> Result<Value> {
    open_dispute(account, OpenDispute { charge: Some(charge), payment_intent: None, reason: fraudulent() })
}

/// Opens a dispute over the unrefunded amount of a charge.
pub(crate) fn open_dispute(account: &mut Account, request: OpenDispute) -> Result<Value> {
    let id = match (request.charge, request.payment_intent) {
        (Some(charge), _) => charge,
        (None, Some(intent)) => {
            let paid = account.payment_intents.get(&intent, "payment_intent", ObjectRole::Subject)?;
            paid.latest_charge.clone().ok_or(ApiError::NoSuccessfulCharge { intent })?
        }
        (None, None) => return Err(ApiError::MissingPaymentReference),
    };
    let now = account.clock.now();
    let charge = account.charges.get_mut(&id, "charge", ObjectRole::Subject)?;
    if !charge.succeeded() {
        return Err(ApiError::NoSuccessfulCharge { intent: charge.payment_intent.clone() });
    }
    if charge.unrefunded_amount() == 0 {
        return Err(ApiError::ChargeAlreadyRefunded { charge: id });
    }
    charge.disputed = true;
    let dispute = Dispute {
        id: ids::random_id("du_1"),
        amount: charge.unrefunded_amount(),
        charge: id,
        created: now,
        currency: charge.currency.code(),
        payment_intent: charge.payment_intent.clone(),
        reason: request.reason,
        status: OPEN,
    };
    let body = dispute.to_json();
    account.disputes.insert(dispute);
    account.events.record("charge.dispute.created", &body, &Cause::default());
    Ok(body)
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
