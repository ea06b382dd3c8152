//! Searches captured responses and logs for leaks, for `cargo xtask test`. Its argument is the directory.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> io::Result<ExitCode> {
    let directory = std::env::args_os().nth(1).map(PathBuf::from).unwrap_or_default();
    let mut output = io::stdout();
    match ferrocart_tests::leaks::search(&directory)? {
        None => Ok(ExitCode::SUCCESS),
        Some(leaks) if leaks.is_empty() => {
            writeln!(output, "no response and no log line of this run contains a secret")?;
            Ok(ExitCode::SUCCESS)
        }
        Some(leaks) => {
            writeln!(output, "responses or log lines contain secrets:\n{}", leaks.join("\n"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}
