//! The report of the checkout benchmark: `checkout.md` for readers, `checkout.json` with every measurement.

use super::load::LoadResult;
use super::measure::Measured;
use super::scenario::{SCENARIOS, Scenario};
use super::targets::{self, ratios, select};
use super::{Implementation, Options};
use crate::machine::{CpuUsage, Machine};
use crate::report::{TargetResult, table, target_table, today, write_file, write_json};
use crate::statistics::Spread;
use crate::terminal::print_status;
use anyhow::Result;
use serde::Serialize;
use std::path::Path;

/// A run is noisy if other processes take more than this share of the processors, in percent.
const NOISE: f64 = 10.0;

const EXPLANATION: &str = "\
All buyers call `POST /orders` in one process, through the whole HTTP layer, with one line in the cart. \"The shop\" is
the real handler; with mail it also records a notification with each order. The transactions read the cart, take the
stock, insert the order and delete the cart, behind the same HTTP layer and in the same collections. The shop runs
without Stripe, so no implementation creates a payment intent. All wait for a majority of a replica set with one member.

Figures are medians of the rounds. Rejections and timeouts are sums, and the slowest rejection is that of all rounds.
\"Shop ÷ row\" divides the shop's orders per second by those of the row within each round; it is shown as the median, with
minimum and maximum. Requests time out after 10 seconds, which limits the p99. Processor time is per response: first that
of the process with the shop and the buyers, then that of MongoDB.";

const COLUMNS: [&str; 10] = [
    "scenario",
    "checkout by",
    "orders/s",
    "p50",
    "p99",
    "rejected",
    "slowest rejection",
    "timed out",
    "processor time",
    "shop ÷ row",
];

/// A report, as it is printed and written.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    date: String,
    machine: Machine,
    rounds: usize,
    window_millis: u64,
    /// The share of the processors that other processes took during a measurement, in percent.
    others_percent: Spread,
    targets: Vec<TargetResult<Spread>>,
    measured: Vec<Measured>,
}

impl Report {
    pub(super) fn new(machine: Machine, options: &Options, measured: Vec<Measured>) -> Self {
        Self {
            date: today(),
            machine,
            rounds: options.rounds,
            window_millis: options.millis,
            others_percent: Spread::of(measured.iter().filter_map(|one| Some(one.usage?.others_percent))),
            targets: targets::results(&measured),
            measured,
        }
    }

    pub(super) fn passed(&self) -> bool {
        self.targets.iter().all(|target| target.reached)
    }

    pub(super) fn print(&self) {
        print_status(self.text());
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        write_file(directory, "checkout.md", &self.text())?;
        write_json(directory, "checkout.json", self)
    }

    fn text(&self) -> String {
        let Self { date, machine, rounds, window_millis, .. } = self;
        let Spread { median, max, .. } = self.others_percent;
        let noise = if median > NOISE { " **This run is noisy.**" } else { "" };
        let mut lines = vec![
            "# Checkout".to_owned(),
            String::new(),
            format!(
                "`cargo xtask bench checkout` on {date}: {machine}. {rounds} rounds, {window_millis} ms per measurement. \
                 Other processes took {median:.0} % of the processors, at most {max:.0} % during a measurement.{noise}"
            ),
            String::new(),
            EXPLANATION.to_owned(),
            String::new(),
        ];
        let is_measured = |scenario: &Scenario| self.measured.iter().any(|one| one.scenario == scenario.name);
        let scenarios = SCENARIOS.into_iter().filter(is_measured);
        let is_run = |one: &Implementation| self.measured.iter().any(|measured| measured.implementation == *one);
        let implementations: Vec<_> = Implementation::ALL.into_iter().filter(is_run).collect();
        let rows = scenarios.flat_map(|scenario| implementations.iter().map(move |one| self.row(scenario.name, *one)));
        lines.extend(table(&COLUMNS, rows));
        lines.push(String::new());
        lines.extend(target_table(&self.targets));
        lines.join("\n") + "\n"
    }

    fn row(&self, scenario: &str, implementation: Implementation) -> String {
        let measured = select(&self.measured, scenario, implementation);
        let median = |figure: fn(&LoadResult) -> f64| Spread::of(measured.iter().map(|one| figure(&one.result))).median;
        let sum = |count: fn(&LoadResult) -> usize| measured.iter().map(|one| count(&one.result)).sum::<usize>();
        let per_response = |time: fn(&CpuUsage) -> f64| {
            Spread::of(measured.iter().filter_map(|one| Some(time(&one.usage?) / one.result.responses()))).median
        };
        let rejected = sum(|result| result.rejected);
        let slowest_rejection = match rejected {
            0 => String::new(),
            _ => format!("{:.0} ms", Spread::of(measured.iter().map(|one| one.result.slowest_rejection_ms)).max),
        };
        let ratio = match implementation {
            Implementation::Shop => String::new(),
            baseline => ratios(&self.measured, scenario, baseline, |one| one.result.orders_per_second).to_string(),
        };
        format!(
            "| {scenario} | {} | {:.0} | {:.1} ms | {:.1} ms | {rejected} | {slowest_rejection} | {} | \
             {:.2} + {:.2} ms | {ratio} |",
            implementation.name(),
            median(|result| result.orders_per_second),
            median(|result| result.p50_ms),
            median(|result| result.p99_ms),
            sum(|result| result.timed_out),
            per_response(|usage| usage.shop_ms),
            per_response(|usage| usage.mongodb_ms),
        )
    }
}
