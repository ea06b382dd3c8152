//! `cargo xtask test`: runs all tests with a MongoDB and an S3 emulator that start and end with them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use crate::mongod::{Mongod, SMALL_CACHE};
use crate::origins::Origins;
use crate::processes::{self, Processes, RunId};
use crate::s3::S3;
use crate::terminal::print_status;
use crate::{browser, cargo, contract, frontend, ports, root, tools};

/// Free memory in bytes that the data of the tests requires.
const REQUIRED_MEMORY: u64 = 4 << 30;

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Arguments of `cargo test`: part of a test's name, `-- --nocapture`, ...
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs the tests, then searches their captured output for leaks. The exit code is that of `cargo test`, or a failure if
/// there are leaks.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse order: the processes end before their directories are removed.
    let scratch = TempDir::with_prefix("ferrocart-test-").context("creating a directory")?;
    let data = data_directory().context("creating a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));

    tools::cargo_lambda(&processes).await?;
    let sdk = tools::stripe_sdk(&processes).await?;
    let schemathesis = tools::schemathesis(&processes).await?;
    // Most tests share one server; some start their own.
    let mongod = tools::mongod(&processes).await?;
    let mongodb_uri = mongodb(&mut processes, data.path().join("mongod")).await?;
    let s3 = s3(&mut processes, scratch.path()).await?;
    build(&processes).await?;
    let calls = contract::compile_calls(&processes).await?;
    let scenarios = browser::compile_scenarios(&processes).await?;
    let frontend = frontend::build(&processes).await?;

    let captured = scratch.path().join("captured");
    fs::create_dir(&captured).context("creating a directory")?;
    print_status("running the tests");
    let mut command = cargo::command(&processes);
    command
        .args(["test", "--workspace"])
        .args(options.arguments)
        .env("PATH", tools::path()?)
        .env("FERROCART_CAPTURED", &captured)
        .env("MONGODB_URI", mongodb_uri)
        .env("MONGOD", mongod)
        .env("S3_URL", s3)
        .env("NODE", calls.node)
        .env("CLIENT_CALLS", calls.directory)
        .env("BROWSER_SCENARIOS", scenarios.directory)
        .env("CHROMIUM", scenarios.chromium)
        .env("FRONTEND", frontend.directory)
        .env("STRIPE_SDK_PYTHON", sdk)
        .env("SCHEMATHESIS_PYTHON", schemathesis);
    let tests = async { command.status().await.context("running cargo test") };
    let status = processes.during(tests).await?;
    if !status.success() {
        return processes::exit_code(status);
    }
    let mut command = processes.command(root::binaries()?.join("find-leaks"));
    processes::exit_code(command.arg(&captured).status().await.context("running find-leaks")?)
}

/// Runs the test that compares the examples of `openapi.json` with those of real calls, and lets it record them.
pub(crate) async fn record_examples() -> Result<()> {
    let scratch = TempDir::with_prefix("ferrocart-examples-").context("creating a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let mongodb_uri = mongodb(&mut processes, scratch.path().join("mongod")).await?;
    let s3 = s3(&mut processes, scratch.path()).await?;
    let mut command = cargo::command(&processes);
    command.args(["test", "--workspace", "--test", "api", "the_committed_examples"]);
    command.env("MONGODB_URI", mongodb_uri).env("S3_URL", s3).env("INSTA_UPDATE", "always");
    let recording = async { command.status().await.context("running cargo test") };
    if !processes.during(recording).await?.success() {
        bail!("the examples could not be recorded");
    }
    Ok(())
}

/// Creates the directory for MongoDB's data: in memory if enough is free, because otherwise every write of a test waits
/// for the disk.
fn data_directory() -> io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let free = rustix::fs::statvfs(memory).map_or(0, |place| place.f_bavail.saturating_mul(place.f_frsize));
    let parent = if free < REQUIRED_MEMORY { env::temp_dir() } else { memory.to_owned() };
    TempDir::with_prefix_in("ferrocart-test-data-", parent)
}

/// Builds all tests and the binaries that they start, with the same features, so that nothing is built twice. A build of
/// the binaries alone would lack the features of the tests.
pub(crate) async fn build(processes: &Processes) -> Result<()> {
    print_status("building the tests and the functions");
    cargo::build(processes, ["--workspace", "--all-targets"]).await
}

/// The URI of the developer's MongoDB, or of one that is started for the tests.
async fn mongodb(processes: &mut Processes, data: PathBuf) -> Result<String> {
    if let Some(given) = env::var("MONGODB_URI").ok().filter(|uri| !uri.is_empty()) {
        return Ok(given);
    }
    let program = tools::mongod(processes).await?;
    let server = Mongod { program: &program, data: &data, port: ports::free()?, cache: SMALL_CACHE, for_tests: true };
    print_status(format_args!("starting MongoDB on port {}", server.port));
    server.start(processes).await
}

/// The URL of the developer's emulator of S3 and SES, or of one that is started for the tests.
pub(crate) async fn s3(processes: &mut Processes, scratch: &Path) -> Result<String> {
    let emulator = match env::var("S3_URL").ok().filter(|url| !url.is_empty()) {
        Some(url) => S3 { url },
        None => {
            let origins = Origins::or_default(Vec::new(), None)?;
            S3::start(processes, &scratch.join("ministack"), ports::free()?, &origins).await?
        }
    };
    emulator.verify_sender().await?;
    Ok(emulator.url)
}
