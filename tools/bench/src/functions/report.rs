//! The report of the functions benchmark: `functions.md` for readers, `functions.json` with every figure.

use super::Options;
use super::cold_start::ColdStart;
use super::memory::{MemoryUse, WARMUP_REQUESTS};
use super::size::Size;
use super::warm::Warm;
use crate::machine::{CpuUsage, Machine};
use crate::report::{TargetResult, table, target_table, today, write_file, write_json};
use crate::statistics::{Spread, to_float};
use crate::terminal::print_status;
use anyhow::Result;
use serde::Serialize;

/// The highest permitted peak memory in the first 1,000 requests, in MiB.
const MAX_MEMORY_MIB: f64 = 24.0;
/// The highest permitted growth of memory after 1,000 requests, in MiB. It allows for the allocator and for pools that
/// fill, but not for a leak.
const MAX_GROWTH_MIB: f64 = 0.5;
/// The highest permitted ratio of the first response to the baselines.
const MAX_COLD_START_RATIO: f64 = 1.5;
/// A run is noisy if other processes take more than this share of the processors, in percent.
const NOISE: f64 = 5.0;
const MIB: f64 = 1024.0 * 1024.0;

const WARM_EXPLANATION: &str = "\
Responses of a running environment, from the last byte of the event to the last byte of the response. The baselines are \
the driver, which sends the same commands to MongoDB one after the other without decoding the results, and an empty \
function with `lambda_http`. All three alternate. Ratios are medians of ten parts, with minimum and maximum. CPU is per \
request.";
const WARM_COLUMNS: [&str; 12] = [
    "function",
    "response",
    "p50",
    "p99",
    "driver p50",
    "empty p50",
    "ratio to both baselines",
    "ratio to the driver",
    "commands",
    "bytes",
    "CPU",
    "MongoDB's CPU",
];

const COLD_EXPLANATION: &str = "\
Cold starts, from the start of the process to its first poll for an event and to its first response, as medians with \
minimum and maximum. The driver's first query includes connecting. The ratio divides the first response by the sum of \
both baselines: the empty function's first response and the driver's first query.";
const COLD_COLUMNS: [&str; 7] =
    ["function", "MongoDB", "first poll", "first response", "empty function", "driver, first query", "ratio"];

const SIZE_EXPLANATION: &str = "Stripped binaries and the memory of an environment, in bytes.";
const SIZE_COLUMNS: [&str; 6] = [
    "function",
    "binary",
    "zipped",
    "peak memory in 1,000 requests",
    "memory after 1,000 requests",
    "memory at the end",
];

/// A report, as it is printed and written.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) machine: Machine,
    /// Processor time of the whole run; `None` without `/proc`.
    pub(super) usage: Option<CpuUsage>,
    pub(super) warm: Vec<Warm>,
    pub(super) memory: Vec<MemoryUse>,
    pub(super) cold_starts: Vec<ColdStart>,
    pub(super) sizes: Vec<Size>,
}

impl Report {
    pub(super) fn passed(&self) -> bool {
        self.targets().iter().all(|target| target.reached)
    }

    pub(super) fn print(&self, options: &Options) {
        print_status(self.text(options));
    }

    pub(super) fn write(&self, options: &Options) -> Result<()> {
        write_file(&options.output_dir, "functions.md", &self.text(options))?;
        write_json(&options.output_dir, "functions.json", self)
    }

    fn text(&self, options: &Options) -> String {
        let Self { machine, warm, memory, cold_starts, sizes, .. } = self;
        let Options { requests, cold, .. } = options;
        let others = self.usage.map_or_else(|| "unknown".to_owned(), |usage| format!("{:.1} %", usage.others_percent));
        let noise = if self.is_noisy() { " **This run is noisy: its times are too high.**" } else { "" };
        let mut lines = vec![
            "# The functions".to_owned(),
            String::new(),
            format!(
                "`cargo xtask bench functions` on {}: {machine}. {requests} requests to each endpoint, {cold} starts of \
                 each function with each server. Share of the processors that other processes took: {others}.{noise}",
                today()
            ),
        ];
        let mut section = |explanation: &str, table: Vec<String>| {
            lines.extend([String::new(), explanation.to_owned(), String::new()]);
            lines.extend(table);
        };
        section(WARM_EXPLANATION, table(&WARM_COLUMNS, warm.iter().map(Warm::row)));
        section(COLD_EXPLANATION, table(&COLD_COLUMNS, cold_starts.iter().map(ColdStart::row)));
        let sizes = sizes.iter().zip(memory).map(|(size, memory)| memory.row(size));
        section(SIZE_EXPLANATION, table(&SIZE_COLUMNS, sizes));
        lines.push(String::new());
        lines.extend(target_table(&self.targets()));
        lines.join("\n") + "\n"
    }

