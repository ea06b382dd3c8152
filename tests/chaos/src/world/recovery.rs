//! The end of every test: all faults are removed, `maintenance` runs until it has nothing to do, every event is
//! delivered twice more, `mailer` sends what is due, and then the checker verifies the invariants.

use super::{FUNCTIONS, World};
use crate::checker::{Snapshot, Violation, check, check_events};
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};

/// The maximum number of runs of `maintenance`. More would mean that it never becomes idle.
const MAX_RUNS: usize = 100;
/// An hour. It exceeds all delays of the shop, except the lifetime of an idempotency key.
const AN_HOUR_MS: i64 = 3_600_000;

/// The time in which banks complete all refunds: six days.
const BANK_SECONDS: i64 = 6 * 24 * 60 * 60;

impl World {
    /// Removes all faults: restarts the functions, heals the replica set, and resets Stripe's behaviour.
    pub async fn heal(&mut self) {
        // The functions first: then no request runs any more, whenever it began.
        for function in FUNCTIONS {
            self.lambda.resume(function);
            self.lambda.kill(function);
        }
        self.mongo.heal_own().await;
        self.stripe.heal().await;
        self.ses.set_faulty(false);
    }

    /// Heals the world, runs recovery and returns all violations.
    pub async fn check(&mut self) -> Vec<Violation> {
        self.check_when(false).await
    }

    /// Like [`Self::check`], after the reservation time of unpaid orders, which recovery therefore cancels.
    pub async fn check_after_expiry(&mut self) -> Vec<Violation> {
        self.check_when(true).await
    }

    /// Heals the world, runs recovery and panics with a report if an invariant is violated.
    pub async fn assert_invariants(&mut self) {
        let violations = self.check().await;
        assert!(violations.is_empty(), "{}", self.report(&violations));
    }

    /// Returns a readable report of violations, with the path of the history.
    #[must_use]
    pub fn report(&self, violations: &[Violation]) -> String {
        let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
        format!("{} violations, history: {}\n{}", lines.len(), self.history.path().display(), lines.join("\n"))
    }

    /// Reads the current state of the shop and of Stripe.
    pub async fn snapshot(&self) -> Snapshot {
        Snapshot::read(&self.initial_stock, self.database(), &self.stripe, &self.ses).await
    }

    async fn check_when(&mut self, expired: bool) -> Vec<Violation> {
        self.heal().await;
        self.stripe.wait_for_deliveries().await;
        let mut violations = check_events(&self.snapshot().await);
        self.recover(expired, &mut violations).await;
        for violation in check(&self.snapshot().await, &self.history.entries()) {
            if !violations.contains(&violation) {
                violations.push(violation);
            }
        }
        violations
    }

    async fn recover(&self, expired: bool, violations: &mut Vec<Violation>) {
        self.make_due(expired).await;
        // No request runs any more, so every hold is stale, however young it is.
        self.lambda.next_environment("maintenance", [("CHAOS_IMPATIENT", "yes")]);
        self.run_until_idle(violations).await;
        self.stripe.advance_clock(BANK_SECONDS).await;
        for _ in 0..2 {
            self.stripe.resend_all().await;
        }
        self.stripe.wait_for_deliveries().await;
        self.make_due(expired).await;
        self.run_until_idle(violations).await;
        self.make_due(expired).await;
        self.send_mails(violations).await;
    }

    /// Simulates that an hour has passed: pending and paid orders are due for a check. Orders with a mismatched payment also
    /// become overdue, because their refund begins with their cancellation, and so do all others if `expired`.
    pub async fn make_due(&self, expired: bool) {
        let before = DateTime::from_millis(DateTime::now().timestamp_millis() - AN_HOUR_MS);
        let orders = self.database().collection::<Document>("orders");
        let reconciled = doc! { "status": { "$in": ["pending", "processing", "shipped"] } };
        let times = doc! { "checked_at": before, "reconcile_at": before };
        orders.update_many(reconciled, doc! { "$set": times }).await.expect("an update");
        if expired {
            let times = doc! { "$set": { "expires_at": before } };
            orders.update_many(doc! { "status": "pending" }, times).await.expect("an update");
        }
        let mismatched = doc! { "status": "pending", "flags": "amount_mismatch" };
        orders.update_many(mismatched, doc! { "$set": { "expires_at": before } }).await.expect("an update");
        // Also those whose lease a run still has.
        for collection in ["orders", "account_mails"] {
            let collection = self.database().collection::<Document>(collection);
            let due = collection.update_many(
                doc! { "notifications.due_at": { "$exists": true } },
                doc! { "$set": { "notifications.$[due].due_at": before } },
            );
            due.array_filters([doc! { "due.due_at": { "$exists": true } }]).await.expect("an update");
        }
    }

    /// Runs `mailer` until it reports that it did nothing. Adds a violation if it does not become idle.
    pub async fn send_mails(&self, violations: &mut Vec<Violation>) {
        let mut report = Value::Null;
        for _ in 0..MAX_RUNS {
            report = match self.lambda.invoke("mailer", &json!({})).await {
                Ok(report) => report,
                Err(error) => json!({ "failed": error.to_string() }),
            };
            if report.as_object().is_some_and(|report| report.values().all(|count| *count == 0)) {
                return;
            }
        }
        let detail = format!("`mailer` is not idle after {MAX_RUNS} runs: {report}");
        violations.push(Violation { invariant: 11, detail });
    }

    /// Runs `maintenance` until all its jobs report that they did nothing.
    async fn run_until_idle(&self, violations: &mut Vec<Violation>) {
        let mut report = Value::Null;
        for _ in 0..MAX_RUNS {
            report = match self.lambda.invoke("maintenance", &json!({})).await {
                Ok(report) => report,
                Err(error) => json!({ "run": { "done": 0, "failed": error.to_string() } }),
            };
            let is_idle = |job: &Value| job["done"] == 0 && job["failed"] == 0;
            if report.as_object().is_some_and(|report| report.values().all(is_idle)) {
                return;
            }
        }
        let detail = format!("`maintenance` is not idle after {MAX_RUNS} runs: {report}");
        violations.push(Violation { invariant: 2, detail });
    }
}
