//! `POST /_stand-in/payment_intents/{id}/settle`: the bank answers at last on an intent in process.

use super::{Caller, Status};
use crate::account::{Account, Object};
use crate::charges::ChargeState;
use crate::errors::{Mention, Result};
use crate::events::Cause;
use crate::test_payment_methods::LATE_FAILURE;
use serde::Deserialize;
use serde_json::Value;

/// The bank's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettlePaymentIntent {
    outcome: BankAnswer,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum BankAnswer {
    Succeeded,
    Failed,
}

/// Ends `processing` one way or the other. No call causes the events.
pub(crate) fn settle_payment_intent(account: &mut Account, id: &str, request: &SettlePaymentIntent) -> Result<Value> {
    let intent = account.payment_intents.get_mut(id, "intent", Mention::Subject)?;
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
    let (state, of_charge, of_intent) = match request.outcome {
        BankAnswer::Succeeded => (ChargeState::Succeeded, "charge.succeeded", "payment_intent.succeeded"),
        BankAnswer::Failed => (ChargeState::Failed(LATE_FAILURE), "charge.failed", "payment_intent.payment_failed"),
    };
    intent.take_outcome(&charge_id, method, state);
    let charge = account.charges.get_mut(&charge_id, "charge", Mention::Subject)?;
    charge.settle(state);
    account.events.record(of_charge, &charge.to_json(), &Cause::default());
    account.events.record(of_intent, &intent.to_json(), &Cause::default());
    Ok(intent.to_json())
}
