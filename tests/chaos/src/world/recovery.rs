//! The end of a bad day: faults go, what waits for time is made due, the scheduled function runs
//! until nothing is left to do, and every event comes twice more. Then the checker looks.

use super::{FUNCTIONS, World};
use crate::checker::{Snapshot, Violation, check, check_events};
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};

/// After so many runs of the scheduled function something goes round in circles.
const MAX_RUNS: usize = 100;
/// Longer than anything waits in the shop, but for the life of an idempotency key.
const AN_HOUR_MS: i64 = 3_600_000;

impl World {
    /// Takes all faults away: Stripe answers, the database is whole, and the functions are fresh.
    pub async fn heal(&mut self) {
        // First the functions: nobody is at work any more, however long ago a request was begun.
        for function in FUNCTIONS {
            self.lambda.resume(function);
            self.lambda.kill(function);
        }
        self.mongo.heal_own().await;
        self.stripe.heal().await;
    }

    /// Heals, recovers, and answers everything that is wrong then.
    pub async fn check(&mut self) -> Vec<Violation> {
        self.check_when(false).await
    }

    /// As [`Self::check`], after so long that what is unpaid is cancelled.
    pub async fn check_after_expiry(&mut self) -> Vec<Violation> {
        self.check_when(true).await
    }

    /// Fails with everything that is wrong.
    pub async fn assert_sound(&mut self) {
        let violations = self.check().await;
        assert!(violations.is_empty(), "{}", self.report(&violations));
    }

    /// Everything that is wrong, for people.
    #[must_use]
    pub fn report(&self, violations: &[Violation]) -> String {
        let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
        format!("{} violations, the history is {}\n{}", lines.len(), self.history.path().display(), lines.join("\n"))
    }

    /// The shop and Stripe as they are now.
    pub async fn snapshot(&self) -> Snapshot {
        Snapshot::read(&self.initial, self.database(), &self.stripe).await
    }

    async fn check_when(&mut self, expired: bool) -> Vec<Violation> {
        self.heal().await;
        self.stripe.settle().await;
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
        // Nobody is at work any more, however young what they hold.
        self.lambda.next_environment("maintenance", [("CHAOS_IMPATIENT", "yes")]);
        self.run_until_done(violations).await;
        for _ in 0..2 {
            self.stripe.resend_all().await;
        }
        self.stripe.settle().await;
        self.make_due(expired).await;
        self.run_until_done(violations).await;
    }

    /// Lets an hour pass for what waits, and for whom money came that does not fit: it goes back when
    /// the time of the order is over.
    async fn make_due(&self, expired: bool) {
        let before = DateTime::from_millis(DateTime::now().timestamp_millis() - AN_HOUR_MS);
        let orders = self.database().collection::<Document>("orders");
        let mut times = doc! { "checked_at": before };
        if expired {
            times.insert("expires_at", before);
        }
        orders.update_many(doc! { "status": "pending" }, doc! { "$set": times }).await.expect("an update");
        let odd = doc! { "status": "pending", "flags": "amount_mismatch" };
        orders.update_many(odd, doc! { "$set": { "expires_at": before } }).await.expect("an update");
    }

    /// Runs the scheduled function until it finds nothing to do.
    async fn run_until_done(&self, violations: &mut Vec<Violation>) {
        let mut report = Value::Null;
        for _ in 0..MAX_RUNS {
            report = match self.lambda.invoke("maintenance", &json!({})).await {
                Ok(report) => report,
                Err(error) => json!({ "run": { "done": 0, "failed": error.to_string() } }),
            };
            let idle = |tally: &Value| tally["done"] == 0 && tally["failed"] == 0;
            if report.as_object().is_some_and(|report| report.values().all(idle)) {
                return;
            }
        }
        violations.push(Violation { invariant: 2, detail: format!("recovery comes to no end: {report}") });
    }
}
