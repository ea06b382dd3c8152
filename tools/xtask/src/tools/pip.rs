//! Installs packages with the machine's pip, from the index that it is configured for.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::processes::Processes;

/// Python 3 with pip, as found on the PATH.
pub(super) struct Pip<'a> {
    processes: &'a Processes,
}

impl<'a> Pip<'a> {
    /// Checks that `python3` and its pip exist. The error says how to install them.
    pub(super) async fn find(processes: &'a Processes) -> Result<Self> {
        let pip = Self { processes };
        match pip.python(&["-c", "import pip"]).output().await {
            Ok(probe) if probe.status.success() => Ok(pip),
            Ok(_) => bail!("python3 has no pip: install it (`python3 -m ensurepip --user`)"),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("no python3 on the PATH: install Python 3 (with pip)")
            }
            Err(error) => Err(error).context("starting python3"),
        }
    }

    pub(super) fn python(&self, arguments: &[&str]) -> Command {
        let mut command = self.processes.command("python3");
        command.args(arguments);
        command
    }

    /// Installs exactly the packages that `pins` names into `directory`. A file without one of the hashes in `pins`
    /// is an error.
    pub(super) async fn install(&self, pins: &Path, directory: &Path) -> Result<()> {
        let mut command = self.python(&["-m", "pip", "install"]);
        command
            .args(["--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary=:all:", "--require-hashes", "--requirement"])
            .arg(pins)
            .arg("--target")
            .arg(directory);
        let outcome = command.output().await.context("running pip")?;
        if outcome.status.success() {
            return Ok(());
        }
        bail!("{}", summarize(&String::from_utf8_lossy(&outcome.stderr)))
    }
}

/// Summarizes pip's errors in one line.
fn summarize(errors: &str) -> String {
    if errors.contains("DO NOT MATCH THE HASHES") {
        return "a downloaded file was discarded: its SHA-256 is not among the pinned ones".to_owned();
    }
    let unreachable = ["NewConnectionError", "Failed to establish", "ConnectTimeout", "MaxRetryError"];
    if unreachable.iter().any(|sign| errors.contains(sign)) {
        return "the package index cannot be reached: is this machine online?".to_owned();
    }
    let last = errors.lines().rev().find(|line| line.starts_with("ERROR:"));
    let last = last.or_else(|| errors.lines().last()).unwrap_or("pip failed without a message");
    last.trim_start_matches("ERROR:").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::summarize;

    #[test]
    fn the_errors_of_pip_become_one_line() {
        let cases = [
            (
                "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If\n  x\n",
                "a downloaded file was discarded: its SHA-256 is not among the pinned ones",
            ),
            (
                "WARNING: Retrying after NewConnectionError: x\nERROR: No matching distribution\n",
                "the package index cannot be reached: is this machine online?",
            ),
            ("ERROR: one\nERROR: two\nhint\n", "two"),
            ("", "pip failed without a message"),
        ];
        for (errors, expected) in cases {
            assert_eq!(summarize(errors), expected);
        }
    }
}
