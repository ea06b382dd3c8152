//! `cargo xtask test`: all tests, on a MongoDB that starts and ends with them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use crate::mongod::{Mongod, SMALL_CACHE};
use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{ports, root, tools};

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Passed on to `cargo test`: the part of a test's name, `-- --nocapture`, ...
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// The exit code is that of `cargo test`.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse: the processes end before their directory goes.
    let scratch = TempDir::with_prefix("ferrocart-test-").context("making a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));

    tools::cargo_lambda(&processes).await?;
    let sdk = tools::stripe_sdk(&processes).await?;
    // Beside the server that most tests share, some start and end their own.
    let mongod = tools::mongod(&processes).await?;
    let mongodb_uri = mongodb(&mut processes, scratch.path().join("mongod")).await?;
    build(&processes).await?;

    say("testing");
    let mut command = processes.command(tools::cargo());
    command
        .args(["test", "--workspace"])
        .args(options.arguments)
        .current_dir(root::root())
        .env("PATH", tools::path()?)
        .env("FERROCART_TOOLS", root::bin())
        .env("MONGODB_URI", mongodb_uri)
        .env("MONGOD", mongod)
        .env("STRIPE_SDK_PYTHON", sdk);
    let tests = async { command.status().await.context("running cargo test") };
    let status = processes.during(tests).await?;
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(code) => Ok(ExitCode::from(code)),
        None => bail!("cargo test ended without an exit code ({status})"),
    }
}

/// Builds all tests, and the programs that they start with the same features, so that nothing is
/// built twice. A `cargo build` of the programs alone would leave the tests' own features out.
pub(crate) async fn build(processes: &Processes) -> Result<()> {
    say("building the tests and the functions");
    let mut command = processes.command(tools::cargo());
    command.args(["build", "--workspace", "--all-targets"]).current_dir(root::root());
    if !command.status().await.context("running cargo build")?.success() {
        bail!("the tests don't build");
    }
    Ok(())
}

/// The server that the developer names, or one that lives as long as the tests.
async fn mongodb(processes: &mut Processes, data: PathBuf) -> Result<String> {
    if let Some(given) = std::env::var("MONGODB_URI").ok().filter(|uri| !uri.is_empty()) {
        return Ok(given);
    }
    let program = tools::mongod(processes).await?;
    let server = Mongod { program: &program, data: &data, port: ports::free()?, cache: SMALL_CACHE, for_tests: true };
    say(format_args!("starting MongoDB on port {}", server.port));
    server.start(processes).await
}
