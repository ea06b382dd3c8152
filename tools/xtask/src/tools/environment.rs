//! Python environments with pinned packages, one for each tool.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::pip::Pip;
use crate::processes::Processes;
use crate::root;
use crate::terminal::print_status;

/// Where an environment has its packages: a link, because the real path depends on Python's version.
const PACKAGES: &str = "packages";
/// A copy of the pins that the environment was made from. New pins make a new environment.
const STAMP: &str = "pin.txt";

/// An environment with exactly the packages that its pins name.
pub(super) struct Environment {
    /// Its directory in `.tools`.
    pub(super) name: &'static str,
    /// Names, versions and hashes of the packages, in the format of pip's requirements.
    pub(super) pins: PathBuf,
    /// Name, version and size, for the developer who waits for the download.
    pub(super) description: &'static str,
}

impl Environment {
    /// The environment whose pins are in `tools/xtask/pins`.
    pub(super) fn pinned(name: &'static str, description: &'static str) -> Self {
        Self { name, pins: root::xtask().join("pins").join(name).with_extension("txt"), description }
    }

    /// The Python interpreter of the environment, which is installed if necessary.
    pub(super) async fn python(&self, processes: &Processes) -> Result<PathBuf> {
        Ok(self.install(processes).await?.join("bin/python"))
    }

    /// The directory of the packages of the environment, which is installed if necessary.
    pub(super) async fn packages(&self, processes: &Processes) -> Result<PathBuf> {
        Ok(self.install(processes).await?.join(PACKAGES))
    }

    async fn install(&self, processes: &Processes) -> Result<PathBuf> {
        let wanted = fs::read(&self.pins).with_context(|| format!("reading {}", self.pins.display()))?;
        let home = root::tools().join(self.name);
        if fs::read(home.join(STAMP)).is_ok_and(|present| present == wanted) && home.join(PACKAGES).exists() {
            return Ok(home);
        }
        print_status(format_args!("installing {} into .tools", self.description));
        self.create(processes, &home).await.with_context(|| format!("cannot install {}", self.description))?;
        Ok(home)
    }

    /// Builds the environment in a temporary directory and renames it at the end, so that it is complete or absent.
    async fn create(&self, processes: &Processes, home: &Path) -> Result<()> {
        let pip = Pip::find(processes).await?;
        fs::create_dir_all(root::tools()).context("creating .tools")?;
        let scratch =
            TempDir::with_prefix_in("installing-", root::tools()).context("creating a directory in .tools")?;
        let environment = scratch.path().join("venv");

        // Some systems package pip apart from Python, so the environment has none: the machine's pip fills it.
        let mut venv = pip.python(&["-m", "venv", "--without-pip"]);
        let venv = venv.arg(&environment).output().await.context("creating a Python environment")?;
        if !venv.status.success() {
            bail!("python3 cannot create an environment: install its module `venv`");
        }
        let mut find = processes.command(environment.join("bin/python"));
        find.args(["-c", "import os, sys, sysconfig as c; print(os.path.relpath(c.get_path('purelib'), sys.prefix))"]);
        let packages = find.output().await.context("finding the directory of Python's packages")?.stdout;
        let packages = String::from_utf8(packages).context("the path of Python's packages")?;
        symlink(packages.trim_end(), environment.join(PACKAGES)).context("linking Python's packages")?;
        pip.install(&self.pins, &environment.join(PACKAGES)).await?;
        fs::copy(&self.pins, environment.join(STAMP)).context("copying the pins")?;

        if home.exists() {
            fs::remove_dir_all(home).context("removing the previous environment")?;
        }
        fs::rename(&environment, home).context("moving the environment into .tools")
    }
}
