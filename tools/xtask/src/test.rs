//! `cargo xtask test`: all tests, on a MongoDB that starts and ends with them.

mod leaks;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use crate::mongod::{Mongod, SMALL_CACHE};
use crate::processes::{Processes, RunId};
use crate::s3::S3;
use crate::terminal::say;
use crate::{ports, root, tools};

/// How much room in memory is enough for what tests write.
const MEMORY: u64 = 4 << 30;

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
    let data = for_data().context("making a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));

    tools::cargo_lambda(&processes).await?;
    let sdk = tools::stripe_sdk(&processes).await?;
    let schemathesis = tools::schemathesis(&processes).await?;
    // Beside the server that most tests share, some start and end their own.
    let mongod = tools::mongod(&processes).await?;
    let mongodb_uri = mongodb(&mut processes, data.path().join("mongod")).await?;
    let s3 = s3(&mut processes, scratch.path()).await?;
    build(&processes).await?;

    let told = scratch.path().join("told");
    fs::create_dir(&told).context("making a directory")?;
    say("testing");
    let mut command = processes.command(tools::cargo());
    command
        .args(["test", "--workspace"])
        .args(options.arguments)
        .current_dir(root::root())
        .env("PATH", tools::path()?)
        .env("FERROCART_TOOLS", root::bin())
        .env("FERROCART_TOLD", &told)
        .env("MONGODB_URI", mongodb_uri)
        .env("MONGOD", mongod)
        .env("S3_URL", s3)
        .env("STRIPE_SDK_PYTHON", sdk)
        .env("SCHEMATHESIS_PYTHON", schemathesis);
    let tests = async { command.status().await.context("running cargo test") };
    let status = processes.during(tests).await?;
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(0) => nothing_leaks(&told),
        Some(code) => Ok(ExitCode::from(code)),
        None => bail!("cargo test ended without an exit code ({status})"),
    }
}

/// A directory in memory, where there is such a place with room: every write of a test waits for the disk otherwise,
/// and nobody keeps what was written.
fn for_data() -> io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).map_or(0, |place| place.f_bavail.saturating_mul(place.f_frsize));
    let parent = if room < MEMORY { env::temp_dir() } else { memory.to_owned() };
    TempDir::with_prefix_in("ferrocart-test-data-", parent)
}

/// Fails when something that was told during the tests should not have been. A run of tests that ask no
/// shop has nothing to be searched.
fn nothing_leaks(told: &Path) -> Result<ExitCode> {
    match leaks::search(told)? {
        None => Ok(ExitCode::SUCCESS),
        Some(found) if found.is_empty() => {
            say("no answer and no line of a log of this run holds a secret");
            Ok(ExitCode::SUCCESS)
        }
        Some(found) => bail!("the shop tells what it should keep to itself:\n{}", found.join("\n")),
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
    if let Some(given) = env::var("MONGODB_URI").ok().filter(|uri| !uri.is_empty()) {
        return Ok(given);
    }
    let program = tools::mongod(processes).await?;
    let server = Mongod { program: &program, data: &data, port: ports::free()?, cache: SMALL_CACHE, for_tests: true };
    say(format_args!("starting MongoDB on port {}", server.port));
    server.start(processes).await
}

/// The emulator that the developer names, or one that lives as long as the tests.
pub(crate) async fn s3(processes: &mut Processes, scratch: &Path) -> Result<String> {
    if let Some(given) = env::var("S3_URL").ok().filter(|url| !url.is_empty()) {
        return Ok(given);
    }
    Ok(S3::start(processes, &scratch.join("ministack"), ports::free()?).await?.url)
}
