//! Tells what was measured, and whether it is what was to be reached.

use super::Options;
use super::measure::{Measured, Round};
use crate::figures::{Spread, count};
use crate::machine::Machine;
use crate::say::say;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// By how much page 1,000 may be slower than page 1.
const DEEP: f64 = 1.2;
/// By how much a filtered list may be slower than its query alone.
const BESIDE: f64 = 1.5;
/// How long an answer of 20 products may be, in bytes.
const BYTES: usize = 8_000;

/// A run, as it is written down.
pub(super) struct Report {
    text: String,
    passed: bool,
}

/// A target, the worst that was measured, and whether it was reached.
struct Verdict {
    target: &'static str,
    measured: String,
    reached: bool,
}

impl Report {
    pub(super) fn of(machine: Machine, options: &Options, measured: &[Measured]) -> Self {
        let verdicts = verdicts(measured);
        let passed = verdicts.iter().all(|verdict| verdict.reached);
        let Machine { processor, cores, system, mongodb, mongods: _ } = machine;
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
        let Options { products, rounds, times, .. } = options;
        let mut lines = vec![
            "# The catalogue".to_owned(),
            String::new(),
            format!(
                "`cargo xtask bench catalogue --products {products}` on {date}: {cores} cores ({processor}), {system}, \
                 MongoDB {mongodb}, which shares them. {rounds} rounds of {times} each."
            ),
            String::new(),
            EXPLANATION.to_owned(),
            String::new(),
            "| list | page | p50 | p99 | MongoDB p50 | MongoDB p99 | ratio | commands | bytes |".to_owned(),
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |".to_owned(),
        ];
        lines.extend(measured.iter().map(row));
        lines.extend([String::new(), "| target | worst measured | |".to_owned(), "| --- | --- | --- |".to_owned()]);
        lines.extend(verdicts.iter().map(|Verdict { target, measured, reached }| {
            format!("| {target} | {measured} | {} |", if *reached { "reached" } else { "**missed**" })
        }));
        Self { text: lines.join("\n") + "\n", passed }
    }

    pub(super) const fn passed(&self) -> bool {
        self.passed
    }

    pub(super) fn print(&self) {
        say(&self.text);
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        let file = directory.join("catalogue.md");
        fs::create_dir_all(directory).with_context(|| format!("creating {}", directory.display()))?;
        fs::write(&file, &self.text).with_context(|| format!("writing {}", file.display()))?;
        say(format_args!("written to {}", file.display()));
        Ok(())
    }
}

const EXPLANATION: &str = "\
The shop's answer to a visitor, through the whole HTTP boundary, beside the query of it that reads the page, which is
sent by the driver and whose documents nobody decodes. What the shop asks beside, to choose an index, to complete or to
correct a word, counts as its own: \"commands\" is how many there are in all. Both alternate, on all pages of a list in
turn. Figures are medians of the rounds; the ratio is that of the medians in each round, with the least and the most.";

fn row(measured: &Measured) -> String {
    let median = |figure: fn(&Round) -> f64| Spread::of(measured.rounds.iter().map(figure)).median;
    let page = measured.page.map(|page| page.to_string()).unwrap_or_default();
    format!(
        "| {} | {page} | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {} | {} | {} |",
        measured.name,
        median(|round| round.p50),
        median(|round| round.p99),
        median(|round| round.raw_p50),
        median(|round| round.raw_p99),
        spread(beside(measured)),
        measured.commands,
        measured.bytes,
    )
}

fn verdicts(measured: &[Measured]) -> Vec<Verdict> {
    let deep = measured.iter().filter(|one| one.page == Some(1_000)).filter_map(|deep| {
        let first = measured.iter().find(|first| first.name == deep.name && first.page == Some(1))?;
        let rounds = deep.rounds.iter().zip(&first.rounds);
        Some((deep.name, Spread::of(rounds.map(|(deep, first)| deep.p50 / first.p50))))
    });
    let filtered = measured.iter().filter(|one| one.is_filtered).map(|one| (one.name, beside(one)));
    let lists = measured.iter().filter(|one| one.page.is_some());
    let longest = lists.max_by_key(|list| list.bytes).map_or(0, |list| list.bytes);
    let bytes = format!("{longest} ({:.1} kB)", count(longest) / 1_000.0);
    vec![
        worst("page 1,000 of each list that has one: at most 1.2 times the p50 of page 1", deep, DEEP),
        worst("each filtered list without words: at most 1.5 times the p50 of its query alone", filtered, BESIDE),
        Verdict { target: "an answer of 20 products: less than 8 kB", measured: bytes, reached: longest < BYTES },
    ]
}

/// Whether the worst of all is good enough; what nothing was measured for is not reached.
fn worst(target: &'static str, ratios: impl Iterator<Item = (&'static str, Spread)>, most: f64) -> Verdict {
    let worst = ratios.max_by(|(_, one), (_, other)| one.median.total_cmp(&other.median));
    let measured = worst.map_or_else(|| "nothing".to_owned(), |(name, ratio)| format!("{}, {name}", spread(ratio)));
    Verdict { target, measured, reached: worst.is_some_and(|(_, ratio)| ratio.median <= most) }
}

fn beside(measured: &Measured) -> Spread {
    Spread::of(measured.rounds.iter().map(|round| round.p50 / round.raw_p50))
}

fn spread(Spread { median, least, most }: Spread) -> String {
    format!("{median:.2} ({least:.2} to {most:.2})")
}
