//! A native program that is distributed as a Python package.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::environment::Environment;
use crate::processes::Processes;
use crate::root;

/// One program, in one version.
pub(super) struct Program {
    /// The package of the program.
    pub(super) environment: Environment,
    /// The path of the program among the packages.
    pub(super) path: &'static str,
    /// Arguments with which the program only shows that it runs on this machine.
    pub(super) trial: &'static [&'static str],
}

impl Program {
    /// Installs the program if necessary; returns its path in `.tools/bin`.
    pub(super) async fn install(&self, processes: &Processes) -> Result<PathBuf> {
        let program = self.environment.packages(processes).await?.join(self.path);
        let link = root::bin().join(self.environment.name);
        if fs::read_link(&link).is_ok_and(|target| target == program) {
            return Ok(link);
        }
        fs::set_permissions(&program, Permissions::from_mode(0o755))
            .with_context(|| format!("{} is not in the package", self.path))?;
        self.try_out(processes, &program).await?;
        fs::create_dir_all(root::bin()).context("creating .tools/bin")?;
        let temporary = link.with_extension(std::process::id().to_string());
        symlink(&program, &temporary).context("creating a link in .tools/bin")?;
        fs::rename(&temporary, &link).context("moving the link in .tools/bin")?;
        Ok(link)
    }

    async fn try_out(&self, processes: &Processes, program: &Path) -> Result<()> {
        let name = self.environment.name;
        let trial = processes.command(program).args(self.trial).output().await;
        let trial = trial.with_context(|| format!("the installed {name} does not run on this machine"))?;
        if !trial.status.success() {
            let errors = String::from_utf8_lossy(&trial.stderr);
            let last = errors.lines().last().unwrap_or_default();
            bail!("the installed {name} does not run on this machine: {last}");
        }
        Ok(())
    }
}
