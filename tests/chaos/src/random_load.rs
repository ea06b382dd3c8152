//! A random run: clients generate load while the nemesis injects faults. Then everything is healed and checked. All
//! decisions of clients and nemesis follow from a seed.

use crate::checker::{Snapshot, Violation};
use crate::history::{Entry, Operation, Outcome};
use crate::nemesis::Nemesis;
use crate::workload::{Workload, run_mailers};
use crate::world::{World, WorldOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};
use std::time::Duration;
use tokio::time::Instant;

/// The faults, operations and violations of one random run or several.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of injected faults by kind.
    pub faults: BTreeMap<&'static str, u32>,
    /// The number of operations by kind, of responses by outcome, and of resulting objects by state.
    pub counts: BTreeMap<&'static str, usize>,
    /// The violations of invariants.
    pub violations: Vec<Violation>,
    /// The violations in words, with the path of the history.
    pub failure: Option<String>,
}

/// Runs random load with faults for that long, on a replica set of that many servers, then heals and checks the world.
/// If an invariant is violated, the history and logs are kept.
pub async fn random_load(seed: u64, duration: Duration, members: usize) -> Report {
    let mut world = World::open_with(WorldOptions { members, ..WorldOptions::default() }).await;
    let workload = Workload::prepare(&mut world).await;
    let ends_at = Instant::now() + duration;
    let mut clients = workload.start(&world, seed, ends_at).await;
    let mut nemesis = Nemesis::new(seed);
    let state = world.state().clone();
    world.disturb_mail();
    tokio::join!(nemesis.run(&mut world, ends_at), run_mailers(state, seed, ends_at));
    // A suspended process would keep the last clients waiting.
    world.heal().await;
    while let Some(ended) = clients.join_next().await {
        ended.expect("no panic of a client");
    }
    // With every other seed, the reservation time passes and recovery cancels unpaid orders.
    let violations = if seed.is_multiple_of(2) { world.check().await } else { world.check_after_expiry().await };
    let mut report = Report { faults: nemesis.faults().clone(), ..Report::default() };
    report.count(&world.history.entries(), &world.snapshot().await);
    if !violations.is_empty() {
        report.failure = Some(world.report(&violations));
        world.keep_files();
    }
    Report { violations, ..report }
}

impl Report {
    /// Returns the sum of two reports.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        for (name, count) in other.counts {
            *self.counts.entry(name).or_default() += count;
        }
        self.violations.extend(other.violations);
        let failures: Vec<_> = self.failure.into_iter().chain(other.failure).collect();
        self.failure = (!failures.is_empty()).then(|| failures.join("\n"));
        self
    }

    fn count(&mut self, history: &[Entry], snapshot: &Snapshot) {
        // By key, whether the last outcome was unknown.
        let mut last_unknown: BTreeMap<&str, bool> = BTreeMap::new();
        for Entry { operation, outcome, .. } in history {
            if let Operation::PlaceOrder { key, .. } = operation {
                last_unknown.insert(key, outcome.is_unknown());
            }
            *self.counts.entry(operation_name(operation)).or_default() += 1;
            let outcome = match outcome {
                Outcome::Ok(_) => "outcomes: ok",
                Outcome::Rejected { .. } => "outcomes: rejected",
                Outcome::Unknown(_) => "outcomes: unknown",
            };
            *self.counts.entry(outcome).or_default() += 1;
        }
        let unknown = history.iter().filter(|entry| entry.outcome.is_unknown());
        let keys: BTreeSet<&str> = unknown.filter_map(|entry| entry.key()).collect();
        let resolved = keys.iter().filter(|key| last_unknown.get(*key) == Some(&false)).count();
        let orders = &snapshot.orders;
        let flagged = |flag: &str| orders.iter().filter(|order| order.is_flagged(flag)).count();
        self.counts.extend([
            ("keys with an unknown outcome", keys.len()),
            ("keys with an unknown outcome, resolved by a replay", resolved),
            ("orders", orders.len()),
            ("orders cancelled", orders.iter().filter(|order| order.status == "cancelled").count()),
            ("orders paid", orders.iter().filter(|order| order.is_paid()).count()),
            ("orders with a mismatched payment", flagged("amount_mismatch")),
            ("orders restocked by a refund", orders.iter().filter(|order| order.is_restocked).count()),
            ("orders disputed at the end", flagged("disputed")),
            ("payment intents", snapshot.intents.len()),
            ("refunds at Stripe", snapshot.refunds.len()),
            ("notifications", orders.iter().map(|order| order.notifications.len()).sum()),
            (
                "mails sent",
                snapshot.mails.iter().flatten().map(|(_, count)| usize::try_from(*count).unwrap_or(0)).sum(),
            ),
            ("events", snapshot.events.len()),
            ("events, deliveries of", snapshot.deliveries.len()),
        ]);
    }
}

const fn operation_name(operation: &Operation) -> &'static str {
    match operation {
        Operation::PlaceOrder { .. } => "checkouts",
        Operation::Merge { .. } => "carts merged",
        Operation::Claim { .. } => "orders claimed",
        Operation::RequestPayment { .. } => "requests for a payment intent",
        Operation::Pay { .. } => "payments tried",
        Operation::ChangeIntent { .. } => "intents changed at Stripe",
        Operation::Dispute { .. } => "disputes opened",
        Operation::CloseDispute { .. } => "disputes closed",
        Operation::Cancel { .. } => "cancellations by buyers",
        Operation::Transition { .. } => "transitions by administrators",
        Operation::Refund { restock: true, .. } => "refunds by administrators, with restocking",
        Operation::Refund { .. } => "refunds by administrators",
        Operation::Read { .. } => "orders read",
        Operation::ChangeSlug { .. } => "slugs changed",
        Operation::EditProduct { .. } => "products edited",
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "injected faults:")?;
        for (fault, count) in &self.faults {
            writeln!(f, "  {count:>6}  {fault}")?;
        }
        writeln!(f, "operations and results:")?;
        for (name, count) in &self.counts {
            writeln!(f, "  {count:>6}  {name}")?;
        }
        match &self.failure {
            Some(failure) => write!(f, "{failure}"),
            None => write!(f, "all eleven invariants hold"),
        }
    }
}
