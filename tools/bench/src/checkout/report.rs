//! Tells what was measured: a table for people, and everything for programs.

use super::measure::Measured;
use super::rush::Course;
use super::scenario::{SCENARIOS, Scenario};
use super::verdict::{Verdict, of, ratios, verdicts};
use super::{Options, Way};
use crate::figures::Spread;
use crate::machine::{Machine, Usage};
use crate::say::say;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fs;
use std::path::Path;

/// Above this share of the processors, in percent, others disturb.
const NOISE: f64 = 10.0;

/// A run, as it is written down.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    date: String,
    machine: Machine,
    rounds: usize,
    window_millis: u64,
    /// The share of the processors that others had, in percent, by measurement.
    taken_by_others: Spread,
    verdicts: Vec<Verdict>,
    measured: Vec<Measured>,
}

impl Report {
    pub(super) fn of(machine: Machine, options: &Options, measured: Vec<Measured>) -> Self {
        Self {
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            machine,
            rounds: options.rounds,
            window_millis: options.millis,
            taken_by_others: Spread::of(measured.iter().filter_map(|one| Some(one.usage?.others))),
            verdicts: verdicts(&measured),
            measured,
        }
    }

    pub(super) fn passed(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.reached)
    }

    pub(super) fn print(&self) {
        say(self.text());
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        let (json, markdown) = (directory.join("checkout.json"), directory.join("checkout.md"));
        fs::create_dir_all(directory).with_context(|| format!("creating {}", directory.display()))?;
        let text = serde_json::to_string_pretty(self).context("writing JSON")?;
        fs::write(&json, format!("{text}\n")).with_context(|| format!("writing {}", json.display()))?;
        fs::write(&markdown, self.text()).with_context(|| format!("writing {}", markdown.display()))?;
        say(format_args!("written to {} and {}", markdown.display(), json.display()));
        Ok(())
    }

    fn text(&self) -> String {
        let Machine { processor, cores, system, mongodb, mongods: _ } = &self.machine;
        let Spread { median, most, .. } = self.taken_by_others;
        let noise = if median > NOISE { "; **a noisy run**" } else { "" };
        let mut lines = vec![
            "# Checkout".to_owned(),
            String::new(),
            format!(
                "`cargo xtask bench checkout` on {}: {cores} cores ({processor}), {system}, MongoDB {mongodb}, which \
                 shares them. {} rounds, {} ms each measurement. Other processes had {median:.0} % of the processors, \
                 {most:.0} % at most{noise}.",
                self.date, self.rounds, self.window_millis,
            ),
            String::new(),
        ];
        lines.extend(EXPLANATION.lines().map(str::to_owned));
        lines.extend([String::new(), HEAD.to_owned(), RULE.to_owned()]);
        let is_measured = |scenario: &Scenario| self.measured.iter().any(|one| one.scenario == scenario.name);
        for scenario in SCENARIOS.into_iter().filter(is_measured) {
            lines.extend(Way::ALL.map(|way| self.row(scenario.name, way)));
        }
        lines.extend([String::new(), "| target | measured | |".to_owned(), "| --- | --- | --- |".to_owned()]);
        lines.extend(self.verdicts.iter().map(|Verdict { target, reached, measured, .. }| {
            format!("| {target} | {} | {} |", spread(*measured), if *reached { "reached" } else { "**missed**" })
        }));
        lines.join("\n") + "\n"
    }

    fn row(&self, scenario: &str, way: Way) -> String {
        let measured = of(&self.measured, scenario, way);
        let median = |figure: fn(&Course) -> f64| Spread::of(measured.iter().map(|one| figure(&one.course))).median;
        let sum = |count: fn(&Course) -> usize| measured.iter().map(|one| count(&one.course)).sum::<usize>();
        let per_answer = |time: fn(&Usage) -> f64| {
            Spread::of(measured.iter().filter_map(|one| Some(time(&one.usage?) / one.course.answers()))).median
        };
        let cost = format!("{:.2} + {:.2} ms", per_answer(|usage| usage.shop_ms), per_answer(|usage| usage.mongodb_ms));
        let ratio = match way {
            Way::Shop => String::new(),
            rival => spread(ratios(&self.measured, scenario, rival, |course| course.orders_per_second)),
        };
        format!(
            "| {scenario} | {} | {:.0} | {:.1} ms | {:.1} ms | {} | {} | {} | {cost} | {ratio} |",
            way.name(),
            median(|course| course.orders_per_second),
            median(|course| course.p50_ms),
            median(|course| course.p99_ms),
            sum(|course| course.refused),
            match sum(|course| course.refused) {
                0 => String::new(),
                _ => format!("{:.0} ms", Spread::of(measured.iter().map(|one| one.course.worst_refusal_ms)).most),
            },
            sum(|course| course.timed_out),
        )
    }
}

const EXPLANATION: &str = "\
Everybody calls `POST /orders` in one process, through the whole HTTP boundary, with a cart of one line. \"The shop\" is
the real handler. The transactions read the cart, take the stock, insert the order and delete the cart, behind the same
boundary and in the same collections. No payment intent is made by either: the shop runs without Stripe. All wait for a
majority of a replica set of one.

Figures are medians of the rounds, but the worst refusal is that of all of them; \"shop ÷ this\" compares orders per
second within each round, with the least and the most of the rounds in parentheses. A request is given up after 10
seconds, which limits the p99. Processor time is that of an answer: of the process with the shop and the buyers, and of
MongoDB.";
const HEAD: &str = "| who buys | checkout by | orders/s | p50 | p99 | refused | worst refusal | timed out | processor time | shop ÷ this |";
const RULE: &str = "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";

fn spread(Spread { median, least, most }: Spread) -> String {
    format!("{median:.2} ({least:.2} to {most:.2})")
}
