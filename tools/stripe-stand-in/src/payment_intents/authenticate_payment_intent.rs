//! `POST /_stand-in/payment_intents/{id}/authenticate`: the buyer authenticates, or fails to.

use super::attempt::continue_payment;
use super::{Caller, Status};
use crate::account::{Account, Object};
use crate::errors::{ObjectRole, Result};
use serde::Deserialize;
use serde_json::Value;

/// The body of the request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthenticatePaymentIntent {
    outcome: Authentication,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Authentication {
    Succeeded,
    Failed,
}

/// Ends `requires_action`. The events have no causing request.
pub(crate) fn authenticate_payment_intent(
    account: &mut Account,
    id: &str,
    request: &AuthenticatePaymentIntent,
) -> Result<Value> {
    let intent = account.payment_intents.get(id, "intent", ObjectRole::Subject)?;
    let method = intent.payment_method.clone().filter(|_| intent.status == Status::RequiresAction);
    let method = method.ok_or_else(|| {
        let message = format!(
            "Only a PaymentIntent with the status requires_action can be authenticated; this one has a status of {}.",
            intent.status.name()
        );
        intent.unexpected_state(message, &Caller::Backend)
    })?;
    continue_payment(account, id, method, matches!(request.outcome, Authentication::Succeeded))?;
    Ok(account.payment_intents.get(id, "intent", ObjectRole::Subject)?.to_json())
}
