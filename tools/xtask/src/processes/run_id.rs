//! The mark by which the processes of a run are found, whatever session or parent they have.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Children inherit this variable. It identifies a process of a run even after its parent has died and it has moved
/// to a session of its own, as functions do.
pub(crate) const VARIABLE: &str = "FERROCART_RUN";

/// Identifies one run of xtask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunId(String);

impl RunId {
    /// Generates a unique id.
    pub(crate) fn random() -> Result<Self> {
        Ok(Self(random_hex()?))
    }

    /// The id that is stored in `directory`. It is the same for every run there, so that a run finds the processes
    /// that a killed one left behind.
    pub(crate) fn of(directory: &Path) -> Result<Self> {
        Ok(Self(stored_secret(&directory.join("run-id"))?))
    }

    /// The value of [`VARIABLE`]. A run inside another run has both marks, so that the outer one finds the
    /// processes of the inner one, too.
    pub(crate) fn mark(&self) -> String {
        match std::env::var(VARIABLE) {
            Ok(outer) => format!("{outer},{}", self.0),
            Err(_) => self.0.clone(),
        }
    }

    /// Whether a process with this value of [`VARIABLE`] belongs to the run, or to a run inside it.
    pub(crate) fn is_in(&self, mark: &str) -> bool {
        mark.split(',').any(|id| id == self.0)
    }

    /// Whether the run itself started the process, and not a run inside it.
    pub(crate) fn is_innermost_in(&self, mark: &str) -> bool {
        mark.rsplit(',').next() == Some(&self.0)
    }
}

/// Reads the secret in `path`, or creates it of random hex digits.
pub(crate) fn stored_secret(path: &Path) -> Result<String> {
    if let Some(secret) = fs::read_to_string(path).ok().filter(|secret| !secret.is_empty()) {
        return Ok(secret);
    }
    let secret = random_hex()?;
    fs::write(path, &secret).with_context(|| format!("writing {}", path.display()))?;
    Ok(secret)
}

fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 32];
    File::open("/dev/urandom").and_then(|mut source| source.read_exact(&mut bytes)).context("reading random bytes")?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::RunId;

    #[test]
    fn a_mark_belongs_to_a_run_at_any_depth() {
        let run = RunId("b".to_owned());
        for (mark, expected) in [("b", true), ("a,b", true), ("b,c", true), ("bb", false), ("", false)] {
            assert_eq!(run.is_in(mark), expected, "{mark}");
        }
    }

    #[test]
    fn the_last_id_of_a_mark_is_the_innermost_run() {
        let run = RunId("b".to_owned());
        for (mark, expected) in [("b", true), ("a,b", true), ("b,c", false), ("", false)] {
            assert_eq!(run.is_innermost_in(mark), expected, "{mark}");
        }
    }
}