    fn is_noisy(&self) -> bool {
        self.usage.is_none_or(|usage| usage.others_percent > NOISE)
    }

    fn targets(&self) -> Vec<TargetResult> {
        let warm = self.warm.iter().filter_map(Warm::target_result);
        let cold_starts = self.cold_starts.iter().map(ColdStart::target_result);
        let memory = self.memory.iter().flat_map(MemoryUse::target_results);
        warm.chain(cold_starts).chain(memory).collect()
    }
}

impl Warm {
    fn ratio(&self, with_empty: bool) -> Spread {
        let baseline = |driver: f64, empty: f64| if with_empty { driver + empty } else { driver };
        Spread::of(self.parts.iter().map(|part| part.p50 / baseline(part.driver, part.empty)))
    }

    fn row(&self) -> String {
        let Self { function, name, commands, bytes, cpu, mongodb_cpu, p50, p99, driver_p50, empty_p50, .. } = self;
        let to_both = self.ratio(true);
        let (driver, to_driver) = if *commands == 0 {
            ("none".to_owned(), "none".to_owned())
        } else {
            (format!("{driver_p50:.3} ms"), self.ratio(false).to_string())
        };
        format!(
            "| {function} | {name} | {p50:.3} ms | {p99:.3} ms | {driver} | {empty_p50:.3} ms | {to_both} | \
             {to_driver} | {commands} | {bytes} | {cpu:.3} ms | {mongodb_cpu:.3} ms |"
        )
    }

    fn target_result(&self) -> Option<TargetResult> {
        let target = self.target?;
        let ratio = self.ratio(target.with_empty);
        let baseline = if target.with_empty { "the driver and the empty function" } else { "the driver" };
        Some(TargetResult {
            target: format!("{}: p50 at most {} times {baseline}", self.name, target.max_ratio),
            reached: ratio.median <= target.max_ratio,
            measured: ratio.to_string(),
        })
    }
}

impl ColdStart {
    fn row(&self) -> String {
        let Self { function, server, first_poll, first_response, empty, driver, ratio } = self;
        format!(
            "| {function} | {server} | {first_poll} ms | {first_response} ms | {empty} ms | {driver} ms | {ratio} |"
        )
    }

    fn target_result(&self) -> TargetResult {
        let Self { function, server, ratio, .. } = self;
        TargetResult {
            target: format!("{function}, {server}: first response at most {MAX_COLD_START_RATIO} times the baselines"),
            reached: ratio.median <= MAX_COLD_START_RATIO,
            measured: ratio.to_string(),
        }
    }
}

impl MemoryUse {
    fn row(&self, size: &Size) -> String {
        let Self { function, warmup_peak, after_warmup, at_end, requests: _ } = self;
        format!("| {function} | {} | {} | {warmup_peak} | {after_warmup} | {at_end} |", size.bytes, size.zipped)
    }

    fn target_results(&self) -> [TargetResult; 2] {
        let Self { function, requests, .. } = self;
        let [peak, before, after] =
            [self.warmup_peak, self.after_warmup, self.at_end].map(|bytes| to_float(bytes) / MIB);
        let growth = after - before;
        [
            TargetResult {
                target: format!("{function}: memory at most {MAX_MEMORY_MIB} MiB in {WARMUP_REQUESTS} requests"),
                reached: peak <= MAX_MEMORY_MIB,
                measured: format!("{peak:.1} MiB"),
            },
            TargetResult {
                target: format!("{function}: memory does not grow over {requests} requests"),
                reached: growth <= MAX_GROWTH_MIB,
                measured: format!("{growth:+.2} MiB"),
            },
        ]
    }
}
