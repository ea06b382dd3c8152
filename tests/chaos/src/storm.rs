//! One random run: people buy while things go wrong, then everything is healed and checked.

use crate::checker::Violation;
use crate::history::{Deed, Entry, Outcome};
use crate::nemesis::Nemesis;
use crate::workload::Workload;
use crate::world::{Terms, World};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};
use std::time::Duration;
use tokio::time::Instant;

/// What has happened in a random run, and what is wrong now.
#[derive(Debug, Default)]
pub struct Report {
    /// What went wrong on purpose, and how often.
    pub faults: BTreeMap<&'static str, u32>,
    /// What was done, and how often.
    pub deeds: BTreeMap<&'static str, usize>,
    /// What must not be.
    pub violations: Vec<Violation>,
    /// The violations in words, with the place of the history.
    pub complaint: Option<String>,
}

/// Lets people buy in a world for that long while things go wrong; what they and the faults do
/// follows from the seed. The world is kept when it is not as it must be.
pub async fn storm(seed: u64, duration: Duration, members: usize) -> Report {
    let mut world = World::open_with(Terms { members, ..Terms::default() }).await;
    let workload = Workload::stock(&mut world).await;
    let closes = Instant::now() + duration;
    let mut people = workload.run(&world, seed, closes).await;
    let mut nemesis = Nemesis::new(seed);
    nemesis.rage(&mut world, closes).await;
    // What is paused is paused for the last of them, too, unless somebody ends it.
    world.heal().await;
    while let Some(left) = people.join_next().await {
        left.expect("nobody to panic");
    }
    // Every other time so long passes that what nobody has paid is cancelled.
    let violations = if seed.is_multiple_of(2) { world.check().await } else { world.check_after_expiry().await };
    let mut report = Report { faults: nemesis.done().clone(), ..Report::default() };
    report.count(&world.history.entries(), &world.snapshot().await);
    if !violations.is_empty() {
        report.complaint = Some(world.report(&violations));
        world.keep();
    }
    Report { violations, ..report }
}

impl Report {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (fault, times) in other.faults {
            *self.faults.entry(fault).or_default() += times;
        }
        for (deed, times) in other.deeds {
            *self.deeds.entry(deed).or_default() += times;
        }
        self.violations.extend(other.violations);
        let complaints: Vec<_> = self.complaint.into_iter().chain(other.complaint).collect();
        self.complaint = (!complaints.is_empty()).then(|| complaints.join("\n"));
        self
    }

    fn count(&mut self, history: &[Entry], now: &crate::checker::Snapshot) {
        let mut doubtful: BTreeMap<&str, bool> = BTreeMap::new();
        for Entry { deed, outcome, .. } in history {
            let name = match deed {
                Deed::PlaceOrder { key, .. } => {
                    let doubt = doubtful.entry(key).or_default();
                    *doubt = outcome.is_unknown();
                    "checkouts"
                }
                Deed::AskForPayment { .. } => "questions how to pay",
                Deed::Pay { .. } => "tries to pay",
                Deed::ChangeIntent { .. } => "intents changed past the shop",
                Deed::Dispute { .. } => "disputes opened",
                Deed::Decide { .. } => "disputes decided",
                Deed::Cancel { .. } => "cancellations by buyers",
                Deed::Move { .. } => "moves by administrators",
                Deed::Refund { restock: true, .. } => "refunds by administrators, with the goods",
                Deed::Refund { .. } => "refunds by administrators",
                Deed::Read { .. } => "orders read",
                Deed::Edit { .. } => "products edited",
            };
            *self.deeds.entry(name).or_default() += 1;
            let outcome = match outcome {
                Outcome::Ok(_) => "answers: done",
                Outcome::Refused { .. } => "answers: refused",
                Outcome::Unknown(_) => "answers: unknown",
            };
            *self.deeds.entry(outcome).or_default() += 1;
        }
        let unknown = history.iter().filter(|entry| entry.outcome.is_unknown());
        let keys: BTreeSet<&str> = unknown.filter_map(|entry| entry.key()).collect();
        let resolved = keys.iter().filter(|key| doubtful.get(*key) == Some(&false)).count();
        let in_state = |status: &str| now.orders.iter().filter(|order| order.status == status).count();
        self.deeds.extend([
            ("purchases left unknown once", keys.len()),
            ("purchases found out by the same key", resolved),
            ("orders", now.orders.len()),
            ("orders cancelled", in_state("cancelled")),
            ("orders paid", now.orders.iter().filter(|order| order.is_paid()).count()),
            (
                "orders paid with another sum",
                now.orders.iter().filter(|order| order.is_flagged("amount_mismatch")).count(),
            ),
            ("orders whose goods came back", now.orders.iter().filter(|order| order.is_restocked).count()),
            ("orders disputed at the end", now.orders.iter().filter(|order| order.is_flagged("disputed")).count()),
            ("intents at Stripe", now.intents.len()),
            ("refunds at Stripe", now.refunds.len()),
            ("events", now.events.len()),
            ("deliveries of events", now.deliveries.len()),
        ]);
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "what went wrong on purpose:")?;
        for (fault, times) in &self.faults {
            writeln!(f, "  {times:>6}  {fault}")?;
        }
        writeln!(f, "what was done:")?;
        for (deed, times) in &self.deeds {
            writeln!(f, "  {times:>6}  {deed}")?;
        }
        match &self.complaint {
            Some(complaint) => write!(f, "{complaint}"),
            None => write!(f, "all eight invariants hold"),
        }
    }
}
