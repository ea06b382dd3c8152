//! Cancelling and refunding, command by command: `cancel.rs` and `refund.rs` in `shared/src/checkout`. The buyer, the
//! administrator and the scheduled function share it. A caller's own way on is an error.

use crate::defect::Defect;
use crate::money::{Intent, Move};
use crate::process::{At, Then};
use crate::shop::{OrderId, Shop, Status};

/// What a caller goes on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done.
    Done(Then),
    /// `Error::InvalidTransition`: it is too late.
    TooLate(Then),
}

/// `cancel` of an order in that state, with or without an intent, as it was read.
pub(crate) fn cancel(shop: &Shop, order: OrderId, status: Status, intent: bool, then: Then) -> Result<At, Outcome> {
    match (status, intent) {
        // Nobody was ever told how to pay it, and with this nobody will be.
        (Status::Pending, false) => {
            let cancelled = Move { unless_intent: !shop.has(Defect::CancelDespiteIntent), ..UNPAID };
            Ok(At::StoreCancelled { order, cancelled, then })
        }
        (Status::Pending, true) if shop.has(Defect::CancelHereFirst) => {
            Ok(At::StoreCancelled { order, cancelled: UNPAID, then })
        }
        (Status::Pending, true) => Ok(At::CancelIntent { order, then }),
        (Status::Processing, _) if shop.has(Defect::RefundFirst) => Ok(At::Refund { order, then }),
        (Status::Processing, _) => {
            // The other way round, an order that is shipped at this moment would have its money back.
            Ok(At::StoreCancelled { order, cancelled: PAID, then })
        }
        _ => Err(Outcome::TooLate(then)),
    }
}

/// The cancellation of an order whose intent is cancelled, as everybody stores it.
pub(crate) const UNPAID: Move = Move { from: Status::Pending, unless_intent: false, owing: false, by_stripe: false };
const PAID: Move = Move { from: Status::Processing, owing: true, ..UNPAID };

/// Gives the next command of `cancel`, `store` or `send_refund`; `None` when it is none of theirs.
pub(crate) fn step(shop: &mut Shop, at: At) -> Option<Result<At, Outcome>> {
    Some(match at {
        At::CancelIntent { order, then } if shop.has(Defect::CancelHereFirst) => {
            shop.cancel_intent(order);
            Err(Outcome::Done(then))
        }
        At::CancelIntent { order, then } => Ok(if shop.cancel_intent(order) {
            At::StoreCancelled { order, cancelled: UNPAID, then }
        } else {
            At::RetrieveIntent { order, then }
        }),
        At::RetrieveIntent { order, then } => match shop.intents[order] {
            Intent::Canceled | Intent::Absent => Ok(At::StoreCancelled { order, cancelled: UNPAID, then }),
            Intent::Succeeded | Intent::Refunded => Err(Outcome::TooLate(then)),
            // The failure of the call to cancel is passed on, and the order stays as it is.
            Intent::Open => Err(Outcome::Done(then)),
        },
        At::StoreCancelled { order, cancelled, then } => {
            if !shop.store_cancelled(order, cancelled) {
                Ok(At::GetMoved { order, then })
            } else if shop.has(Defect::CancelHereFirst) && cancelled == UNPAID {
                Ok(At::CancelIntent { order, then })
            } else if cancelled.owing && !shop.has(Defect::RefundFirst) {
                Ok(At::Refund { order, then })
            } else {
                Err(Outcome::Done(then))
            }
        }
        // The event about the intent that was just cancelled was faster.
        At::GetMoved { order, then }
            if shop.orders[order].status == Status::Cancelled && shop.orders[order].by_stripe =>
        {
            Err(Outcome::Done(then))
        }
        At::GetMoved { then, .. } => Err(Outcome::TooLate(then)),
        At::Refund { order, then } => {
            shop.refund(order);
            Ok(if shop.has(Defect::RefundFirst) && shop.orders[order].status == Status::Processing {
                At::StoreCancelled { order, cancelled: PAID, then }
            } else {
                At::NoteRefund { order, then }
            })
        }
        At::NoteRefund { order, then } => {
            shop.note_refund(order);
            Err(Outcome::Done(then))
        }
        _ => return None,
    })
}

/// What comes after a command of theirs that has failed.
pub(crate) fn fail(at: At) -> Option<Result<At, Outcome>> {
    Some(match at {
        // Whatever the call to cancel came to, it is the state of the intent that counts.
        At::CancelIntent { order, then } => Ok(At::RetrieveIntent { order, then }),
        At::RetrieveIntent { then, .. }
        | At::StoreCancelled { then, .. }
        | At::GetMoved { then, .. }
        | At::Refund { then, .. }
        | At::NoteRefund { then, .. } => Err(Outcome::Done(then)),
        _ => return None,
    })
}
