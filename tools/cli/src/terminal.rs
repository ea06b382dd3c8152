//! Output for the operator. A closed terminal is no reason to fail, so write errors are ignored.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Prints one line or one block to the standard output.
pub(crate) fn print_status(text: impl Display) {
    writeln!(io::stdout(), "{text}").ok();
}

/// Prints an error with its causes on one line to the standard error.
pub(crate) fn print_error(error: &anyhow::Error) {
    writeln!(io::stderr(), "error: {error:#}").ok();
}
