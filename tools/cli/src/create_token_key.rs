//! `ferrocart create-token-key`: generates a key of access tokens, to roll it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use ferrocart::config::TokenPrivateKey;
use serde_json::json;

use crate::terminal::print_status;

/// Create a key that signs access tokens, to roll the current one.
///
/// The private key is written to a new file, which only you can read, as the value of its secret.
/// The public key is printed. docs/deploy.md describes how the keys are rolled.
#[derive(Args)]
pub(crate) struct Options {
    /// File to create, for the private key.
    file: PathBuf,
}

/// Generates the key.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let key = TokenPrivateKey::generate().context("the system has no random numbers")?;
    let path = options.file.display();
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&options.file);
    let mut file = file.with_context(|| format!("cannot create {path}"))?;
    let secret = json!({ "TOKEN_PRIVATE_KEY": key.expose_text() });
    write!(file, "{secret}").with_context(|| format!("cannot write {path}"))?;
    print_status(format_args!("the private key is in {path}; the public key is {}", key.public_key()));
    Ok(ExitCode::SUCCESS)
}
