//! `POST /webhooks/stripe` and the two endpoints that cancel an order, command by command.

use crate::cancel::{self, Actor, Cancellation};
use crate::defect::Defect;
use crate::money::{CancelTransition, Intent};
use crate::process::{Command, Continuation, ENDED, Response};
use crate::shop::{Order, OrderId, Payment, Shop, Status};

/// The process ends, whatever the outcome.
const END: Continuation = Continuation::Respond(Response::None);

/// Executes the next command of a webhook, and returns the one that follows.
pub(crate) fn step(shop: &mut Shop, command: Command) -> Command {
    match command {
        // A recorded event has taken effect before.
        Command::ApplyEvent { order } if !shop.has_unrecorded_event(order) => ENDED,
        Command::ApplyEvent { order } => {
            shop.recorded[order] = true;
            if shop.has(Defect::EventBeforeEffect) { Command::ApplyRecordedEvent { order } } else { apply(shop, order) }
        }
        Command::ApplyRecordedEvent { order } => apply(shop, order),
        Command::RetrieveLatest { order, failed } => match shop.intents[order] {
            Intent::Processing { .. } => Command::ApplyStatus { order, status: Payment::Processing },
            Intent::Open if failed => Command::ApplyStatus { order, status: Payment::Required },
            // An intent that has ended has an event of its own.
            _ => ENDED,
        },
        Command::ApplyStatus { order, status } => {
            shop.set_payment_status(order, None, status);
            ENDED
        }
        Command::CheckOwedRefund { order } if shop.orders[order].refund_owed => {
            Command::SendRefund { order, then: END }
        }
        _ => cancel::step(shop, command).and_then(Result::ok).unwrap_or(ENDED),
    }
}

/// Applies an event, inside its transaction.
fn apply(shop: &mut Shop, order: OrderId) -> Command {
    match shop.intents[order] {
        Intent::Succeeded | Intent::Refunded => {
            shop.apply_payment(order);
            Command::CheckOwedRefund { order }
        }
        Intent::Canceled => {
            shop.store_cancellation(order, CancelTransition { by_stripe: true, ..CancelTransition::UNPAID });
            ENDED
        }
        Intent::Absent | Intent::Open | Intent::Processing { .. } => ENDED,
    }
}

/// Executes the next command of a cancellation by buyer or administrator, and returns the one that follows.
pub(crate) fn step_cancel(shop: &mut Shop, command: Command, by_admin: bool) -> Command {
    let next = match command {
        Command::GetOrder { order } => {
            let Order { status, has_intent, payment, .. } = shop.orders[order];
            if status == Status::Pending || (by_admin && status == Status::Processing) {
                let by = if by_admin { Actor::Admin } else { Actor::Buyer };
                let request = Cancellation { order, by, payment, then: END };
                cancel::cancel_order(shop, status, has_intent, request).ok()
            } else {
                None
            }
        }
        _ => cancel::step(shop, command).and_then(Result::ok),
    };
    next.unwrap_or(ENDED)
}

/// Returns what follows when a command of either has failed. Stripe sends an event again, and users retry.
pub(crate) fn fail(command: Command) -> Command {
    cancel::fail(command).and_then(Result::ok).unwrap_or(ENDED)
}
