//! The machine that runs a benchmark, and its processor time by process.

use crate::statistics::to_float;
use anyhow::{Context as _, Result};
use ferrocart::AppState;
use mongodb::bson::doc;
use serde::Serialize;
use std::fmt;
use std::fs;

/// The machine and the version of MongoDB, as a report states them.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    system: String,
    mongodb: String,
    #[serde(skip)]
    mongodb_pids: Vec<i32>,
}

/// Processor time since the machine started, in ticks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CpuTicks {
    total: u64,
    busy: u64,
    benchmark: u64,
    mongodb: u64,
}

/// Processor time between two readings.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct CpuUsage {
    /// Time of the benchmark's process and of its finished children, in milliseconds.
    pub(crate) shop_ms: f64,
    /// Time of MongoDB, in milliseconds.
    pub(crate) mongodb_ms: f64,
    /// The share of the processors that all other processes took, in percent.
    pub(crate) others_percent: f64,
}

/// The length of a tick on Linux, on every architecture.
const TICK_MS: f64 = 10.0;

impl Machine {
    /// Describes this machine and the MongoDB server of a shop.
    pub(crate) async fn inspect(shop: &AppState) -> Result<Self> {
        let command = |name: &str| shop.database.run_command(doc! { name: 1 });
        let build = command("buildInfo").await.context("reading the version of MongoDB")?;
        let status = command("serverStatus").await.context("reading the process id of MongoDB")?;
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Ok(Self {
            processor: model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            system: std::env::consts::OS.to_owned(),
            mongodb: build.get_str("version").unwrap_or("unknown").to_owned(),
            mongodb_pids: status.get_i64("pid").ok().and_then(|pid| i32::try_from(pid).ok()).into_iter().collect(),
        })
    }

    /// Counts the MongoDB servers of another description as MongoDB, too.
    pub(crate) fn add_servers_of(&mut self, other: Self) {
        self.mongodb_pids.extend(other.mongodb_pids);
    }

    /// Reads the processor time of the machine; `None` without `/proc`.
    pub(crate) fn cpu_ticks(&self) -> Option<CpuTicks> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        let fields = stat.lines().next()?.split_whitespace().skip(1).map(|ticks| ticks.parse().unwrap_or(0));
        // User, nice, system, idle, iowait, irq, softirq, steal. Guests of this machine are in the first two already.
        let fields: Vec<u64> = fields.take(8).collect();
        let idle = fields.get(3..5)?.iter().sum::<u64>();
        let total: u64 = fields.iter().sum();
        let busy = total.saturating_sub(idle);
        Some(CpuTicks { total, busy, benchmark: process_ticks("self")?, mongodb: self.mongodb_ticks()? })
    }

    /// Reads the processor time of all MongoDB servers in milliseconds; `None` without `/proc` or without servers.
    pub(crate) fn mongodb_cpu_ms(&self) -> Option<f64> {
        Some(to_float(self.mongodb_ticks()?) * TICK_MS)
    }

    fn mongodb_ticks(&self) -> Option<u64> {
        let ticks = self.mongodb_pids.iter().map(|pid| process_ticks(&pid.to_string()));
        ticks.sum::<Option<u64>>().filter(|_| !self.mongodb_pids.is_empty())
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, system, mongodb, mongodb_pids: _ } = self;
        write!(formatter, "{cores} cores ({processor}), {system}, MongoDB {mongodb} on the same machine")
    }
}

impl CpuTicks {
    /// Returns the processor time between an earlier reading and this one.
    pub(crate) fn usage_since(self, before: Self) -> CpuUsage {
        let since = |now: u64, before: u64| to_float(now.saturating_sub(before));
        let (benchmark, mongodb) = (since(self.benchmark, before.benchmark), since(self.mongodb, before.mongodb));
        let others = since(self.busy, before.busy) - benchmark - mongodb;
        let total = since(self.total, before.total).max(1.0);
        CpuUsage {
            shop_ms: benchmark * TICK_MS,
            mongodb_ms: mongodb * TICK_MS,
            others_percent: (100.0 * others / total).clamp(0.0, 100.0),
        }
    }
}

/// Reads the processor time of a process in milliseconds; `None` without `/proc`.
pub(crate) fn process_cpu_ms(pid: &str) -> Option<f64> {
    Some(to_float(process_ticks(pid)?) * TICK_MS)
}

/// Reads the processor time of a process, with all its threads and with the children that it has waited for.
fn process_ticks(pid: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may contain spaces. The third field follows it. Fields 14 and 15 are the time of the
    // process, fields 16 and 17 that of its finished children.
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split_whitespace().skip(11).take(4).map(|ticks| ticks.parse::<u64>().ok()).sum()
}
