//! The results of the checks, printed as they come.

use std::fmt::Display;
use std::process::ExitCode;

use crate::terminal::print_status;

/// Counts the failed checks.
#[derive(Debug, Default)]
pub(super) struct Report {
    failed: usize,
}

impl Report {
    /// A check has passed.
    pub(super) fn pass(&self, fact: impl Display) {
        print_status(format_args!("ok    {fact}"));
    }

    /// A check has passed, but the operator should know something.
    pub(super) fn note(&self, fact: impl Display, advice: impl Display) {
        print_status(format_args!("NOTE  {fact}\n      {advice}"));
    }

    /// A check has failed. `advice` says what to do.
    pub(super) fn fail(&mut self, fact: impl Display, advice: impl Display) {
        self.failed = self.failed.saturating_add(1);
        print_status(format_args!("FAIL  {fact}\n      {advice}"));
    }

    /// Prints the number of failures; returns the exit code.
    pub(super) fn finish(self) -> ExitCode {
        match self.failed {
            0 => {
                print_status("ready to deploy");
                ExitCode::SUCCESS
            }
            failed => {
                print_status(format_args!("{failed} failed; run the command again after each correction"));
                ExitCode::FAILURE
            }
        }
    }
}
