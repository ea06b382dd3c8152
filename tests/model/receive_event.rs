//! `POST /webhooks/stripe` and the two ways to cancel, command by command:
//! `functions/stripe-webhook/src/apply_payment.rs`, `functions/orders/src/cancel_order.rs`.

use crate::cancel::{self, UNPAID};
use crate::defect::Defect;
use crate::money::{Intent, Move};
use crate::process::{Answer, At, ENDED, Then};
use crate::shop::{OrderId, Shop, Status};

/// After that there is nothing more to do, whatever came of it.
const END: Then = Then::Answer(Answer::None);

/// Gives the next command of a webhook, and says what comes after it.
pub(crate) fn step(shop: &mut Shop, at: At) -> At {
    match at {
        // Recorded before: it has had its effect.
        At::ApplyEvent { order } if !shop.has_event(order) => ENDED,
        At::ApplyEvent { order } => {
            shop.recorded[order] = true;
            if shop.has(Defect::EventBeforeEffect) { At::ApplyLate { order } } else { apply(shop, order) }
        }
        At::ApplyLate { order } => apply(shop, order),
        At::SendBackIfOwed { order } if shop.orders[order].refund_owed => At::Refund { order, then: END },
        _ => cancel::step(shop, at).and_then(Result::ok).unwrap_or(ENDED),
    }
}

/// The effect of an event, in its transaction.
fn apply(shop: &mut Shop, order: OrderId) -> At {
    match shop.intents[order] {
        Intent::Succeeded | Intent::Refunded => {
            shop.store_payment(order);
            At::SendBackIfOwed { order }
        }
        Intent::Canceled => {
            shop.store_cancelled(order, Move { by_stripe: true, ..UNPAID });
            ENDED
        }
        Intent::Absent | Intent::Open => ENDED,
    }
}

/// Gives the next command of somebody who cancels an order.
pub(crate) fn step_cancel(shop: &mut Shop, at: At, by_admin: bool) -> At {
    let outcome = match at {
        At::GetOrder { order } => {
            let found = shop.orders[order];
            if found.status == Status::Pending || (by_admin && found.status == Status::Processing) {
                cancel::cancel(shop, order, found.status, found.intent, END).ok()
            } else {
                None
            }
        }
        _ => cancel::step(shop, at).and_then(Result::ok),
    };
    outcome.unwrap_or(ENDED)
}

/// What comes after a command of either that has failed: Stripe sends its event again, people ask again.
pub(crate) fn fail(at: At) -> At {
    cancel::fail(at).and_then(Result::ok).unwrap_or(ENDED)
}
