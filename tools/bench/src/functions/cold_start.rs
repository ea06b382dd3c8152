//! Measures cold starts: from the start of the process to its first response, which includes the first query.

use super::process::{Driver, Function};
use super::setup::Setup;
use super::{Options, cases};
use crate::statistics::{Spread, millis};
use crate::terminal::print_status;
use anyhow::Result;
use serde::Serialize;
use std::slice;
use std::time::Duration;

/// The cold starts of a function, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct ColdStart {
    pub(super) server: &'static str,
    pub(super) function: String,
    /// From the start to the first poll for an event, which ends Lambda's init phase.
    pub(super) first_poll: Spread,
    /// From the start to the first response.
    pub(super) first_response: Spread,
    /// From the start of the empty function to its first response.
    pub(super) empty: Spread,
    /// The time in which the driver connects and sends the same commands.
    pub(super) driver: Spread,
    /// The first response, divided by the sum of the two baselines in the same round.
    pub(super) ratio: Spread,
}

pub(super) async fn measure(setup: &Setup, options: &Options) -> Result<Vec<ColdStart>> {
    let mut measured = Vec::new();
    let Options { binaries, functions, cold, .. } = options;
    for name in functions {
        let case = cases::first_of(setup, name).await?;
        let event = case.event(setup)?;
        let (mut polls, mut responses, mut empties, mut drivers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..*cold {
            let mut empty = Function::start(&binaries.join("empty-function"), &[])?;
            empties.push(empty.invoke(&event)?.since_start);
            drivers.push(Driver::start(binaries, setup, slice::from_ref(&case))?.run(0)?);
            let mut function = Function::start(&binaries.join(name), &setup.settings()?)?;
            polls.push(function.first_poll);
            responses.push(function.invoke(&event)?.since_start);
        }
        let baselines = empties.iter().zip(&drivers).map(|(empty, driver)| empty.saturating_add(*driver));
        let ratios = responses.iter().zip(baselines).map(|(response, baseline)| millis(*response) / millis(baseline));
        let spread = |times: &[Duration]| Spread::of(times.iter().copied().map(millis));
        measured.push(ColdStart {
            server: setup.name,
            function: name.clone(),
            first_poll: spread(&polls),
            first_response: spread(&responses),
            empty: spread(&empties),
            driver: spread(&drivers),
            ratio: Spread::of(ratios),
        });
        print_status(format_args!("measured: cold starts of {name}, {}", setup.name));
    }
    Ok(measured)
}
