//! How many instructions a request takes. Where time is noise, they are nearly the same each time, so a change that
//! makes requests dearer is seen on any machine, and by a few hundred requests.

mod callgrind;
mod figures;

use super::cases::{self, Case};
use super::program;
use super::stage::Stage;
use crate::say::say;
use anyhow::{Context as _, Result};
use clap::Args;
use figures::Figures;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How often an endpoint is asked in the shorter and in the longer of two runs. What is only in the longer one are
/// requests: connections are made and caches filled before.
const FEW: u32 = 20;
const MANY: u32 = 120;

#[derive(Args)]
pub(crate) struct Options {
    /// The server, a replica set. A database is made there, and the functions work with it.
    #[arg(long)]
    mongodb_uri: String,
    /// What counts.
    #[arg(long)]
    valgrind: PathBuf,
    /// Where the programs of the functions are.
    #[arg(long)]
    programs: PathBuf,
    /// As what they were built: a profile of Cargo.
    #[arg(long)]
    profile: String,
    /// The directory for `instructions.json`.
    #[arg(long)]
    into: PathBuf,
    /// The directory of the `instructions.json` with which that is compared.
    #[arg(long)]
    committed: Option<PathBuf>,
}

/// Measures, and writes what was measured; true when it is as it is committed, or was to be compared with nothing.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let stage = Stage::set("plain", &options.mongodb_uri).await?;
    let mut measured = Figures {
        architecture: std::env::consts::ARCH.to_owned(),
        profile: options.profile.clone(),
        rust: version("rustc".as_ref())?,
        valgrind: version(&options.valgrind)?,
        instructions_per_request: BTreeMap::new(),
    };
    for case in cases::with_a_target(&stage) {
        let instructions = of_a_request(&stage, &case, &options)?;
        say(format_args!("measured: {}, {instructions} instructions", case.name));
        measured.instructions_per_request.insert(format!("{}: {}", case.function, case.name), instructions);
    }
    measured.write(&options.into)?;
    let Some(directory) = &options.committed else {
        return Ok(true);
    };
    let verdicts = measured.beside(Figures::read(directory)?.as_ref());
    for verdict in &verdicts {
        say(&verdict.text);
    }
    let passed = verdicts.iter().all(|verdict| verdict.holds);
    if !passed {
        say(ANEW);
    }
    Ok(passed)
}

const ANEW: &str = "\
Find what has made requests dearer. Where that is worth it, and where they are cheaper, record the figures anew and
commit docs/benchmarks/instructions.json:
    cargo xtask bench instructions --record";

/// The instructions that a request adds.
fn of_a_request(stage: &Stage, case: &Case, options: &Options) -> Result<u32> {
    let program = program(&options.programs, case.function);
    let count = |requests| callgrind::count(&options.valgrind, &program, stage, case, requests);
    let (few, many) = (count(FEW)?, count(MANY)?);
    let each = many.checked_sub(few).and_then(|more| more.checked_div(u64::from(MANY.abs_diff(FEW))));
    u32::try_from(each.context("more requests take no more")?).context("a request takes too much")
}

/// What a program says of itself.
fn version(program: &Path) -> Result<String> {
    let told = Command::new(program).arg("--version").output();
    let told = told.with_context(|| format!("asking {} for its version", program.display()))?;
    Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned())
}
