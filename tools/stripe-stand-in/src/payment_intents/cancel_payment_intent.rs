//! `POST /v1/payment_intents/{id}/cancel`: prevents all further payment attempts.

use super::{Caller, Status};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::charges::ChargeState;
use crate::errors::{ObjectRole, Result};
use crate::events::Cause;
use crate::params::Params;
use crate::payment_methods::DELAYED_DECLINE;
use serde_json::Value;

const REASONS: [&str; 4] = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];

/// The request.
pub(crate) struct CancelPaymentIntent {
    id: String,
    reason: Option<&'static str>,
}

impl CancelPaymentIntent {
    pub(crate) fn parse(id: &str, params: &Params) -> Result<Self> {
        params.allow_only(&["cancellation_reason"])?;
        Ok(Self { id: id.to_owned(), reason: params.one_of("cancellation_reason", &REASONS)? })
    }
}

impl Operation for CancelPaymentIntent {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        let intent = account.payment_intents.get_mut(&self.id, "intent", ObjectRole::Subject)?;
        let pending_charge = match intent.status {
            Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => None,
            Status::Processing if account.behavior.cancel_processing => intent.latest_charge.clone(),
            Status::Processing | Status::Succeeded | Status::Canceled => {
                let message = format!(
                    "You cannot cancel this PaymentIntent because it has a status of {}. Only a \
                     PaymentIntent with one of the following statuses may be canceled: \
                     requires_payment_method, requires_capture, requires_confirmation, \
                     requires_action.",
                    intent.status.name()
                );
                return Err(intent.unexpected_state(message, &Caller::Backend));
            }
        };
        intent.status = Status::Canceled;
        intent.canceled_at = Some(account.clock.now());
        intent.cancellation_reason = self.reason;
        let body = intent.to_json();
        if let Some(id) = pending_charge {
            let charge = account.charges.get_mut(&id, "charge", ObjectRole::Subject)?;
            charge.settle(ChargeState::Failed(DELAYED_DECLINE));
            account.events.record("charge.failed", &charge.to_json(), cause);
        }
        account.events.record("payment_intent.canceled", &body, cause);
        Ok(body)
    }
}
