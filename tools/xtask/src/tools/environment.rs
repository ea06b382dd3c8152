//! Programs in Python: an environment of their own for each, made of exactly what its pins name.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::pip::Pip;
use crate::processes::Processes;
use crate::root;
use crate::terminal::say;

/// An environment with pinned packages.
pub(super) struct Environment {
    /// The directory in `.tools`.
    pub(super) name: &'static str,
    /// The file with the pins.
    pub(super) pin: PathBuf,
    /// What it is, for whoever waits for it.
    pub(super) description: &'static str,
}

impl Environment {
    /// Its Python, after everything else is there.
    pub(super) async fn python(&self, processes: &Processes) -> Result<PathBuf> {
        let wanted = fs::read(&self.pin).with_context(|| format!("reading {}", self.pin.display()))?;
        let home = root::tools().join(self.name);
        let python = home.join("bin/python");
        if fs::read(home.join("pin.txt")).is_ok_and(|present| present == wanted) {
            return Ok(python);
        }
        say(format_args!("fetching {} into .tools", self.description));
        self.install(processes, &home).await.with_context(|| format!("can't get {}", self.description))?;
        Ok(python)
    }

    /// Builds the environment beside its place and renames it at the end: it is whole or absent.
    async fn install(&self, processes: &Processes, home: &Path) -> Result<()> {
        let pip = Pip::find(processes).await?;
        fs::create_dir_all(root::tools()).context("creating .tools")?;
        let scratch = TempDir::with_prefix_in("fetching-", root::tools()).context("creating a directory in .tools")?;
        let environment = scratch.path().join("venv");

        // Without a pip of its own, which some systems package apart: the machine's pip can fill it.
        let mut venv = pip.python(&["-m", "venv", "--without-pip"]);
        let venv = venv.arg(&environment).output().await.context("making a Python environment")?;
        if !venv.status.success() {
            bail!("python3 can't make an environment: install its module `venv`");
        }
        let mut ask = processes.command(environment.join("bin/python"));
        ask.args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')"]);
        let packages = ask.output().await.context("asking Python for its packages")?.stdout;
        let packages = String::from_utf8(packages).context("the path of Python's packages")?;
        pip.fetch("install", &self.pin, Path::new(&packages)).await?;
        fs::copy(&self.pin, environment.join("pin.txt")).context("noting what was installed")?;

        if home.exists() {
            fs::remove_dir_all(home).context("removing what was there before")?;
        }
        fs::rename(&environment, home).context("moving it to its place")
    }
}
