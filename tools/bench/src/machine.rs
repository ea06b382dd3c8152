//! The machine that a benchmark runs on, and what others do on it meanwhile.

use anyhow::{Context as _, Result};
use ferrocart::AppState;
use mongodb::bson::doc;
use serde::Serialize;
use std::fs;

/// What a run says of where it took place.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) system: String,
    pub(crate) mongodb: String,
    #[serde(skip)]
    pub(crate) mongods: Vec<i32>,
}

/// Processor time since the machine was started, in ticks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticks {
    all: u64,
    busy: u64,
    shop: u64,
    server: u64,
}

/// Who had the processors for a while.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Usage {
    /// Time that the process had in which buyers and shop are, in milliseconds.
    pub(crate) shop_ms: f64,
    /// Time that MongoDB had, in milliseconds.
    pub(crate) mongodb_ms: f64,
    /// The share of the processors that everybody else had, in percent.
    pub(crate) others: f64,
}

/// How long a tick is on Linux, whatever the processor.
pub(crate) const TICK_MS: f64 = 10.0;

impl Machine {
    /// This one, with the server of that shop.
    pub(crate) async fn look(shop: &AppState) -> Result<Self> {
        let build = shop.database.run_command(doc! { "buildInfo": 1 }).await.context("asking MongoDB")?;
        let status = shop.database.run_command(doc! { "serverStatus": 1 }).await.context("asking MongoDB")?;
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Ok(Self {
            processor: model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            system: std::env::consts::OS.to_owned(),
            mongodb: build.get_str("version").unwrap_or("unknown").to_owned(),
            mongods: status.get_i64("pid").ok().and_then(|pid| i32::try_from(pid).ok()).into_iter().collect(),
        })
    }

    /// The clocks as they stand; `None` where there is no `/proc` to read them from.
    pub(crate) fn ticks(&self) -> Option<Ticks> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        let all = stat.lines().next()?.split_whitespace().skip(1).map(|ticks| ticks.parse().unwrap_or(0));
        // User, nice, system, idle, waiting for a disk, interrupts, stolen by another guest. What
        // guests of this machine use is in the first two already.
        let all: Vec<u64> = all.take(8).collect();
        let idle = all.get(3..5)?.iter().sum::<u64>();
        let all: u64 = all.iter().sum();
        let servers = self.mongods.iter().map(|pid| process_ticks(&pid.to_string()));
        let server = servers.sum::<Option<u64>>().filter(|_| !self.mongods.is_empty())?;
        Some(Ticks { all, busy: all.saturating_sub(idle), shop: process_ticks("self")?, server })
    }
}

impl Ticks {
    /// Who had the processors since then.
    pub(crate) fn usage_since(self, before: Self) -> Usage {
        let since = |now: u64, before: u64| small(now.saturating_sub(before));
        let (shop, server) = (since(self.shop, before.shop), since(self.server, before.server));
        let others = since(self.busy, before.busy) - shop - server;
        let all = since(self.all, before.all).max(1.0);
        Usage {
            shop_ms: shop * TICK_MS,
            mongodb_ms: server * TICK_MS,
            others: (100.0 * others / all).clamp(0.0, 100.0),
        }
    }
}

/// The ticks of a benchmark are few enough for a float to hold.
pub(crate) fn small(ticks: u64) -> f64 {
    f64::from(u32::try_from(ticks).unwrap_or(u32::MAX))
}

/// What a process has used, with all its threads and with the children that it has waited for.
pub(crate) fn process_ticks(pid: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may have spaces in it. After it comes the third field; the 14th and 15th are time, and the next
    // two that of its children that have ended.
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split_whitespace().skip(11).take(4).map(|ticks| ticks.parse::<u64>().ok()).sum()
}
