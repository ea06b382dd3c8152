//! The directory in which one stack keeps its data, logs and secrets.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::processes::{RunId, kept_secret};
use crate::root;

/// The directory, locked: a second stack in it would share the first one's database files.
pub(super) struct Home {
    directory: PathBuf,
    _lock: File,
}

/// Where `cargo xtask dev` keeps its data unless told otherwise.
pub(super) fn directory_or_default(given: Option<PathBuf>) -> PathBuf {
    given.unwrap_or_else(|| root::tools().join("dev"))
}

impl Home {
    pub(super) fn open(given: Option<PathBuf>) -> Result<Self> {
        let directory = directory_or_default(given);
        fs::create_dir_all(&directory).with_context(|| format!("creating {}", directory.display()))?;
        let directory = directory.canonicalize().context("resolving the data directory")?;
        let lock = File::create(directory.join("lock")).context("creating the lock")?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { directory, _lock: lock }),
            Err(TryLockError::WouldBlock) => bail!(
                "`cargo xtask dev` is already running on {}; stop it, or give --data-dir and --port",
                root::shown(&directory)
            ),
            Err(TryLockError::Error(error)) => Err(error).context("locking the data directory"),
        }
    }

    pub(super) fn run_id(&self) -> Result<RunId> {
        RunId::of(&self.directory)
    }

    /// Kept, so that a customer stays signed in when the stack restarts.
    pub(super) fn jwt_secret(&self) -> Result<String> {
        kept_secret(&self.directory.join("jwt-secret"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.directory
    }

    pub(super) fn logs(&self) -> PathBuf {
        self.directory.join("logs")
    }

    pub(super) fn mongodb(&self) -> PathBuf {
        self.directory.join("mongodb")
    }

    pub(super) fn s3(&self) -> PathBuf {
        self.directory.join("s3")
    }

    pub(super) fn forget_data(&self) -> Result<()> {
        for data in [self.mongodb(), self.s3()] {
            if data.exists() {
                fs::remove_dir_all(&data).with_context(|| format!("removing {}", data.display()))?;
            }
        }
        Ok(())
    }
}
