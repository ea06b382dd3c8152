//! Tells what was measured, and whether it is what was to be reached.

use super::Options;
use super::cold::Cold;
use super::size::Size;
use super::warm::{Lasting, SETTLED, Warm};
use crate::figures::Spread;
use crate::machine::{Machine, Usage};
use crate::say::say;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fs;

/// The largest program, stripped, and the most memory after 1,000 requests, in MiB.
const PROGRAM: f64 = 9.0;
const MEMORY: f64 = 24.0;
/// By how much memory may differ between 1,000 requests and the last one: what the allocator rounds, and pools
/// that fill, and nothing that goes on.
const GROWTH: f64 = 0.5;
/// The first answer beside an empty function's and the driver's first query.
const START: f64 = 1.5;
/// The share of the processors that others may have before a run is called noisy, in percent.
const NOISE: f64 = 5.0;
const MIB: f64 = 1024.0 * 1024.0;

/// A run, as it is written down.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) machine: Machine,
    pub(super) usage: Option<Usage>,
    pub(super) warm: Vec<Warm>,
    pub(super) lasting: Vec<Lasting>,
    pub(super) cold: Vec<Cold>,
    pub(super) sizes: Vec<Size>,
}

/// A target, the worst that was measured, and whether it was reached.
struct Verdict {
    target: String,
    measured: String,
    reached: bool,
}

impl Report {
    pub(super) fn passed(&self) -> bool {
        self.verdicts().iter().all(|verdict| verdict.reached)
    }

    pub(super) fn print(&self, options: &Options) {
        say(self.text(options));
    }

    pub(super) fn write(&self, options: &Options) -> Result<()> {
        let into = &options.into;
        fs::create_dir_all(into).with_context(|| format!("creating {}", into.display()))?;
        let json = serde_json::to_string_pretty(self).context("writing JSON")? + "\n";
        for (name, text) in [("functions.md", self.text(options)), ("functions.json", json)] {
            let file = into.join(name);
            fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
            say(format_args!("written to {}", file.display()));
        }
        Ok(())
    }

    fn text(&self, options: &Options) -> String {
        let Machine { processor, cores, system, mongodb, mongods: _ } = &self.machine;
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
        let others = self.usage.map_or_else(|| "unknown".to_owned(), |usage| format!("{:.1} %", usage.others));
        let noisy = if self.is_noisy() { " **That is a noisy run: its figures are too high.**" } else { "" };
        let mut lines = vec![
            "# The functions".to_owned(),
            String::new(),
            format!(
                "`cargo xtask bench functions` on {date}: {cores} cores ({processor}), {system}, MongoDB {mongodb}, which \
                 shares them. {} requests to each endpoint, {} starts of each function with each server. Other \
                 processes had {others} of the processors.{noisy}",
                options.requests, options.cold
            ),
            String::new(),
            WARM.to_owned(),
            String::new(),
            "| function | answer | p50 | p99 | driver p50 | empty p50 | beside both | beside the driver | commands | bytes | CPU | MongoDB's CPU |".to_owned(),
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |".to_owned(),
        ];
        lines.extend(self.warm.iter().map(Warm::row));
        lines.extend([String::new(), COLD.to_owned(), String::new()]);
        lines.push(
            "| function | MongoDB | first poll | first answer | empty function | driver, first query | ratio |"
                .to_owned(),
        );
        lines.push("| --- | --- | --- | --- | --- | --- | --- |".to_owned());
        lines.extend(self.cold.iter().map(Cold::row));
        lines.extend([String::new(), SPACE.to_owned(), String::new()]);
        lines.push("| function | bytes | zipped | most memory after 1,000 requests | then | at the end |".to_owned());
        lines.push("| --- | --- | --- | --- | --- | --- |".to_owned());
        lines.extend(self.sizes.iter().zip(&self.lasting).map(|(size, lasting)| lasting.row(size)));
        lines.extend([String::new(), "| target | measured | |".to_owned(), "| --- | --- | --- |".to_owned()]);
        lines.extend(self.verdicts().iter().map(|Verdict { target, measured, reached }| {
            format!("| {target} | {measured} | {} |", if *reached { "reached" } else { "**missed**" })
        }));
        lines.join("\n") + "\n"
    }

