//! ministack: an emulator of AWS in one process.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tokio::process::Command;

use crate::processes::Processes;
use crate::{ready, tools};

/// Starts the emulator on `port` and waits until it responds; returns its URL. Temporary files go to `scratch`.
/// `configure` sets further variables, among them the keys that the emulator accepts.
pub(crate) async fn start(
    processes: &mut Processes,
    scratch: &Path,
    port: u16,
    configure: impl FnOnce(&mut Command),
) -> Result<String> {
    let mut command = processes.command(tools::ministack(processes).await?);
    command.args(["-m", "ministack"]);
    command.env("GATEWAY_PORT", port.to_string()).env("BIND_HOST", "127.0.0.1").env("AUTH", "true");
    command.env("TMPDIR", scratch);
    configure(&mut command);
    processes.start("ministack", command)?;
    let url = format!("http://127.0.0.1:{port}");
    let health = format!("{url}/_ministack/health");
    processes.during(ready::wait_for_http("ministack", &health, Duration::from_mins(2))).await?;
    Ok(url)
}
