//! Output for the operator. A closed terminal is no reason to fail, so write errors are ignored.

use std::fmt::Display;
use std::io::{self, Write as _};

use mongodb::error::{Error, ErrorKind};

/// The code of MongoDB's error `Unauthorized`.
const UNAUTHORIZED: i32 = 13;

/// Prints one line or one block to the standard output.
pub(crate) fn print_status(text: impl Display) {
    writeln!(io::stdout(), "{text}").ok();
}

/// Prints an error with its causes on one line to the standard error, and what to do about a missing privilege.
pub(crate) fn print_error(error: &anyhow::Error) {
    writeln!(io::stderr(), "error: {error:#}").ok();
    if error.chain().any(lacks_privilege) {
        writeln!(io::stderr(), "The database user lacks a privilege: use the connection string of `migrate`").ok();
    }
}

fn lacks_privilege(cause: &(dyn std::error::Error + 'static)) -> bool {
    let kind = cause.downcast_ref::<Error>().map(|error| error.kind.as_ref());
    matches!(kind, Some(ErrorKind::Command(error)) if error.code == UNAUTHORIZED)
}
