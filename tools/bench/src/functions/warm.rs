//! Measures requests to running environments: response time and processor time.

use super::Options;
use super::cases::{Case, Target};
use super::process::{Driver, Function};
use super::setup::Setup;
use crate::machine::{Machine, process_cpu_ms};
use crate::statistics::percentile_ms;
use crate::terminal::print_status;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::time::Duration;

/// The number of parts of a measurement. Their medians show how far the figures spread.
const PARTS: u32 = 10;
/// The number of requests before the measurement.
const WARMUP_REQUESTS: u32 = 200;

/// The measurement of an endpoint. Times are in milliseconds, processor times are per request.
#[derive(Debug, Serialize)]
pub(super) struct Warm {
    pub(super) function: &'static str,
    pub(super) name: &'static str,
    #[serde(skip)]
    pub(super) target: Option<Target>,
    pub(super) commands: usize,
    pub(super) bytes: usize,
    pub(super) cpu: f64,
    pub(super) mongodb_cpu: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) driver_p50: f64,
    pub(super) driver_p99: f64,
    pub(super) empty_p50: f64,
    pub(super) parts: Vec<Part>,
}

/// The medians of a part, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Part {
    pub(super) p50: f64,
    pub(super) driver: f64,
    pub(super) empty: f64,
}

/// The processes that alternate.
struct Bench<'a> {
    function: Function,
    driver: &'a mut Driver,
    empty: &'a mut Function,
}

#[derive(Default)]
struct Times {
    function: Vec<Duration>,
    driver: Vec<Duration>,
    empty: Vec<Duration>,
}

pub(super) fn measure(setup: &Setup, machine: &Machine, cases: &[Case], options: &Options) -> Result<Vec<Warm>> {
    let mut driver = Driver::start(&options.binaries, setup, cases)?;
    let mut empty = Function::start(&options.binaries.join("empty-function"), &[])?;
    let mut measured = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let function = Function::start(&options.binaries.join(case.function), &setup.settings()?)?;
        let mut bench = Bench { function, driver: &mut driver, empty: &mut empty };
        let event = case.event(setup)?;
        let bytes = bench.warm_up(number, &event)?;
        let (mut all, mut parts) = (Times::default(), Vec::new());
        for _ in 0..PARTS {
            let mut part = bench.alternate(number, &event, options.requests.div_ceil(PARTS))?;
            all.extend(&part);
            parts.push(part.medians());
        }
        let (cpu, mongodb_cpu) = cpu_per_request(machine, &mut bench.function, &event, options.requests)?;
        measured.push(Warm {
            function: case.function,
            name: case.name,
            target: case.target,
            commands: case.commands.len(),
            bytes,
            cpu,
            mongodb_cpu,
            p50: percentile_ms(&mut all.function, 50),
            p99: percentile_ms(&mut all.function, 99),
            driver_p50: percentile_ms(&mut all.driver, 50),
            driver_p99: percentile_ms(&mut all.driver, 99),
            empty_p50: percentile_ms(&mut all.empty, 50),
            parts,
        });
        print_status(format_args!("measured: {}", case.name));
    }
    Ok(measured)
}

impl Bench<'_> {
    /// Returns the size of the function's response in bytes.
    fn warm_up(&mut self, case: usize, event: &[u8]) -> Result<usize> {
        let mut bytes = 0;
        for _ in 0..WARMUP_REQUESTS {
            bytes = self.function.invoke(event)?.body.len();
            self.driver.run(case)?;
            self.empty.invoke(event)?;
        }
        Ok(bytes)
    }

    fn alternate(&mut self, case: usize, event: &[u8], requests: u32) -> Result<Times> {
        let mut times = Times::default();
        for _ in 0..requests {
            times.empty.push(self.empty.invoke(event)?.duration);
            times.driver.push(self.driver.run(case)?);
            times.function.push(self.function.invoke(event)?.duration);
        }
        Ok(times)
    }
}

/// Measures the processor time of the function and of MongoDB per request, in milliseconds. Nothing else uses this
/// MongoDB at that time.
fn cpu_per_request(machine: &Machine, function: &mut Function, event: &[u8], requests: u32) -> Result<(f64, f64)> {
    let pid = function.pid();
    let cpu_ms = || process_cpu_ms(&pid).zip(machine.mongodb_cpu_ms()).context("/proc has no processor times");
    let (function_before, mongodb_before) = cpu_ms()?;
    for _ in 0..requests {
        function.invoke(event)?;
    }
    let (function_after, mongodb_after) = cpu_ms()?;
    let per_request = |after: f64, before: f64| (after - before) / f64::from(requests);
    Ok((per_request(function_after, function_before), per_request(mongodb_after, mongodb_before)))
}

impl Times {
    fn extend(&mut self, part: &Self) {
        self.function.extend(&part.function);
        self.driver.extend(&part.driver);
        self.empty.extend(&part.empty);
    }

    fn medians(&mut self) -> Part {
        Part {
            p50: percentile_ms(&mut self.function, 50),
            driver: percentile_ms(&mut self.driver, 50),
            empty: percentile_ms(&mut self.empty, 50),
        }
    }
}
