//! `cargo xtask contract`: lints `openapi.json`, and compiles clients that three generators make from it, and the samples of the
//! guide for frontends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};

use crate::processes::{Processes, RunId};
use crate::root;
use crate::terminal::print_status;
use crate::tools::NodeProject;

/// The project in `tools` with the linters, the generators, and the calls of each generated client.
const PROJECT: &str = "contract";
/// What `openapi-typescript` generates.
const TYPES: &str = "generated/openapi-typescript.ts";
/// The guide whose samples are compiled, too.
const GUIDE: &str = "docs/frontend.md";

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
    print_status("openapi.json has no findings; three generated clients and the samples of the guide compile");
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
    let types = ["openapi.json", "--default-non-nullable=false", "--output", TYPES];
    project.run("openapi-typescript", &types).await?;
    project.run("openapi-ts", &[]).await?;
    project.run("orval", &[]).await?;
    write_samples(project.directory()).with_context(|| format!("extracting the samples of {GUIDE}"))?;
    project.run("tsc", &[]).await
}

fn copy_document(directory: &Path) -> Result<()> {
    fs::copy(root::root().join("openapi.json"), directory.join("openapi.json")).context("copying openapi.json")?;
    Ok(())
}

/// Writes each sample of the guide to the file that its first line names, beside the types that it imports.
fn write_samples(directory: &Path) -> Result<()> {
    let samples = directory.join("generated/guide");
    if samples.exists() {
        fs::remove_dir_all(&samples)?;
    }
    fs::create_dir_all(&samples)?;
    fs::copy(directory.join(TYPES), samples.join("shop-types.ts"))?;
    let guide = fs::read_to_string(root::root().join(GUIDE))?;
    let mut count = 0_usize;
    for sample in guide.split("\n```ts\n").skip(1).filter_map(|rest| rest.split("\n```").next()) {
        let first = sample.lines().next().unwrap_or_default();
        let name = first.strip_prefix("// ").with_context(|| format!("the sample with `{first}` names no file"))?;
        fs::write(samples.join(name), sample)?;
        count = count.saturating_add(1);
    }
    ensure!(count > 0, "there are none");
    Ok(())
}
