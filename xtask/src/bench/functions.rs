//! `cargo xtask bench functions`: builds the functions as they are deployed, and measures them on two servers that
//! start and end with it: one as on a developer's machine, and one with TLS and passwords, as Atlas is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tempfile::TempDir;

use super::{cargo, reports};
use crate::mongod::{Guard, Mongod, SMALL_CACHE};
use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{ports, root, tools};

/// The empty function, and the driver without the shop.
const LIMITS: &str = "ferrocart-limits";

#[derive(Args)]
pub(crate) struct Options {
    /// How often each endpoint is asked.
    #[arg(long, default_value_t = 5_000)]
    requests: u32,
    /// How often each function is started, with each server.
    #[arg(long, default_value_t = 20)]
    cold: u32,
    /// Which functions are built and measured.
    #[arg(long, value_delimiter = ',', default_value = "products,cart,orders,auth")]
    functions: Vec<String>,
    /// As what they are built: a profile of Cargo.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Write the report to docs/benchmarks, to be committed, and not to .tools/benchmarks.
    #[arg(long)]
    record: bool,
    /// Passed on to the benchmark, after `--`: `--endurance 1000`, ...
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// The exit code is a failure when a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse: the processes end before their directory goes.
    let scratch = TempDir::with_prefix("ferrocart-bench-").context("making a directory")?;
    let mut processes = Processes::new(RunId::random()?, scratch.path().join("logs"));
    let program = tools::mongod(&processes).await?;

    for name in &options.functions {
        build(&processes, &options.profile, &format!("ferrocart-{name}")).await?;
    }
    build(&processes, &options.profile, LIMITS).await?;
    say("building the benchmark");
    if !cargo(&processes, "build").status().await.context("running cargo build")?.success() {
        bail!("the benchmark doesn't build");
    }
    let (plain, guarded) = (scratch.path().join("mongod"), scratch.path().join("mongod-tls"));
    let server = |data| -> Result<Mongod<'_>> {
        Ok(Mongod { program: &program, data, port: ports::free()?, cache: SMALL_CACHE, for_tests: false })
    };
    say("starting MongoDB, once without and once with TLS and passwords");
    let mongodb_uri = server(&plain)?.start(&mut processes).await?;
    let guard = Guard::make(&scratch.path().join("guard"))?;
    let mongodb_tls_uri = server(&guarded)?.start_guarded(&mut processes, &guard).await?;

    let mut command = cargo(&processes, "run");
    command.args(["--quiet", "--", "functions", "--mongodb-uri", &mongodb_uri, "--mongodb-tls-uri", &mongodb_tls_uri]);
    command.args(["--functions", &options.functions.join(","), "--cold", &options.cold.to_string()]);
    command.args(["--requests", &options.requests.to_string()]);
    command.arg("--programs").arg(programs(&options.profile)?).arg("--into").arg(reports(options.record));
    command.args(options.arguments);
    let measuring = async { command.status().await.context("running the benchmark") };
    let status = processes.during(measuring).await?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One package at a time, as `sam build` does: no feature that another wants gets into it.
async fn build(processes: &Processes, profile: &str, package: &str) -> Result<()> {
    say(format_args!("building {package}"));
    let mut command = processes.command(tools::cargo());
    command.args(["build", "--profile", profile, "--package", package, "--bins"]).current_dir(root::root());
    if !command.status().await.context("running cargo build")?.success() {
        bail!("{package} doesn't build");
    }
    Ok(())
}

/// Where Cargo puts what it builds by a profile.
fn programs(profile: &str) -> Result<PathBuf> {
    let directory = if profile == "dev" { "debug" } else { profile };
    let own = root::binaries()?;
    Ok(own.parent().map_or_else(|| own.clone(), Path::to_path_buf).join(directory))
}
