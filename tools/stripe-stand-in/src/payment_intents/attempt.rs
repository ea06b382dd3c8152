//! Attempts to pay: each charges a payment method, at once or after the buyer has authenticated.

use super::{PaymentIntent, Status};
use crate::account::{Account, Object};
use crate::charges::{Charge, ChargeState};
use crate::errors::{ObjectRole, Result};
use crate::events::Cause;
use crate::payment_methods::{AUTHENTICATION_FAILURE, ChargeOutcome, Decline, PaymentMethod, Sequel};
use crate::schedule::Task;

/// The time in which a bank decides on a debit: up to 4 business days
/// (<https://docs.stripe.com/payments/ach-direct-debit#timing>).
const DEBIT_SECONDS: i64 = 4 * 24 * 60 * 60;

/// Pays with a payment method. Returns the reason if its bank declined.
pub(super) fn attempt_payment(
    account: &mut Account,
    id: &str,
    method: PaymentMethod,
    return_url: Option<&str>,
    cause: &Cause,
) -> Result<Option<Decline>> {
    match method.instrument.outcome {
        ChargeOutcome::Succeeds => charge(account, id, method, ChargeState::Succeeded, cause),
        ChargeOutcome::Declined(decline) => charge(account, id, method, ChargeState::Failed(decline), cause),
        ChargeOutcome::Processing(decision) => {
            charge(account, id, method, ChargeState::Pending, cause)?;
            let charge = account.payment_intents.get(id, "intent", ObjectRole::Subject)?.latest_charge.clone();
            if let Some((charge, decision)) = charge.zip(decision) {
                account.schedule(DEBIT_SECONDS, Task::SettlePayment { charge, decision });
            }
            Ok(None)
        }
        ChargeOutcome::RequiresAction(_) => {
            let intent = account.payment_intents.get_mut(id, "intent", ObjectRole::Subject)?;
            intent.status = Status::RequiresAction;
            intent.last_payment_error = None;
            intent.return_url = return_url.map(str::to_owned);
            intent.payment_method = Some(method);
            account.events.record("payment_intent.requires_action", &intent.to_json(), cause);
            Ok(None)
        }
    }
}

/// Continues the payment of a buyer who has authenticated, or who has failed to.
pub(super) fn continue_payment(
    account: &mut Account,
    id: &str,
    method: PaymentMethod,
    is_authenticated: bool,
) -> Result<()> {
    let cause = Cause::default();
    let state = match method.instrument.outcome {
        ChargeOutcome::RequiresAction(Some(decline)) => ChargeState::Failed(decline),
        _ => ChargeState::Succeeded,
    };
    if is_authenticated {
        return charge(account, id, method, state, &cause).map(|_| ());
    }
    let intent = account.payment_intents.get_mut(id, "intent", ObjectRole::Subject)?;
    intent.fail(None, &method, AUTHENTICATION_FAILURE);
    account.events.record("payment_intent.payment_failed", &intent.to_json(), &cause);
    Ok(())
}

fn charge(
    account: &mut Account,
    id: &str,
    method: PaymentMethod,
    state: ChargeState,
    cause: &Cause,
) -> Result<Option<Decline>> {
    let decline = match state {
        ChargeState::Failed(decline) => Some(decline),
        ChargeState::Pending | ChargeState::Succeeded => None,
    };
    if decline.is_none() {
        account.use_payment_method(&method.id)?;
    }
    let now = account.clock.now();
    let intent = account.payment_intents.get_mut(id, "intent", ObjectRole::Subject)?;
    let charge = Charge::new(intent, &method, state, now);
    intent.latest_charge = Some(charge.id.clone());
    let sequel = method.instrument.sequel;
    intent.apply_charge(&charge.id, method, state);
    let charge_id = charge.id.clone();
    account.charges.insert(charge);
    record_charge(account, id, &charge_id, cause)?;
    if matches!(state, ChargeState::Succeeded) {
        schedule_dispute(account, charge_id, sequel);
    }
    Ok(decline)
}

/// Records the events of a charge whose state is new.
pub(super) fn record_charge(account: &mut Account, intent: &str, charge: &str, cause: &Cause) -> Result<()> {
    let charge = account.charges.get(charge, "charge", ObjectRole::Subject)?;
    let (charge_event, intent_event) = match charge.state() {
        ChargeState::Pending => ("charge.pending", "payment_intent.processing"),
        ChargeState::Succeeded => ("charge.succeeded", "payment_intent.succeeded"),
        ChargeState::Failed(_) => ("charge.failed", "payment_intent.payment_failed"),
    };
    account.events.record(charge_event, &charge.to_json(), cause);
    let intent = account.payment_intents.get(intent, "intent", ObjectRole::Subject)?;
    account.events.record(intent_event, &intent.to_json(), cause);
    Ok(())
}

/// Schedules the dispute of a payment method whose payments are disputed as soon as they have succeeded.
pub(super) fn schedule_dispute(account: &mut Account, charge: String, sequel: Option<Sequel>) {
    let (reason, is_inquiry) = match sequel {
        Some(Sequel::Dispute(reason)) => (reason, false),
        Some(Sequel::Inquiry) => ("fraudulent", true),
        Some(Sequel::PendingRefund | Sequel::FailingRefund) | None => return,
    };
    account.schedule(0, Task::OpenDispute { charge, reason, is_inquiry });
}

impl PaymentIntent {
    /// Changes the status according to the state of a charge.
    pub(super) fn apply_charge(&mut self, charge: &str, method: PaymentMethod, state: ChargeState) {
        match state {
            ChargeState::Pending => self.status = Status::Processing,
            ChargeState::Succeeded => self.status = Status::Succeeded,
            ChargeState::Failed(decline) => return self.fail(Some(charge), &method, decline),
        }
        self.last_payment_error = None;
        self.payment_method = Some(method);
    }

    fn fail(&mut self, charge: Option<&str>, method: &PaymentMethod, decline: Decline) {
        self.status = Status::RequiresPaymentMethod;
        self.last_payment_error = Some(decline.to_json(charge, method));
        self.payment_method = None;
    }
}
