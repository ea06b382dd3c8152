//! Runs cargo in the workspace.

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::processes::Processes;
use crate::{root, tools};

/// A command for the cargo that started xtask, in the root of the workspace.
pub(crate) fn command(processes: &Processes) -> Command {
    let mut command = processes.command(tools::cargo());
    command.current_dir(root::root());
    command
}

/// Runs `cargo build` with these arguments.
pub(crate) async fn build<'a>(processes: &Processes, arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut command = command(processes);
    command.arg("build").args(arguments);
    if !command.status().await.context("running cargo build")?.success() {
        bail!("`cargo build` failed");
    }
    Ok(())
}

/// Arguments of `cargo build` that select binaries by name.
pub(crate) fn select_binaries<'a>(names: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    names.into_iter().flat_map(|name| ["--bin", name])
}
