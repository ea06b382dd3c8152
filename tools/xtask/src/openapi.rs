//! `cargo xtask openapi`: generates `openapi.json` from the code.

use std::fs;
use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::processes::{Processes, RunId};
use crate::terminal::print_status;
use crate::{cargo, root, test};

#[derive(Args)]
pub(crate) struct Options {
    /// Only check whether the file is up to date.
    #[arg(long)]
    pub(crate) check: bool,
    /// Make this the contract of the release, with which later changes are compared.
    #[arg(long, conflicts_with = "check")]
    pub(crate) release: bool,
    /// First record the examples of requests and responses, from calls to a shop.
    #[arg(long, conflicts_with = "check")]
    pub(crate) examples: bool,
}

/// Writes or checks the file. A binary of the tests prints the document: linking the functions into xtask would
/// make xtask slow to build.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    if options.examples {
        test::record_examples().await?;
    }
    let processes = Processes::new(RunId::random()?, root::tools());
    let mut command = cargo::command(&processes);
    command.args(["run", "--quiet", "--package", "ferrocart-tests", "--bin", "openapi"]);
    let output = command.stderr(Stdio::inherit()).output().await.context("running cargo")?;
    if !output.status.success() {
        bail!("generating the document failed ({})", output.status);
    }
    let path = root::root().join("openapi.json");
    let committed = fs::read(&path).unwrap_or_default();
    if committed == output.stdout {
        print_status("openapi.json is up to date");
    } else if options.check {
        bail!("openapi.json is outdated: run `cargo xtask openapi`");
    } else {
        fs::write(&path, output.stdout).with_context(|| format!("writing {}", path.display()))?;
        print_status("openapi.json has been updated");
    }
    if options.release {
        fs::copy(&path, root::root().join("openapi.released.json")).context("copying openapi.json")?;
        print_status("openapi.released.json is the same");
    }
    Ok(ExitCode::SUCCESS)
}
