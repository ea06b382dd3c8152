//! The report of the catalogue benchmark.

use super::Options;
use super::measure::{Measured, Part, Round};
use crate::machine::Machine;
use crate::report::{TargetResult, table, target_table, today, write_file};
use crate::statistics::{Spread, to_float};
use crate::terminal::print_status;
use anyhow::Result;
use std::path::Path;

/// The highest permitted ratio of page 1,000 to page 1.
const MAX_DEEP_PAGE_RATIO: f64 = 1.2;
/// The highest permitted ratio of a filtered list to its query alone.
const MAX_FILTERED_RATIO: f64 = 1.5;
/// The highest permitted ratio of the facets of a filtered list to its first page.
const MAX_FACETS_RATIO: f64 = 3.0;
/// The highest permitted ratios of first pages to their queries alone, by the names of the lists.
const MAX_SEARCH_RATIOS: [(&str, f64); 2] = [("two words", 1.5), ("a word, a category, lowest price first", 2.0)];
/// The highest permitted size of a response with 20 products, in bytes.
const MAX_BYTES: usize = 8_000;

const EXPLANATION: &str = "\
The shop's responses to a visitor, through the whole HTTP layer. The driver's times are those of the baseline: the query
that reads the page, sent without the shop, with its documents not decoded. Other commands of the shop, which choose an
index or complete or correct a word, count towards the shop; \"commands\" is the number of all its commands. A first
request is one whose words the process has not searched before, so that it chooses an index. Shop and driver alternate,
over all pages of a list in turn. Figures are medians of the rounds. The ratio divides the medians of one round; it is
shown as the median of the rounds, with minimum and maximum.";

const COLUMNS: [&str; 9] =
    ["list", "page", "p50", "p99", "driver p50", "driver p99", "ratio to the driver", "commands", "bytes"];

/// A report, as it is printed and written.
pub(super) struct Report {
    text: String,
    passed: bool,
}

impl Report {
    pub(super) fn new(machine: &Machine, options: &Options, measured: &[Measured]) -> Self {
        let targets = targets(measured);
        let passed = targets.iter().all(|target| target.reached);
        let Options { products, rounds, times, .. } = options;
        let mut lines = vec![
            "# The catalogue".to_owned(),
            String::new(),
            format!(
                "`cargo xtask bench catalogue --products {products}` on {}: {machine}. {rounds} rounds with {times} \
                 requests to each page.",
                today()
            ),
            String::new(),
            EXPLANATION.to_owned(),
            String::new(),
        ];
        lines.extend(table(&COLUMNS, measured.iter().map(row)));
        lines.push(String::new());
        lines.extend(target_table(&targets));
        Self { text: lines.join("\n") + "\n", passed }
    }

    pub(super) const fn passed(&self) -> bool {
        self.passed
    }

    pub(super) fn print(&self) {
        print_status(&self.text);
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        write_file(directory, "catalogue.md", &self.text)
    }
}

fn row(measured: &Measured) -> String {
    let median = |figure: fn(&Round) -> f64| Spread::of(measured.rounds.iter().map(figure)).median;
    let part = match measured.part {
        Some(Part::First) => "1, first request".to_owned(),
        Some(Part::Page(page)) => page.to_string(),
        Some(Part::Facets) => "facets".to_owned(),
        None => String::new(),
    };
    format!(
        "| {} | {part} | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {} | {} | {} |",
        measured.name,
        median(|round| round.p50),
        median(|round| round.p99),
        median(|round| round.driver_p50),
        median(|round| round.driver_p99),
        ratio_to_driver(measured),
        measured.commands,
        measured.bytes,
    )
}

fn targets(measured: &[Measured]) -> Vec<TargetResult> {
    let ratio_to_first = |one: &Measured| {
        let first = measured.iter().find(|first| first.name == one.name && first.part == Some(Part::Page(1)))?;
        let rounds = one.rounds.iter().zip(&first.rounds);
        Some((one.name, Spread::of(rounds.map(|(one, first)| one.p50 / first.p50))))
    };
    let deep = measured.iter().filter(|one| one.part == Some(Part::Page(1_000))).filter_map(ratio_to_first);
    let facets = measured.iter().filter(|one| one.is_filtered && one.part == Some(Part::Facets));
    let is_page = |one: &&Measured| matches!(one.part, Some(Part::Page(_)));
    let filtered = measured.iter().filter(is_page).filter(|one| one.is_filtered);
    let filtered = filtered.map(|one| (one.name, ratio_to_driver(one)));
    let searches = MAX_SEARCH_RATIOS.map(|(name, max_ratio)| {
        let first = measured.iter().filter(|one| one.name == name && one.part == Some(Part::Page(1)));
        let target = format!("{name}: at most {max_ratio} times the p50 of its query alone");
        worst_ratio(&target, first.map(|one| (one.name, ratio_to_driver(one))), max_ratio)
    });
    let lists = measured.iter().filter(is_page);
    let largest = lists.max_by_key(|list| list.bytes).map_or(0, |list| list.bytes);
    let mut targets = vec![
        worst_ratio("page 1,000 of each list: at most 1.2 times the p50 of page 1", deep, MAX_DEEP_PAGE_RATIO),
        worst_ratio(
            "each filtered list without words: at most 1.5 times the p50 of its query alone",
            filtered,
            MAX_FILTERED_RATIO,
        ),
        worst_ratio(
            "the facets of each filtered list: at most 3 times the p50 of its page 1",
            facets.filter_map(ratio_to_first),
            MAX_FACETS_RATIO,
        ),
        TargetResult {
            target: "a response with 20 products: less than 8 kB".to_owned(),
            reached: largest < MAX_BYTES,
            measured: format!("{largest} ({:.1} kB)", to_float(largest) / 1_000.0),
        },
    ];
    targets.extend(searches);
    targets
}

/// Compares the highest ratio with the permitted one. Without any ratio the target is missed.
fn worst_ratio(target: &str, ratios: impl Iterator<Item = (&'static str, Spread)>, max_ratio: f64) -> TargetResult {
    let worst = ratios.max_by(|(_, one), (_, other)| one.median.total_cmp(&other.median));
    TargetResult {
        target: target.to_owned(),
        reached: worst.is_some_and(|(_, ratio)| ratio.median <= max_ratio),
        measured: worst.map_or_else(|| "nothing".to_owned(), |(name, ratio)| format!("{ratio}, {name}")),
    }
}

fn ratio_to_driver(measured: &Measured) -> Spread {
    Spread::of(measured.rounds.iter().map(|round| round.p50 / round.driver_p50))
}
