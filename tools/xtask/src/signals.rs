//! Ctrl-C, `kill` and a closed terminal.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::terminal::say;

/// Waits until someone wants the command to stop, and gives the exit code that shells expect
/// for that signal.
pub(crate) async fn asked_to_stop() -> Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut hang_up = signal(SignalKind::hangup()).context("listening for SIGHUP")?;
    let code = tokio::select! {
        _ = interrupt.recv() => 130,
        _ = terminate.recv() => 143,
        _ = hang_up.recv() => 129,
    };
    say("\nstopping");
    Ok(ExitCode::from(code))
}
