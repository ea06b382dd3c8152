//! What a developer sees. A closed terminal is no reason to fail, so nothing here can.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Prints one line, or one block.
pub(crate) fn say(text: impl Display) {
    writeln!(io::stdout(), "{text}").ok();
}

/// Prints an error with its causes on one line.
pub(crate) fn complain(error: &anyhow::Error) {
    writeln!(io::stderr(), "error: {error:#}").ok();
}
