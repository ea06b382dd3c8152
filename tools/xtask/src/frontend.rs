//! `cargo xtask frontend`: checks the packages in `frontend`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::processes::{Processes, RunId};
use crate::root;
use crate::terminal::print_status;
use crate::tools::NodeProject;

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Generate the types of the contract, and format the files, before the checks.
    #[arg(long)]
    fix: bool,
}

/// Checks format, lints, the generated types and the size of the packages, and runs their tests.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let processes = Processes::new(RunId::random()?, root::tools());
    let project = NodeProject::install_frontend(&processes).await?;
    if options.fix {
        print_status("generating the types of the contract, and formatting frontend");
        project.run_script("fix").await?;
    }
    print_status("checking frontend");
    project.run_script("check").await?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the packages, which a test runs.
pub(crate) async fn build(processes: &Processes) -> Result<()> {
    let project = NodeProject::install_frontend(processes).await?;
    print_status("building frontend");
    project.run_script("build").await
}
