//! `cargo xtask contract`: lints `openapi.json`, and compiles clients that three generators make from it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::processes::{Processes, RunId};
use crate::root;
use crate::terminal::print_status;
use crate::tools::NodeProject;

/// The project in `tools` with the linters, the generators, and the calls of each generated client.
const PROJECT: &str = "contract";

/// The compiled calls of the generated clients, and the program that runs them.
pub(crate) struct Calls {
    pub(crate) node: PathBuf,
    pub(crate) directory: PathBuf,
}

/// Lints the document, and compiles the clients.
pub(crate) async fn run() -> Result<ExitCode> {
    let processes = Processes::new(RunId::random()?, root::tools());
    let project = NodeProject::install(&processes, PROJECT).await?;
    copy_document(project.directory())?;
    lint(&project).await?;
    compile(&project).await?;
    print_status("openapi.json has no findings, and the types of three generated clients compile");
    Ok(ExitCode::SUCCESS)
}

/// Generates and compiles the clients and their calls, which a test runs.
pub(crate) async fn compile_calls(processes: &Processes) -> Result<Calls> {
    let project = NodeProject::install(processes, PROJECT).await?;
    copy_document(project.directory())?;
    compile(&project).await?;
    Ok(Calls { node: project.node().to_owned(), directory: project.directory().join("compiled/calls") })
}

async fn lint(project: &NodeProject<'_>) -> Result<()> {
    print_status("linting openapi.json");
    project.run("redocly", &["lint", "openapi.json"]).await?;
    project.run("spectral", &["lint", "openapi.json", "--fail-severity=warn"]).await
}

async fn compile(project: &NodeProject<'_>) -> Result<()> {
    print_status("generating and compiling clients of openapi.json");
    let types = ["openapi.json", "--default-non-nullable=false", "--output", "generated/openapi-typescript.ts"];
    project.run("openapi-typescript", &types).await?;
    project.run("openapi-ts", &[]).await?;
    project.run("orval", &[]).await?;
    project.run("tsc", &[]).await
}

fn copy_document(directory: &Path) -> Result<()> {
    fs::copy(root::root().join("openapi.json"), directory.join("openapi.json")).context("copying openapi.json")?;
    Ok(())
}
