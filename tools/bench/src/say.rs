//! What a benchmark prints.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Prints one line, or one block. A closed terminal is no reason to fail.
pub(crate) fn say(text: impl Display) {
    writeln!(io::stdout(), "{text}").ok();
}
