//! `POST /_stand-in/payment_intents/{id}/settle`: the bank accepts or declines a payment that is processing.

use super::attempt::{record_charge, schedule_dispute};
use super::{Caller, Status};
use crate::account::{Account, Object};
use crate::charges::ChargeState;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::payment_methods::{BankDecision, DELAYED_DECLINE};
use serde::Deserialize;
use serde_json::Value;

/// The body of the request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettlePaymentIntent {
    outcome: PaymentOutcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PaymentOutcome {
    Succeeded,
    Failed,
}

/// Ends `processing` with a success or a failure. The events have no causing request.
pub(crate) fn settle_payment_intent(account: &mut Account, id: &str, request: &SettlePaymentIntent) -> Result<Value> {
    let state = match request.outcome {
        PaymentOutcome::Succeeded => ChargeState::Succeeded,
        PaymentOutcome::Failed => ChargeState::Failed(DELAYED_DECLINE),
    };
    settle(account, id, state)
}

/// Performs the decision of the bank at its time. Fails if the charge is not pending any more.
pub(crate) fn settle_scheduled_payment(account: &mut Account, charge: &str, decision: BankDecision) -> Result<Value> {
    let intent = account.charges.get(charge, "charge", ObjectRole::Subject)?.payment_intent.clone();
    let latest = account.payment_intents.get(&intent, "intent", ObjectRole::Subject)?.latest_charge.as_deref();
    if latest != Some(charge) {
        return Err(ApiError::InvalidControlRequest(format!("The charge {charge} was replaced.")));
    }
    let state = match decision {
        BankDecision::Succeeds => ChargeState::Succeeded,
        BankDecision::Fails(decline) => ChargeState::Failed(decline),
    };
    settle(account, &intent, state)
}

fn settle(account: &mut Account, id: &str, state: ChargeState) -> Result<Value> {
    let intent = account.payment_intents.get_mut(id, "intent", ObjectRole::Subject)?;
    let pending = match (intent.status, &intent.latest_charge, &intent.payment_method) {
        (Status::Processing, Some(charge), Some(method)) => Some((charge.clone(), method.clone())),
        _ => None,
    };
    let (charge_id, method) = pending.ok_or_else(|| {
        let message = format!(
            "Only a PaymentIntent with the status processing can be settled; this one has a status \
             of {}.",
            intent.status.name()
        );
        intent.unexpected_state(message, &Caller::Backend)
    })?;
    let sequel = method.instrument.sequel;
    intent.apply_charge(&charge_id, method, state);
    account.charges.get_mut(&charge_id, "charge", ObjectRole::Subject)?.settle(state);
    record_charge(account, id, &charge_id, &Cause::default())?;
    if matches!(state, ChargeState::Succeeded) {
        schedule_dispute(account, charge_id, sequel);
    }
    Ok(account.payment_intents.get(id, "intent", ObjectRole::Subject)?.to_json())
}
