//! Reads secrets from the environment, or asks for them. No option takes a secret: shells keep command lines in their
//! history, and other users of the machine can read them.

use std::io::{IsTerminal as _, stderr, stdin};

use anyhow::{Context as _, Result, bail};

/// What `STRIPE_SECRET_KEY` contains.
pub(crate) const STRIPE_KEY: &str = "the secret or restricted key";

/// Returns the environment variable `name`. If it is not set, asks for it without showing what is typed.
pub(crate) fn read_secret(name: &str, description: &str) -> Result<String> {
    match read_optional(name) {
        Some(secret) => Ok(secret),
        None if !has_terminal() => bail!("{name} is not set: it must be {description}"),
        None => match ask(name, description)? {
            typed if typed.is_empty() => bail!("{name} is empty: it must be {description}"),
            typed => Ok(typed),
        },
    }
}

/// [`read_secret`] for one that may be empty, which it is without a terminal.
pub(crate) fn read_secret_or_empty(name: &str, description: &str) -> String {
    let typed = || if has_terminal() { ask(name, description).ok() } else { None };
    read_optional(name).or_else(typed).unwrap_or_default()
}

/// Returns whether someone can answer. The standard input may be a pipe: the prompt reads from the terminal itself.
fn has_terminal() -> bool {
    stdin().is_terminal() || stderr().is_terminal()
}

fn ask(name: &str, description: &str) -> Result<String> {
    let typed = rpassword::prompt_password(format!("{name} ({description}): "));
    Ok(typed.with_context(|| format!("cannot read {name}"))?.trim().to_owned())
}

/// Returns the environment variable `name`, if it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the command reads its own environment, and clap would accept an option")]
pub(crate) fn read_optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|secret| !secret.is_empty())
}
