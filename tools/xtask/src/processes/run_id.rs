//! The mark by which the processes of a run are found, wherever they have gone.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Children inherit their environment: through it a process can be told to be ours even after
/// its parent has died and it has moved to a session of its own, as functions do.
pub(crate) const VARIABLE: &str = "FERROCART_RUN";

/// Names one run of xtask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunId(String);

impl RunId {
    /// An id that no other run has.
    pub(crate) fn random() -> Result<Self> {
        Ok(Self(random_hex()?))
    }

    /// The id that belongs to `directory`: the same each time, so that a run can find what a
    /// killed one has left behind.
    pub(crate) fn of(directory: &Path) -> Result<Self> {
        Ok(Self(kept_secret(&directory.join("run-id"))?))
    }

    /// The value of [`VARIABLE`]. A run inside another run bears both marks, so that the outer
    /// one finds the processes of the inner one too.
    pub(crate) fn mark(&self) -> String {
        match std::env::var(VARIABLE) {
            Ok(outer) => format!("{outer},{}", self.0),
            Err(_) => self.0.clone(),
        }
    }

    /// Whether a process with this value of [`VARIABLE`] ends with the run.
    pub(crate) fn is_in(&self, mark: &str) -> bool {
        mark.split(',').any(|id| id == self.0)
    }

    /// Whether the run itself started that process, and not a run inside it: what an inner run
    /// does with its own processes is nothing to worry about.
    pub(crate) fn is_innermost_in(&self, mark: &str) -> bool {
        mark.rsplit(',').next() == Some(&self.0)
    }
}

/// What `path` holds; made of random digits when it is asked for the first time.
pub(crate) fn kept_secret(path: &Path) -> Result<String> {
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
    fn a_run_owns_what_bears_its_mark_at_any_depth() {
        let run = RunId("b".to_owned());
        for (mark, ours) in [("b", true), ("a,b", true), ("b,c", true), ("bb", false), ("", false)] {
            assert_eq!(run.is_in(mark), ours, "{mark}");
        }
    }

    #[test]
    fn a_run_leaves_the_processes_of_an_inner_run_to_that() {
        let run = RunId("b".to_owned());
        for (mark, ours) in [("b", true), ("a,b", true), ("b,c", false), ("", false)] {
            assert_eq!(run.is_innermost_in(mark), ours, "{mark}");
        }
    }
}
