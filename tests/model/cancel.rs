//! Cancelling and refunding, command by command (`shared/src/checkout`). Buyers, administrators and `maintenance` share it.

use crate::defect::Defect;
use crate::money::{CancelTransition, Intent};
use crate::process::{Command, Continuation};
use crate::shop::{OrderId, Payment, Shop, Status};

/// Who cancels an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Actor {
    Buyer,
    Admin,
    /// `maintenance`, when the order is overdue.
    System,
}

/// The cancellation of an unpaid order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Cancellation {
    pub(crate) order: OrderId,
    pub(crate) by: Actor,
    /// The payment status of the order as it was read.
    pub(crate) payment: Payment,
    pub(crate) then: Continuation,
}

/// How cancelling or refunding has ended, with what the caller continues with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It has succeeded, or failed with another error than the next one.
    Done(Continuation),
    /// `Error::InvalidTransition`: it is too late.
    TooLate(Continuation),
}

/// The first command of `cancel_order`, given the status and the intent of the order as it was read.
pub(crate) fn cancel_order(
    shop: &Shop,
    status: Status,
    has_intent: bool,
    request: Cancellation,
) -> Result<Command, Outcome> {
    let Cancellation { order, then, .. } = request;
    match (status, has_intent) {
        // No client secret was ever returned for it, and after this none will be.
        (Status::Pending, false) => {
            let unless_intent = !shop.has(Defect::CancelDespiteIntent);
            let transition = CancelTransition { unless_intent, ..CancelTransition::UNPAID };
            Ok(Command::StoreCancellation { order, transition, then })
        }
        (Status::Pending, true) if shop.has(Defect::CancelHereFirst) => {
            Ok(Command::StoreCancellation { order, transition: CancelTransition::UNPAID, then })
        }
        (Status::Pending, true) => Ok(Command::CheckIntent(request)),
        (Status::Processing, _) if shop.has(Defect::RefundFirst) => Ok(Command::SendRefund { order, then }),
        (Status::Processing, _) => {
            // The other way round an order that is being shipped at this moment would be refunded.
            Ok(Command::StoreCancellation { order, transition: CancelTransition::PAID, then })
        }
        _ => Err(Outcome::TooLate(then)),
    }
}

/// Executes one command of `cancel_order` or `send_refund`; `None` when the command belongs to neither.
pub(crate) fn step(shop: &mut Shop, command: Command) -> Option<Result<Command, Outcome>> {
    Some(match command {
        Command::CheckIntent(request) if may_cancel(shop, request) => Ok(Command::CancelIntent(request)),
        Command::CheckIntent(request) => state_of_intent(shop, request),
        Command::CancelIntent(Cancellation { order, by, then, .. }) if shop.has(Defect::CancelHereFirst) => {
            shop.cancel_intent(order, by);
            Err(Outcome::Done(then))
        }
        Command::CancelIntent(request) => Ok(if shop.cancel_intent(request.order, request.by) {
            let Cancellation { order, then, .. } = request;
            Command::StoreCancellation { order, transition: CancelTransition::UNPAID, then }
        } else {
            Command::RetrieveIntent(request)
        }),
        Command::RetrieveIntent(request) => state_of_intent(shop, request),
        Command::CorrectStatus { order, read, status, then } => {
            shop.set_payment_status(order, Some(read), status);
            Err(Outcome::Done(then))
        }
        Command::StoreCancellation { order, transition, then } => {
            if !shop.store_cancellation(order, transition) {
                Ok(Command::GetChangedOrder { order, then })
            } else if shop.has(Defect::CancelHereFirst) && transition == CancelTransition::UNPAID {
                let request = Cancellation { order, by: Actor::System, payment: Payment::Required, then };
                Ok(Command::CancelIntent(request))
            } else if transition.with_refund && !shop.has(Defect::RefundFirst) {
                Ok(Command::SendRefund { order, then })
            } else {
                Err(Outcome::Done(then))
            }
        }
        // Stripe's event about the intent that was just cancelled has arrived first.
        Command::GetChangedOrder { order, then }
            if shop.orders[order].status == Status::Cancelled && shop.orders[order].changed_by_stripe =>
        {
            Err(Outcome::Done(then))
        }
        Command::GetChangedOrder { then, .. } => Err(Outcome::TooLate(then)),
        Command::SendRefund { order, then } => {
            shop.refund(order);
            Ok(if shop.has(Defect::RefundFirst) && shop.orders[order].status == Status::Processing {
                Command::StoreCancellation { order, transition: CancelTransition::PAID, then }
            } else {
                Command::StoreRefund { order, then }
            })
        }
        Command::StoreRefund { order, then } => {
            shop.store_refund(order);
            Err(Outcome::Done(then))
        }
        _ => return None,
    })
}

/// Whether the intent, as it was retrieved, is to be cancelled at Stripe.
fn may_cancel(shop: &Shop, request: Cancellation) -> bool {
    match shop.intents[request.order] {
        Intent::Open => true,
        Intent::Processing { .. } => match request.by {
            Actor::Admin => true,
            Actor::Buyer => shop.has(Defect::DebitCancelledByBuyer),
            Actor::System => shop.has(Defect::DebitCancelledBySystem),
        },
        _ => false,
    }
}

/// Returns what follows from the state of an intent that was retrieved and is not cancelled any more.
fn state_of_intent(shop: &Shop, request: Cancellation) -> Result<Command, Outcome> {
    let Cancellation { order, payment: read, then, .. } = request;
    match shop.intents[order] {
        Intent::Canceled | Intent::Absent => {
            Ok(Command::StoreCancellation { order, transition: CancelTransition::UNPAID, then })
        }
        Intent::Succeeded | Intent::Refunded => Err(Outcome::TooLate(then)),
        Intent::Processing { .. } if shop.has(Defect::StockOfDebitReleased) => {
            Ok(Command::StoreCancellation { order, transition: CancelTransition::UNPAID, then })
        }
        // `Error::PaymentProcessing`: the order waits for its payment.
        Intent::Processing { .. } => Ok(Command::CorrectStatus { order, read, status: Payment::Processing, then }),
        // The error of the cancellation is returned, and the order stays as it is.
        Intent::Open => Err(Outcome::Done(then)),
    }
}

/// Returns what follows when such a command has failed; `None` when the command belongs to neither.
pub(crate) fn fail(command: Command) -> Option<Result<Command, Outcome>> {
    Some(match command {
        // Whatever the cancellation request returned, the state of the intent counts.
        Command::CancelIntent(request) => Ok(Command::RetrieveIntent(request)),
        Command::CheckIntent(Cancellation { then, .. })
        | Command::RetrieveIntent(Cancellation { then, .. })
        | Command::CorrectStatus { then, .. }
        | Command::StoreCancellation { then, .. }
        | Command::GetChangedOrder { then, .. }
        | Command::SendRefund { then, .. }
        | Command::StoreRefund { then, .. } => Err(Outcome::Done(then)),
        _ => return None,
    })
}
