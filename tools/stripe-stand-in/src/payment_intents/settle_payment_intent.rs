//! `POST /_stand-in/payment_intents/{id}/settle`: the bank accepts or declines a payment that is processing.

use super::{Caller, Status};
use crate::account::{Account, Object};
use crate::charges::ChargeState;
use crate::errors::{ObjectRole, Result};
use crate::events::Cause;
use crate::test_payment_methods::DELAYED_DECLINE;
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
    let (state, charge_event, intent_event) = match request.outcome {
        PaymentOutcome::Succeeded => (ChargeState::Succeeded, "charge.succeeded", "payment_intent.succeeded"),
        PaymentOutcome::Failed => {
            (ChargeState::Failed(DELAYED_DECLINE), "charge.failed", "payment_intent.payment_failed")
        }
    };
    intent.apply_charge(&charge_id, method, state);
    let charge = account.charges.get_mut(&charge_id, "charge", ObjectRole::Subject)?;
    charge.settle(state);
    account.events.record(charge_event, &charge.to_json(), &Cause::default());
    account.events.record(intent_event, &intent.to_json(), &Cause::default());
    Ok(intent.to_json())
}
