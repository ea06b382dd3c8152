//! Fetching packages with the machine's Python, from the index that its owner configured.

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
    /// Fails, with what to do about it, when `python3` or its pip is missing.
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

    /// `download` or `install` exactly what the file `pin` names, if it has the hashes that are
    /// in there, into `directory`.
    pub(super) async fn fetch(&self, action: &str, pin: &Path, directory: &Path) -> Result<()> {
        let to = if action == "install" { "--target" } else { "--dest" };
        let mut command = self.python(&["-m", "pip", action]);
        command
            .args(["--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary=:all:", "--require-hashes", "--requirement"])
            .arg(pin)
            .arg(to)
            .arg(directory);
        let outcome = command.output().await.context("running pip")?;
        if outcome.status.success() {
            return Ok(());
        }
        bail!("{}", reason(&String::from_utf8_lossy(&outcome.stderr)))
    }
}

/// What went wrong, in one line.
fn reason(errors: &str) -> String {
    if errors.contains("DO NOT MATCH THE HASHES") {
        return "what came is not what was pinned (its SHA-256 differs), so it was thrown away".to_owned();
    }
    let unreachable = ["NewConnectionError", "Failed to establish", "ConnectTimeout", "MaxRetryError"];
    if unreachable.iter().any(|sign| errors.contains(sign)) {
        return "the package index can't be reached: is this machine online?".to_owned();
    }
    let last = errors.lines().rev().find(|line| line.starts_with("ERROR:"));
    let last = last.or_else(|| errors.lines().last()).unwrap_or("pip failed without a word");
    last.trim_start_matches("ERROR:").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn pip_at_length_becomes_one_line() {
        let cases = [
            (
                "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If\n  x\n",
                "what came is not what was pinned (its SHA-256 differs), so it was thrown away",
            ),
            (
                "WARNING: Retrying after NewConnectionError: x\nERROR: No matching distribution\n",
                "the package index can't be reached: is this machine online?",
            ),
            ("ERROR: one\nERROR: two\nhint\n", "two"),
            ("", "pip failed without a word"),
        ];
        for (errors, expected) in cases {
            assert_eq!(reason(errors), expected);
        }
    }
}
