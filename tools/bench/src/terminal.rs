//! Prints progress and reports to the terminal.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Prints a line or a block of text. Errors are ignored, because a closed terminal must not end a benchmark.
pub(crate) fn print_status(text: impl Display) {
    writeln!(io::stdout(), "{text}").ok();
}
