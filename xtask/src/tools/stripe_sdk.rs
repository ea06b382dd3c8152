//! Stripe's own SDK for Python, against which the tests check the stand-in.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::pip::Pip;
use crate::processes::Processes;
use crate::root;
use crate::terminal::say;

/// A Python that can `import stripe`.
pub(crate) async fn stripe_sdk(processes: &Processes) -> Result<PathBuf> {
    let pin = root::root().join("stripe-stand-in/tests/requirements.txt");
    let wanted = fs::read(&pin).with_context(|| format!("reading {}", pin.display()))?;
    let home = root::tools().join("stripe-sdk");
    let python = home.join("bin/python");
    if fs::read(home.join("pin.txt")).is_ok_and(|present| present == wanted) {
        return Ok(python);
    }
    say("fetching Stripe's SDK for Python into .tools");
    install(processes, &pin, &home).await.context("can't get Stripe's SDK")?;
    Ok(python)
}

/// Builds the environment beside its place and renames it at the end: it is whole or absent.
async fn install(processes: &Processes, pin: &Path, home: &Path) -> Result<()> {
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
    pip.fetch("install", pin, Path::new(&packages)).await?;
    fs::copy(pin, environment.join("pin.txt")).context("noting what was installed")?;

    if home.exists() {
        fs::remove_dir_all(home).context("removing the previous SDK")?;
    }
    fs::rename(&environment, home).context("moving the SDK to its place")
}
