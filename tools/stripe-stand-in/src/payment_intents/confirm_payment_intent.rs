//! `POST /v1/payment_intents/{id}/confirm`: charges a payment method.

use super::{Caller, PaymentIntent, Status};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::charges::{Charge, ChargeState};
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Cause;
use crate::params::Params;
use crate::schedule::Task;
use crate::test_payment_methods::{ChargeOutcome, Decline, PaymentMethod};
use serde_json::Value;

/// The time in which a bank decides on a debit: up to 4 business days
/// (<https://docs.stripe.com/payments/ach-direct-debit#timing>).
const DEBIT_SECONDS: i64 = 4 * 24 * 60 * 60;

/// The request, from a backend or the buyer's browser.
pub(crate) struct ConfirmPaymentIntent {
    id: String,
    caller: Caller,
    payment_method: Option<PaymentMethod>,
}

impl ConfirmPaymentIntent {
    pub(crate) fn parse(id: &str, caller: Caller, params: &Params) -> Result<Self> {
        // Stripe.js adds the last three, which have no effect on cards.
        params.allow_only(&["payment_method", "client_secret", "return_url", "use_stripe_sdk", "key"])?;
        let payment_method = params.text("payment_method")?.map(PaymentMethod::from_name).transpose()?;
        Ok(Self { id: id.to_owned(), caller, payment_method })
    }
}

impl Operation for ConfirmPaymentIntent {
    fn execute(self: Box<Self>, account: &mut Account, cause: &Cause) -> Result<Value> {
        attempt_payment(account, &self.id, self.payment_method, &self.caller, cause)
    }
}

/// Charges a payment method; without one, that of the payment intent.
pub(super) fn attempt_payment(
    account: &mut Account,
    id: &str,
    payment_method: Option<PaymentMethod>,
    caller: &Caller,
    cause: &Cause,
) -> Result<Value> {
    let now = account.clock.now();
    let intent = account.payment_intents.get_mut(id, "intent", ObjectRole::Subject)?;
    caller.authorize(intent)?;
    let method = intent.select_payment_method(payment_method, caller)?;
    let state = match method.outcome {
        ChargeOutcome::Succeeds => ChargeState::Succeeded,
        ChargeOutcome::Processing(_) => ChargeState::Pending,
        ChargeOutcome::Declined(decline) => ChargeState::Failed(decline),
    };
    let charge = Charge::new(intent, &method, state, now);
    let (charge_id, charge_body) = (charge.id.clone(), charge.to_json());
    intent.latest_charge = Some(charge.id.clone());
    let outcome = method.outcome;
    intent.apply_charge(&charge.id, method, state);
    account.charges.insert(charge);

    let (charge_event, intent_event) = match state {
        ChargeState::Pending => ("charge.pending", "payment_intent.processing"),
        ChargeState::Succeeded => ("charge.succeeded", "payment_intent.succeeded"),
        ChargeState::Failed(_) => ("charge.failed", "payment_intent.payment_failed"),
    };
    account.events.record(charge_event, &charge_body, cause);
    account.events.record(intent_event, &intent.to_json(), cause);
    let result = match state {
        ChargeState::Pending | ChargeState::Succeeded => Ok(intent.to_json_for(caller)),
        ChargeState::Failed(decline) => Err(intent.failure(decline, caller)),
    };
    if let ChargeOutcome::Processing(Some(decision)) = outcome {
        account.schedule(DEBIT_SECONDS, Task::SettlePayment { charge: charge_id, decision });
    }
    result
}

impl PaymentIntent {
    /// Changes the status according to the state of a charge.
    pub(super) fn apply_charge(&mut self, charge: &str, method: PaymentMethod, state: ChargeState) {
        match state {
            ChargeState::Pending => self.status = Status::Processing,
            ChargeState::Succeeded => self.status = Status::Succeeded,
            ChargeState::Failed(decline) => {
                self.status = Status::RequiresPaymentMethod;
                self.last_payment_error = Some(decline.to_json(charge, &method));
                self.payment_method = None;
                return;
            }
        }
        self.last_payment_error = None;
        self.payment_method = Some(method);
    }

    fn select_payment_method(&self, payment_method: Option<PaymentMethod>, caller: &Caller) -> Result<PaymentMethod> {
        match self.status {
            Status::RequiresPaymentMethod | Status::RequiresConfirmation => {}
            Status::Succeeded => {
                let message = "You cannot confirm this PaymentIntent because it has already \
                               succeeded after being previously confirmed.";
                return Err(self.unexpected_state(message.to_owned(), caller));
            }
            Status::Processing | Status::Canceled => {
                let message = format!(
                    "You cannot confirm this PaymentIntent because it has a status of {}. Only a \
                     PaymentIntent with one of the following statuses may be confirmed: \
                     requires_confirmation, requires_action.",
                    self.status.name()
                );
                return Err(self.unexpected_state(message, caller));
            }
        }
        let method = payment_method.or_else(|| self.payment_method.clone()).ok_or_else(|| {
            let message = "You cannot confirm this PaymentIntent because it's missing a payment \
                           method. You can either update the PaymentIntent with a payment method \
                           and then confirm it again, or confirm it again directly with a payment \
                           method.";
            self.unexpected_state(message.to_owned(), caller)
        })?;
        if self.payment_method_types.iter().any(|kind| kind == method.kind) {
            Ok(method)
        } else {
            let allowed = self.payment_method_types.join(", ");
            Err(ApiError::IncompatiblePaymentMethod { kind: method.kind, allowed })
        }
    }

    fn failure(&self, decline: Decline, caller: &Caller) -> ApiError {
        ApiError::PaymentFailed {
            message: decline.message,
            details: Box::new(self.last_payment_error.clone().unwrap_or_default()),
            intent: Box::new(self.to_json_for(caller)),
        }
    }
}