    fn is_noisy(&self) -> bool {
        self.usage.is_none_or(|usage| usage.others > NOISE)
    }

    fn verdicts(&self) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = self.warm.iter().filter_map(Warm::verdict).collect();
        for cold in &self.cold {
            let target = format!("{}, {}: first answer at most {START} times its limits", cold.function, cold.server);
            verdicts.push(Verdict { target, measured: ranged(cold.ratio), reached: cold.ratio.median <= START });
        }
        let mib = |bytes: u64| f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / MIB;
        for lasting in &self.lasting {
            let (most, settled, end) = (mib(lasting.most), mib(lasting.settled), mib(lasting.at_the_end));
            verdicts.push(Verdict {
                target: format!("{}: at most {MEMORY} MiB after {SETTLED} requests", lasting.function),
                measured: format!("{most:.1}"),
                reached: most <= MEMORY,
            });
            verdicts.push(Verdict {
                target: format!("{}: no growth over {} requests", lasting.function, lasting.requests),
                measured: format!("{:+.2} MiB", end - settled),
                reached: end - settled <= GROWTH,
            });
        }
        for size in &self.sizes {
            let program = crate::figures::count(size.bytes) / MIB;
            verdicts.push(Verdict {
                target: format!("{}: at most {PROGRAM} MiB", size.function),
                measured: format!("{program:.2}"),
                reached: program <= PROGRAM,
            });
        }
        verdicts
    }
}

const WARM: &str = "\
Answers of an environment that is up, from the event's last byte to the answer's. The driver asks MongoDB the same \
commands, one after the other, and nobody decodes what comes; the empty function is one by `lambda_http` that does \
nothing. All three alternate. Ratios are medians of ten parts, with the least and the most; CPU is of one request.";
const COLD: &str = "\
Starts, from the program's to its first request for work and to its first answer, with the least and the most. The \
driver's first query is with connecting; the ratio is beside the sum of an empty function's first answer and that.";
const SPACE: &str = "Programs, stripped, and the memory of an environment.";

impl Warm {
    fn beside(&self, with_empty: bool) -> Spread {
        let limit = |raw: f64, empty: f64| if with_empty { raw + empty } else { raw };
        Spread::of(self.parts.iter().map(|part| part.p50 / limit(part.raw, part.empty)))
    }

    fn row(&self) -> String {
        let Self { function, name, commands, bytes, cpu, mongodb_cpu, p50, p99, raw_p50, empty_p50, .. } = self;
        format!(
            "| {function} | {name} | {p50:.3} ms | {p99:.3} ms | {raw_p50:.3} ms | {empty_p50:.3} ms | {} | {} | \
             {commands} | {bytes} | {cpu:.3} ms | {mongodb_cpu:.3} ms |",
            ranged(self.beside(true)),
            ranged(self.beside(false)),
        )
    }

    fn verdict(&self) -> Option<Verdict> {
        let target = self.target?;
        let measured = self.beside(target.with_empty);
        let of = if target.with_empty { "the driver and the empty function" } else { "the driver" };
        Some(Verdict {
            target: format!("{}: p50 at most {} times {of}", self.name, target.ratio),
            measured: ranged(measured),
            reached: measured.median <= target.ratio,
        })
    }
}

impl Cold {
    fn row(&self) -> String {
        let Self { function, server, first_poll, first_answer, empty, raw, ratio } = self;
        let [poll, answer, empty, raw] = [first_poll, first_answer, empty, raw].map(|&spread| ranged(spread));
        format!("| {function} | {server} | {poll} ms | {answer} ms | {empty} ms | {raw} ms | {} |", ranged(*ratio))
    }
}

impl Lasting {
    fn row(&self, size: &Size) -> String {
        let Self { function, most, settled, at_the_end, requests: _ } = self;
        format!("| {function} | {} | {} | {most} | {settled} | {at_the_end} |", size.bytes, size.zipped)
    }
}

fn ranged(Spread { median, least, most }: Spread) -> String {
    format!("{median:.2} ({least:.2} to {most:.2})")
}
