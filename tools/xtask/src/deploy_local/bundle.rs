//! The programs, where `sam deploy` finds them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::processes::Processes;
use crate::terminal::say;
use crate::{dev, root, tools};

/// How a function says in template.yaml which package it is; its program has the same name.
const SOURCE: &str = "CodeUri: functions/";
/// The largest program that is deployed: Lambda fetches it for each start. What 64-bit Arm needs more, nobody has measured.
const MAX_BYTES: usize = if cfg!(target_arch = "x86_64") { 9 * 1024 * 1024 } else { 10 * 1024 * 1024 };
/// The setting that only a build with the feature `chaos` reads.
const CRASH_POINT: &[u8] = b"CHAOS_POINT";

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
    inspect(&built)?;
    Ok(built.join("template.yaml"))
}

/// What is deployed is small, and has no crash points of the tests in it.
fn inspect(built: &Path) -> Result<()> {
    let mut sizes = Vec::new();
    for name in dev::function_names() {
        let resource: String = name.split('-').map(capitalized).collect();
        let program = built.join(format!("{resource}Function")).join("bootstrap");
        let program = fs::read(&program).with_context(|| format!("reading {}", program.display()))?;
        ensure!(program.len() <= MAX_BYTES, "{name} has {} bytes, and {MAX_BYTES} is the most", program.len());
        ensure!(!program.windows(CRASH_POINT.len()).any(|it| it == CRASH_POINT), "{name} is built for tests");
        sizes.push(format!("{name} {}", program.len()));
    }
    say(format_args!("built, in bytes: {}", sizes.join(", ")));
    Ok(())
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Does what `sam build` does with programs that are built already: a directory for each, and the
/// template with their places.
pub(super) async fn assemble(processes: &Processes, scratch: &Path) -> Result<PathBuf> {
    let template = fs::read_to_string(root::root().join("template.yaml")).context("reading template.yaml")?;
    let mut placed = String::new();
    for line in template.lines() {
        if let Some((indent, name)) = line.split_once(SOURCE) {
            let directory = scratch.join("programs").join(name);
            fs::create_dir_all(&directory).context("making a directory")?;
            strip(processes, &root::binaries()?.join(name), &directory.join("bootstrap")).await?;
            placed.push_str(&format!("{indent}CodeUri: {}\n", directory.display()));
        } else {
            placed.push_str(line);
            placed.push('\n');
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
