//! `cargo xtask openapi`: writes `openapi.json` as the code says it.

use std::fs;
use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{root, tools};

#[derive(Args)]
pub(crate) struct Options {
    /// Only look whether the file is up to date.
    #[arg(long)]
    pub(crate) check: bool,
}

/// The functions are linked into the program that prints the document, not into xtask: they take
/// longer to build than everything else that xtask does.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let processes = Processes::new(RunId::random()?, root::tools());
    let mut command = processes.command(tools::cargo());
    command.args(["run", "--quiet", "--package", "ferrocart-tests", "--bin", "openapi"]).current_dir(root::root());
    let output = command.stderr(Stdio::inherit()).output().await.context("running cargo")?;
    if !output.status.success() {
        bail!("the document could not be made ({})", output.status);
    }
    let path = root::root().join("openapi.json");
    let committed = fs::read(&path).unwrap_or_default();
    if committed == output.stdout {
        say("openapi.json is up to date");
    } else if options.check {
        bail!("openapi.json is not up to date: run `cargo xtask openapi`");
    } else {
        fs::write(&path, output.stdout).with_context(|| format!("writing {}", path.display()))?;
        say("openapi.json is written");
    }
    Ok(ExitCode::SUCCESS)
}
