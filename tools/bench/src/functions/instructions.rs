//! The instructions benchmark: counts the instructions of a request. Unlike times, they are nearly the same in every run,
//! so a few hundred requests on any machine show whether a change makes requests more expensive.

mod callgrind;
mod counts;

use super::cases::{self, Case};
use super::setup::Setup;
use crate::terminal::print_status;
use anyhow::{Context as _, Result};
use clap::Args;
use counts::InstructionCounts;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The number of requests in the shorter and in the longer of two runs. The difference contains requests only, because
/// start, connections and caches cost the same in both.
const SHORT_RUN: u32 = 20;
const LONG_RUN: u32 = 120;

const RECORD_HINT: &str = "\
Find the cause of every difference. If requests have become cheaper, or the higher cost is justified, record the figures
and commit docs/benchmarks/instructions.json:
    cargo xtask bench instructions --record";

#[derive(Args)]
pub(crate) struct Options {
    /// The MongoDB server, a replica set. The functions use a database of their own.
    #[arg(long)]
    mongodb_uri: String,
    /// The valgrind program.
    #[arg(long)]
    valgrind: PathBuf,
    /// The directory with the binaries of the functions.
    #[arg(long)]
    binaries: PathBuf,
    /// The Cargo profile of the binaries.
    #[arg(long)]
    profile: String,
    /// The directory for `instructions.json`.
    #[arg(long)]
    output_dir: PathBuf,
    /// The directory with the committed `instructions.json`. Without it, nothing is compared.
    #[arg(long)]
    committed: Option<PathBuf>,
}

/// Measures and writes the figures. Returns whether they match the committed ones, if these are given.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let setup = Setup::create("plain", &options.mongodb_uri).await?;
    let mut measured = InstructionCounts {
        architecture: std::env::consts::ARCH.to_owned(),
        profile: options.profile.clone(),
        rust: version(Path::new("rustc"))?,
        valgrind: version(&options.valgrind)?,
        instructions_per_request: BTreeMap::new(),
    };
    for case in cases::with_target(&setup) {
        let instructions = instructions_per_request(&setup, &case, &options)?;
        print_status(format_args!("measured: {}, {instructions} instructions", case.name));
        measured.instructions_per_request.insert(format!("{}: {}", case.function, case.name), instructions);
    }
    measured.write(&options.output_dir)?;
    let Some(directory) = &options.committed else {
        return Ok(true);
    };
    let findings = measured.compare(InstructionCounts::read(directory)?.as_ref());
    for finding in &findings {
        print_status(&finding.text);
    }
    let passed = findings.iter().all(|finding| finding.passed);
    if !passed {
        print_status(RECORD_HINT);
    }
    Ok(passed)
}

fn instructions_per_request(setup: &Setup, case: &Case, options: &Options) -> Result<u32> {
    let binary = options.binaries.join(case.function);
    let count = |requests| callgrind::count_instructions(&options.valgrind, &binary, setup, case, requests);
    let (short, long) = (count(SHORT_RUN)?, count(LONG_RUN)?);
    let difference = long.checked_sub(short).context("more requests took fewer instructions")?;
    let each = difference.checked_div(u64::from(LONG_RUN.abs_diff(SHORT_RUN))).context("both runs are equally long")?;
    u32::try_from(each).context("a request took more than 4 billion instructions")
}

/// Returns the output of a program's `--version`.
fn version(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("--version").output();
    let output = output.with_context(|| format!("running {} --version", program.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
