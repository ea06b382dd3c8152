//! A run of the scheduled function, command by command (`functions/maintenance/src`).

use crate::cancel::{self, Actor, Cancellation, Outcome};
use crate::defect::Defect;
use crate::money::{CancelTransition, Intent};
use crate::process::{Command, Continuation, ENDED, Job, Process};
use crate::recover;
use crate::shop::{OrderId, Payment, Shop, Status};

/// All modelled jobs, in the order in which a run executes them.
pub(crate) const ALL: [Job; 4] = [Job::ReleaseStaleHolds, Job::RetryRefunds, Job::ExpireUnpaid, Job::ReconcilePayments];

/// Executes the next command of a run.
pub(crate) fn step(shop: &mut Shop, run: &mut Process, jobs: &[Job]) {
    let next = match run.next {
        Command::FindDue { job } => {
            find_due(shop, run, job);
            None
        }
        Command::Recovery { step, order, then } => match recover::step(shop, step, order, then) {
            Err(Continuation::RequestPayment { .. }) => Some(Command::CreateIntent { order }),
            recovered => recovered.ok(),
        },
        Command::CreateIntent { order } => {
            shop.create_intent(order);
            Some(Command::AttachIntent { order })
        }
        Command::AttachIntent { order } => (!shop.attach_intent(order)).then_some(Command::AbandonIntent { order }),
        Command::AbandonIntent { order } => {
            shop.abandon_intent(order);
            None
        }
        Command::ReconcilePayment { order } => match shop.intents[order] {
            Intent::Succeeded | Intent::Refunded => Some(Command::ApplyPayment { order }),
            Intent::Canceled => {
                let transition = CancelTransition::UNPAID;
                Some(Command::StoreCancellation { order, transition, then: Continuation::NextItem })
            }
            Intent::Processing { .. } if !run.was_under_way[order] => {
                Some(correct_status(order, Payment::Required, Payment::Processing))
            }
            // The bank has declined.
            Intent::Open if run.was_under_way[order] && !shop.has(Defect::FailedDebitNotReconciled) => {
                Some(correct_status(order, Payment::Processing, Payment::Required))
            }
            Intent::Absent | Intent::Open | Intent::Processing { .. } => None,
        },
        Command::ApplyPayment { order } => {
            shop.apply_payment(order);
            None
        }
        command => cancel::step(shop, command).and_then(|outcome| next_of_item(run, outcome, command)),
    };
    run.next = next.unwrap_or_else(|| next_item(shop, run, jobs));
}

/// Continues after a command has failed: with the next item, or with the end of the run if the query of a job failed.
pub(crate) fn fail(shop: &Shop, run: &mut Process, jobs: &[Job]) {
    let failed = run.next;
    run.next = match failed {
        Command::FindDue { .. } => ENDED,
        failed => {
            let next = cancel::fail(failed).and_then(|outcome| next_of_item(run, outcome, failed));
            next.unwrap_or_else(|| next_item(shop, run, jobs))
        }
    };
}

fn correct_status(order: OrderId, read: Payment, status: Payment) -> Command {
    Command::CorrectStatus { order, read, status, then: Continuation::NextItem }
}

fn find_due(shop: &Shop, run: &mut Process, job: Job) {
    run.job = job;
    let is_pending = |id: OrderId| shop.orders[id].status == Status::Pending;
    let is_under_way = |id: OrderId| shop.orders[id].payment == Payment::Processing;
    run.due = match job {
        Job::ReleaseStaleHolds => std::array::from_fn(|id| shop.is_abandoned[id] && shop.has_holds(id)),
        Job::RetryRefunds => shop.orders.map(|order| order.refund_owed),
        Job::ExpireUnpaid => std::array::from_fn(|id| is_pending(id) && !is_under_way(id)),
        Job::ReconcilePayments => std::array::from_fn(is_pending),
    };
    run.was_under_way = std::array::from_fn(|id| run.due[id] && is_under_way(id));
    run.had_intent = std::array::from_fn(|id| run.due[id] && shop.orders[id].has_intent);
}

/// The first command of the next item, of the same job or of a later one.
fn next_item(shop: &Shop, run: &mut Process, jobs: &[Job]) -> Command {
    let Some(order) = run.due.iter().position(|is_due| *is_due) else {
        run.had_intent = Default::default();
        run.was_under_way = Default::default();
        let mut later = jobs.iter().skip_while(|other| **other != run.job).skip(1);
        return later.next().map_or(ENDED, |job| Command::FindDue { job: *job });
    };
    run.due[order] = false;
    match run.job {
        Job::ReleaseStaleHolds => recover::recover_checkout(order, Continuation::NextItem),
        Job::RetryRefunds => Command::SendRefund { order, then: Continuation::NextItem },
        Job::ExpireUnpaid => {
            let (payment, then) = (Payment::Required, Continuation::NextItemOrReconcile);
            let request = Cancellation { order, by: Actor::System, payment, then };
            cancel::cancel_order(shop, Status::Pending, run.had_intent[order], request).unwrap_or(ENDED)
        }
        Job::ReconcilePayments if run.had_intent[order] => Command::ReconcilePayment { order },
        // Its request has crashed, or Stripe was unavailable.
        Job::ReconcilePayments => {
            recover::finalize_checkout(shop, order, Continuation::RequestPayment { payable: true })
        }
    }
}

/// The next command of the same item. An order that could not be cancelled is reconciled, by its intent as it was read.
fn next_of_item(run: &Process, outcome: Result<Command, Outcome>, executed: Command) -> Option<Command> {
    match (outcome, executed) {
        (Ok(next), _) => Some(next),
        (
            Err(Outcome::TooLate(Continuation::NextItemOrReconcile)),
            Command::CheckIntent(Cancellation { order, .. })
            | Command::RetrieveIntent(Cancellation { order, .. })
            | Command::GetChangedOrder { order, .. },
        ) => run.had_intent[order].then_some(Command::ReconcilePayment { order }),
        (Err(_), _) => None,
    }
}
