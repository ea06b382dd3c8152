//! Starts: from nothing to the first answer, with the first query to MongoDB in it.

use super::process::{Function, Raw};
use super::stage::Stage;
use super::warm::written;
use super::{Options, cases, program};
use crate::figures::{Spread, millis};
use crate::say::say;
use anyhow::Result;
use serde::Serialize;
use std::slice;
use std::time::Duration;

/// A function's starts, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Cold {
    pub(super) server: &'static str,
    pub(super) function: String,
    /// From the start to the first request for work, which ends Lambda's init phase.
    pub(super) first_poll: Spread,
    /// From the start to the first answer.
    pub(super) first_answer: Spread,
    /// The same of a function that does nothing.
    pub(super) empty: Spread,
    /// What the driver takes to connect and to ask the same.
    pub(super) raw: Spread,
    /// The first answer, beside the sum of the last two in the same round.
    pub(super) ratio: Spread,
}

pub(super) async fn measure(stage: &Stage, options: &Options) -> Result<Vec<Cold>> {
    let mut measured = Vec::new();
    for name in &options.functions {
        let mut case = cases::first_of(stage, name)?;
        case.commands = cases::commands(stage, &case).await?;
        let commands = written(slice::from_ref(&case))?;
        let event = case.event(stage)?;
        let (mut polls, mut answers, mut empties, mut raws) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..options.cold {
            let mut empty = Function::start(&program(&options.programs, "empty-function"), &[])?;
            empties.push(empty.invoke(&event)?.since_start);
            let raw = program(&options.programs, "raw-driver");
            raws.push(Raw::start(&raw, &stage.uri, Stage::database(), commands.path())?.ask(0)?);
            let mut function = Function::start(&program(&options.programs, name), &stage.settings())?;
            polls.push(function.first_poll);
            answers.push(function.invoke(&event)?.since_start);
        }
        let limits = empties.iter().zip(&raws).map(|(empty, raw)| empty.saturating_add(*raw));
        let ratio = Spread::of(answers.iter().zip(limits).map(|(answer, limit)| millis(*answer) / millis(limit)));
        let spread = |times: &[Duration]| Spread::of(times.iter().copied().map(millis));
        measured.push(Cold {
            server: stage.name,
            function: name.clone(),
            first_poll: spread(&polls),
            first_answer: spread(&answers),
            empty: spread(&empties),
            raw: spread(&raws),
            ratio,
        });
        say(format_args!("started: {name}, {}", stage.name));
    }
    Ok(measured)
}
