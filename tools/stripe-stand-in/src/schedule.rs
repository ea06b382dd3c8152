//! The schedule: what the bank does later, and `POST /_stand-in/clock/advance`, which makes it happen at once.

use crate::account::Account;
use crate::disputes::dispute_charge;
use crate::errors::{ApiError, Result};
use crate::payment_intents::settle_scheduled_payment;
use crate::payment_methods::BankDecision;
use crate::refunds::{RefundStatus, settle_scheduled_refund};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An action of the bank.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Decides on a charge that is pending.
    SettlePayment { charge: String, decision: BankDecision },
    /// Completes or fails a refund.
    SettleRefund { refund: String, outcome: RefundStatus },
    /// Reclaims a payment.
    OpenDispute { charge: String, reason: &'static str, is_inquiry: bool },
}

/// All actions to come, by their time and then in the order in which they were scheduled.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Schedule(Vec<(i64, Task)>);

/// The body of `POST /_stand-in/clock/advance`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdvanceClock {
    seconds: i64,
}

impl Account {
    /// Schedules an action that is due after a number of seconds.
    pub(crate) fn schedule(&mut self, seconds: i64, task: Task) {
        let due = self.clock.now().saturating_add(seconds);
        let Schedule(tasks) = &mut self.schedule;
        tasks.insert(tasks.partition_point(|(other, _)| *other <= due), (due, task));
    }

    /// Performs the actions whose time has come.
    pub(crate) fn run_due_tasks(&mut self) {
        let now = self.clock.now();
        while let Some((_, task)) = self.next_due(now) {
            self.run(task);
        }
    }

    /// Advances the clock. Each action that becomes due is performed at its own time, so that its events have that time.
    pub(crate) fn advance_clock(&mut self, request: &AdvanceClock) -> Result<Value> {
        if request.seconds < 0 {
            return Err(ApiError::InvalidControlRequest("The clock cannot be turned back.".to_owned()));
        }
        let target = self.clock.now().saturating_add(request.seconds);
        while let Some((due, task)) = self.next_due(target) {
            self.clock.advance_to(due);
            self.run(task);
        }
        self.clock.advance_to(target);
        Ok(json!({ "now": self.clock.now() }))
    }

    fn next_due(&mut self, now: i64) -> Option<(i64, Task)> {
        let Schedule(tasks) = &mut self.schedule;
        let is_due = tasks.first().is_some_and(|(due, _)| *due <= now);
        is_due.then(|| tasks.remove(0))
    }

    fn run(&mut self, task: Task) {
        let done = match task {
            Task::SettlePayment { charge, decision } => settle_scheduled_payment(self, &charge, decision),
            Task::SettleRefund { refund, outcome } => settle_scheduled_refund(self, &refund, outcome),
            Task::OpenDispute { charge, reason, is_inquiry } => dispute_charge(self, &charge, reason, is_inquiry),
        };
        // The control API or the shop has decided otherwise since.
        if let Err(error) = done {
            tracing::debug!(%error, "a scheduled action is obsolete");
        }
    }
}
