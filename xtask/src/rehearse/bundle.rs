//! The programs, where `sam deploy` finds them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::processes::Processes;
use crate::terminal::say;
use crate::{dev, root, tools};

/// How a function says in template.yaml which program it is.
const BINARY: &str = "BuildProperties: {Binary: ";

/// Builds what runs beside the functions; with `all`, the functions, too.
pub(super) async fn build(processes: &Processes, all: bool) -> Result<()> {
    say("building");
    let mut command = processes.command(tools::cargo());
    command.args(["build", "--bin", "stripe-stand-in"]).current_dir(root::root());
    if all {
        dev::function_names().for_each(|name| {
            command.args(["--bin", name]);
        });
    }
    if !command.status().await.context("running cargo build")?.success() {
        bail!("the programs don't build");
    }
    Ok(())
}

/// Builds as a deployment does.
pub(super) async fn sam_build(processes: &Processes, sam: &Path, scratch: &Path) -> Result<PathBuf> {
    let built = scratch.join("built");
    let mut command = processes.command(sam.join("sam"));
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    command.args(["build", "--parameter-overrides", &format!("Architecture={architecture}"), "--build-dir"]);
    command.arg(&built).current_dir(root::root()).env("PATH", tools::path()?);
    command.env("SAM_CLI_TELEMETRY", "0").env("CARGO_LAMBDA_COMPILER", "cargo");
    if !command.status().await.context("running sam build")?.success() {
        bail!("sam build failed");
    }
    Ok(built.join("template.yaml"))
}

/// Does what `sam build` does with programs that are built already: a directory for each, and the
/// template with their places.
pub(super) async fn assemble(processes: &Processes, scratch: &Path) -> Result<PathBuf> {
    let template = fs::read_to_string(root::root().join("template.yaml")).context("reading template.yaml")?;
    let mut placed = String::new();
    let mut binary = None;
    for line in template.lines() {
        placed.push_str(line);
        placed.push('\n');
        if let Some((_, rest)) = line.split_once(BINARY) {
            binary = Some(rest.trim_end_matches('}').to_owned());
        }
        if line.trim() == "Properties:"
            && let Some(name) = binary.take()
        {
            let directory = scratch.join("programs").join(&name);
            fs::create_dir_all(&directory).context("making a directory")?;
            strip(processes, &root::binaries()?.join(&name), &directory.join("bootstrap")).await?;
            placed.push_str(&format!("      CodeUri: {}\n", directory.display()));
        }
    }
    let path = scratch.join("template.yaml");
    fs::write(&path, placed).context("writing the template")?;
    Ok(path)
}

/// Most of a program that was built for development is where its lines came from.
async fn strip(processes: &Processes, program: &Path, to: &Path) -> Result<()> {
    let stripped = processes.command("strip").arg("-o").arg(to).arg(program).output().await;
    if !stripped.is_ok_and(|outcome| outcome.status.success()) {
        fs::copy(program, to).with_context(|| format!("copying {}", program.display()))?;
    }
    Ok(())
}
