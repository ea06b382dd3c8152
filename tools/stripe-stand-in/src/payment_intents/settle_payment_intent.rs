//! `POST /_stand-in/payment_intents/{id}/settle`: the bank accepts or declines a payment that is processing.

use super::{Caller, Status};
use crate::account::{Account, Object};
use crate::charges::ChargeState;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::schedule::Task;
use crate::test_payment_methods::{BankDecision, DELAYED_DECLINE};
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
        BankDecision::Succeeds | BankDecision::SucceedsAndIsDisputed => ChargeState::Succeeded,
        BankDecision::Fails(decline) => ChargeState::Failed(decline),
    };
    let settled = settle(account, &intent, state)?;
    if matches!(decision, BankDecision::SucceedsAndIsDisputed) {
        account.schedule(0, Task::OpenDispute { charge: charge.to_owned() });
    }
    Ok(settled)
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
    let (charge_event, intent_event) = match state {
        ChargeState::Failed(_) => ("charge.failed", "payment_intent.payment_failed"),
        ChargeState::Pending | ChargeState::Succeeded => ("charge.succeeded", "payment_intent.succeeded"),
    };
    intent.apply_charge(&charge_id, method, state);
    let charge = account.charges.get_mut(&charge_id, "charge", ObjectRole::Subject)?;
    charge.settle(state);
    account.events.record(charge_event, &charge.to_json(), &Cause::default());
    account.events.record(intent_event, &intent.to_json(), &Cause::default());
    Ok(intent.to_json())
}
