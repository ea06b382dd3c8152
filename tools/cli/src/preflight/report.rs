//! The results of the checks, printed as they come.

use std::fmt::Display;
use std::process::ExitCode;

use crate::terminal::print_status;

/// Counts the checks by their results.
#[derive(Debug, Default)]
pub(super) struct Report {
    passed: usize,
    noted: usize,
    failed: usize,
}

impl Report {
    /// A check has passed.
    pub(super) fn pass(&mut self, fact: impl Display) {
        self.passed = self.passed.saturating_add(1);
        print_status(format_args!("ok    {fact}"));
    }

    /// A check has passed, but the operator should know something.
    pub(super) fn note(&mut self, fact: impl Display, advice: impl Display) {
        self.noted = self.noted.saturating_add(1);
        print_status(format_args!("NOTE  {fact}\n      {advice}"));
    }

    /// A check has failed. `advice` says what to do.
    pub(super) fn fail(&mut self, fact: impl Display, advice: impl Display) {
        self.failed = self.failed.saturating_add(1);
        print_status(format_args!("FAIL  {fact}\n      {advice}"));
    }

    /// Prints the numbers of results; returns the exit code.
    pub(super) fn finish(self) -> ExitCode {
        let Self { passed, noted, failed } = self;
        if failed == 0 {
            print_status(format_args!("ready to deploy: {passed} checks passed, {noted} notes"));
            return ExitCode::SUCCESS;
        }
        print_status(format_args!("{failed} failed, {passed} passed; run the command again after each correction"));
        ExitCode::FAILURE
    }
}
