//! Signals that end a command: Ctrl-C, `kill` and a closed terminal.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::terminal::print_status;

/// Waits for a signal; returns the exit code that shells expect for it.
pub(crate) async fn stop_signal() -> Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut hang_up = signal(SignalKind::hangup()).context("listening for SIGHUP")?;
    let code = tokio::select! {
        _ = interrupt.recv() => 130,
        _ = terminate.recv() => 143,
        _ = hang_up.recv() => 129,
    };
    print_status("\nstopping");
    Ok(ExitCode::from(code))
}
