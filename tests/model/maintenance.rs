//! A run of the scheduled function, command by command: `functions/maintenance/src`.

use crate::cancel::{self, Outcome, UNPAID};
use crate::money::Intent;
use crate::process::{At, ENDED, Part, Process, Then};
use crate::release::{self, release};
use crate::shop::{OrderId, Shop, Status};

/// All parts, in the order of `run`.
pub(crate) const ALL: [Part; 4] = [Part::ClearHolds, Part::SendRefunds, Part::CancelOverdue, Part::AskStripe];

/// Gives the next command of a run.
pub(crate) fn step(shop: &mut Shop, run: &mut Process, parts: &[Part]) {
    let next = match run.at {
        At::Find { part: found } => {
            find(shop, run, found);
            None
        }
        At::Release { step, order, then } => release(shop, step, order, then).ok(),
        At::Ask { order } => match shop.intents[order] {
            Intent::Succeeded | Intent::Refunded => Some(At::AskedAndPaid { order }),
            Intent::Canceled => Some(At::StoreCancelled { order, cancelled: UNPAID, then: Then::Next }),
            Intent::Absent | Intent::Open => None,
        },
        At::AskedAndPaid { order } => {
            shop.store_payment(order);
            None
        }
        at => cancel::step(shop, at).and_then(|outcome| after(run, outcome, at)),
    };
    run.at = next.unwrap_or_else(|| next_piece(shop, run, parts));
}

/// What comes after a command that has failed: it is counted, and the next piece is begun. A finder
/// that fails ends the run.
pub(crate) fn fail(shop: &Shop, run: &mut Process, parts: &[Part]) {
    let at = run.at;
    run.at = match at {
        At::Find { .. } => ENDED,
        at => {
            let next = cancel::fail(at).and_then(|outcome| after(run, outcome, at));
            next.unwrap_or_else(|| next_piece(shop, run, parts))
        }
    };
}

fn find(shop: &Shop, run: &mut Process, part: Part) {
    run.part = part;
    let pending = |id: OrderId| shop.orders[id].status == Status::Pending;
    run.todo = match part {
        Part::ClearHolds => std::array::from_fn(|id| shop.is_old[id] && shop.is_holding(id)),
        Part::SendRefunds => shop.orders.map(|order| order.refund_owed),
        Part::CancelOverdue => std::array::from_fn(pending),
        // Without an intent nobody has ever been told how to pay it.
        Part::AskStripe => std::array::from_fn(|id| pending(id) && shop.orders[id].intent),
    };
    run.had_intent = std::array::from_fn(|id| run.todo[id] && shop.orders[id].intent);
}

/// The first command of the next piece of work, of this part or of a later one.
fn next_piece(shop: &Shop, run: &mut Process, parts: &[Part]) -> At {
    let Some(order) = run.todo.iter().position(|todo| *todo) else {
        run.had_intent = Default::default();
        let mut later = parts.iter().skip_while(|other| **other != run.part).skip(1);
        return later.next().map_or(ENDED, |part| At::Find { part: *part });
    };
    run.todo[order] = false;
    match run.part {
        Part::ClearHolds => release::recover(order, Then::Next),
        Part::SendRefunds => At::Refund { order, then: Then::Next },
        Part::CancelOverdue => {
            let intent = run.had_intent[order];
            cancel::cancel(shop, order, Status::Pending, intent, Then::NextOrAsk).unwrap_or(ENDED)
        }
        Part::AskStripe => At::Ask { order },
    }
}

/// `end` in `cancel_overdue.rs`: what could not be cancelled is asked about, with the intent as it was read.
fn after(run: &Process, outcome: Result<At, Outcome>, at: At) -> Option<At> {
    match (outcome, at) {
        (Ok(next), _) => Some(next),
        (Err(Outcome::TooLate(Then::NextOrAsk)), At::RetrieveIntent { order, .. } | At::GetMoved { order, .. }) => {
            run.had_intent[order].then_some(At::Ask { order })
        }
        (Err(_), _) => None,
    }
}
