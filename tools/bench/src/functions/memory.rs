//! Measures the memory of an environment over many requests.

use super::Options;
use super::cases::Case;
use super::process::{Function, Memory};
use super::setup::Setup;
use crate::terminal::print_status;
use anyhow::Result;
use serde::Serialize;

/// The number of requests before the first reading, and between two renewals of the access tokens.
pub(super) const WARMUP_REQUESTS: u32 = 1_000;

/// The resident memory of an environment, in bytes.
#[derive(Debug, Serialize)]
pub(super) struct MemoryUse {
    pub(super) function: String,
    /// The peak of the first 1,000 requests.
    pub(super) warmup_peak: u64,
    /// After 1,000 requests.
    pub(super) after_warmup: u64,
    /// The number of all requests.
    pub(super) requests: u32,
    /// After all requests.
    pub(super) at_end: u64,
}

/// Sends many requests to one environment of each function, and alternates between its endpoints.
pub(super) fn measure(setup: &Setup, cases: &[Case], options: &Options) -> Result<Vec<MemoryUse>> {
    let mut measured = Vec::new();
    for name in &options.functions {
        let cases: Vec<&Case> = cases.iter().filter(|case| case.function == name).collect();
        let mut function = Function::start(&options.binaries.join(name), &setup.settings()?)?;
        let mut sent: u32 = 0;
        let mut send_up_to = |function: &mut Function, requests: u32| -> Result<Memory> {
            while sent < requests {
                let events = cases.iter().map(|case| case.event(setup)).collect::<Result<Vec<_>>>()?;
                for event in events.iter().cycle().take(usize::try_from(WARMUP_REQUESTS)?) {
                    function.invoke(event)?;
                }
                sent = sent.saturating_add(WARMUP_REQUESTS);
            }
            function.memory()
        };
        let after_warmup = send_up_to(&mut function, WARMUP_REQUESTS)?;
        let at_end = send_up_to(&mut function, options.endurance)?;
        print_status(format_args!("measured: memory of {name} over {} requests", options.endurance));
        measured.push(MemoryUse {
            function: name.clone(),
            warmup_peak: after_warmup.peak,
            after_warmup: after_warmup.current,
            requests: options.endurance,
            at_end: at_end.current,
        });
    }
    Ok(measured)
}
