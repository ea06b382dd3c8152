//! Answers of environments that are up: how long they take, what they cost, and whether memory grows.

use super::cases::Case;
use super::process::{Function, Memory, Raw};
use super::stage::Stage;
use super::{Options, program};
use crate::figures::{millis, percentile};
use crate::machine::{Machine, TICK_MS, process_ticks, small};
use crate::say::say;
use anyhow::{Context as _, Result};
use mongodb::bson::{Document, doc};
use serde::Serialize;
use std::time::Duration;
use tempfile::NamedTempFile;

/// How many parts a measurement has, by which it is known how far its figures spread.
const PARTS: u32 = 10;
/// How often each is asked before it is measured.
const BEFORE: u32 = 200;
/// After how many requests the memory is read.
pub(super) const SETTLED: u32 = 1_000;

/// An endpoint, measured. Times are in milliseconds, those of processors for each request.
#[derive(Debug, Serialize)]
pub(super) struct Warm {
    pub(super) function: &'static str,
    pub(super) name: &'static str,
    #[serde(skip)]
    pub(super) target: Option<super::cases::Target>,
    pub(super) commands: usize,
    pub(super) bytes: usize,
    pub(super) cpu: f64,
    pub(super) mongodb_cpu: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) raw_p50: f64,
    pub(super) raw_p99: f64,
    pub(super) empty_p50: f64,
    pub(super) parts: Vec<Part>,
}

/// Medians of a part, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Part {
    pub(super) p50: f64,
    pub(super) raw: f64,
    pub(super) empty: f64,
}

/// What an environment occupies, in bytes.
#[derive(Debug, Serialize)]
pub(super) struct Lasting {
    pub(super) function: String,
    /// The most in the first 1,000 requests.
    pub(super) most: u64,
    pub(super) settled: u64,
    pub(super) requests: u32,
    pub(super) at_the_end: u64,
}

#[derive(Default)]
struct Times {
    shop: Vec<Duration>,
    raw: Vec<Duration>,
    empty: Vec<Duration>,
}

pub(super) fn measure(stage: &Stage, machine: &Machine, cases: &[Case], options: &Options) -> Result<Vec<Warm>> {
    let commands = written(cases)?;
    let mut raw =
        Raw::start(&program(&options.programs, "raw-driver"), &stage.uri, Stage::database(), commands.path())?;
    let mut empty = Function::start(&program(&options.programs, "empty-function"), &[])?;
    let mut measured = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let mut function = Function::start(&program(&options.programs, case.function), &stage.settings())?;
        let event = case.event(stage)?;
        let mut bytes = 0;
        for _ in 0..BEFORE {
            bytes = function.invoke(&event)?.body.len();
            raw.ask(number)?;
            empty.invoke(&event)?;
        }
        let (mut all, mut parts) = (Times::default(), Vec::new());
        for _ in 0..PARTS {
            let mut part = Times::default();
            for _ in 0..options.requests.div_ceil(PARTS) {
                part.empty.push(empty.invoke(&event)?.took);
                part.raw.push(raw.ask(number)?);
                part.shop.push(function.invoke(&event)?.took);
            }
            all.add(&part);
            parts.push(Part {
                p50: at(&mut part.shop, 50),
                raw: at(&mut part.raw, 50),
                empty: at(&mut part.empty, 50),
            });
        }
        let (cpu, mongodb_cpu) = cost(machine, &mut function, &event, options.requests)?;
        measured.push(Warm {
            function: case.function,
            name: case.name,
            target: case.target,
            commands: case.commands.len(),
            bytes,
            cpu,
            mongodb_cpu,
            p50: at(&mut all.shop, 50),
            p99: at(&mut all.shop, 99),
            raw_p50: at(&mut all.raw, 50),
            raw_p99: at(&mut all.raw, 99),
            empty_p50: at(&mut all.empty, 50),
            parts,
        });
        say(format_args!("measured: {}", case.name));
    }
    Ok(measured)
}

/// The processors' time of the function and of MongoDB for one request, in milliseconds: nobody else asks meanwhile.
fn cost(machine: &Machine, function: &mut Function, event: &[u8], requests: u32) -> Result<(f64, f64)> {
    let pid = function.pid();
    let ticks = || {
        let servers = machine.mongods.iter().map(|pid| process_ticks(&pid.to_string())).sum::<Option<u64>>();
        process_ticks(&pid).zip(servers).context("/proc does not tell of time")
    };
    let before = ticks()?;
    for _ in 0..requests {
        function.invoke(event)?;
    }
    let after = ticks()?;
    let each = |after: u64, before: u64| small(after.saturating_sub(before)) * TICK_MS / f64::from(requests);
    Ok((each(after.0, before.0), each(after.1, before.1)))
}

/// Has one environment of each function answer many requests, its endpoints in turns.
pub(super) fn endure(stage: &Stage, cases: &[Case], options: &Options) -> Result<Vec<Lasting>> {
    let mut lasting = Vec::new();
    for name in &options.functions {
        let cases: Vec<&Case> = cases.iter().filter(|case| case.function == name).collect();
        let mut function = Function::start(&program(&options.programs, name), &stage.settings())?;
        let mut done: u32 = 0;
        let mut go_on_to = |function: &mut Function, requests: u32| -> Result<Memory> {
            while done < requests {
                let events = cases.iter().map(|case| case.event(stage)).collect::<Result<Vec<_>>>()?;
                for event in events.iter().cycle().take(usize::try_from(SETTLED)?) {
                    function.invoke(event)?;
                }
                done = done.saturating_add(SETTLED);
            }
            function.memory()
        };
        let settled = go_on_to(&mut function, SETTLED)?;
        let end = go_on_to(&mut function, options.endurance)?;
        say(format_args!("{name} has answered {} requests", options.endurance));
        lasting.push(Lasting {
            function: name.clone(),
            most: settled.most,
            settled: settled.now,
            requests: options.endurance,
            at_the_end: end.now,
        });
    }
    Ok(lasting)
}

/// A file with what the driver is to ask.
pub(super) fn written(cases: &[Case]) -> Result<NamedTempFile> {
    let file = NamedTempFile::new().context("making a file")?;
    let cases: Vec<Vec<Document>> = cases.iter().map(|case| case.commands.clone()).collect();
    doc! { "cases": cases }.to_writer(&file).context("writing commands")?;
    Ok(file)
}

impl Times {
    fn add(&mut self, part: &Self) {
        self.shop.extend(&part.shop);
        self.raw.extend(&part.raw);
        self.empty.extend(&part.empty);
    }
}

fn at(times: &mut [Duration], hundredths: usize) -> f64 {
    times.sort_unstable();
    millis(percentile(times, hundredths))
}
