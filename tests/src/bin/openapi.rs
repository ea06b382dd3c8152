//! Prints the OpenAPI document of all functions, for `cargo xtask openapi`.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout().write_all(ferrocart_tests::openapi().as_bytes())
}
