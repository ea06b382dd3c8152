//! The directory of one stack, with its data, logs and secrets.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use ferrocart::config::TokenPrivateKey;

use crate::processes::{RunId, stored_secret};
use crate::root;

/// The directory, locked against a second stack, which would use the same database files.
pub(super) struct Home {
    directory: PathBuf,
    _lock: File,
}

/// The given directory, or the default one in `.tools`.
pub(super) fn directory_or_default(given: Option<PathBuf>) -> PathBuf {
    given.unwrap_or_else(|| root::tools().join("dev"))
}

impl Home {
    /// Creates and locks the directory.
    pub(super) fn open(given: Option<PathBuf>) -> Result<Self> {
        let directory = directory_or_default(given);
        fs::create_dir_all(&directory).with_context(|| format!("creating {}", directory.display()))?;
        let directory = directory.canonicalize().context("resolving the data directory")?;
        let lock = File::create(directory.join("lock")).context("creating the lock")?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { directory, _lock: lock }),
            Err(TryLockError::WouldBlock) => bail!(
                "`cargo xtask dev` is already running with {}; stop it, or use --data-dir and --port",
                root::shown(&directory)
            ),
            Err(TryLockError::Error(error)) => Err(error).context("locking the data directory"),
        }
    }

    pub(super) fn run_id(&self) -> Result<RunId> {
        RunId::of(&self.directory)
    }

    /// The keys of the functions, by the names of their settings. They are stored, so that customers stay logged in when the
    /// stack restarts.
    pub(super) fn keys(&self) -> Result<[(&'static str, String); 5]> {
        let stored = |name: &str| stored_secret(&self.directory.join(name));
        let seed = hex::decode(stored("token-key")?).ok().and_then(|seed| seed.try_into().ok());
        let token_key = TokenPrivateKey::from_seed(seed.context("the file token-key must have 64 hex digits")?)?;
        Ok([
            ("TOKEN_PRIVATE_KEY", token_key.expose_text()),
            ("TOKEN_PUBLIC_KEYS", token_key.public_key().to_string()),
            ("CURSOR_KEY", stored("cursor-key")?),
            ("ORDER_TOKEN_KEY", stored("order-token-key")?),
            ("FINGERPRINT_KEY", stored("fingerprint-key")?),
        ])
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

    /// The file with the port of the S3 emulator.
    pub(super) fn s3_port(&self) -> PathBuf {
        self.directory.join("s3-port")
    }

    pub(super) fn s3(&self) -> PathBuf {
        self.directory.join("s3")
    }

    /// The file with the payments of the Stripe stand-in.
    pub(super) fn stripe(&self) -> PathBuf {
        self.directory.join("stripe.json")
    }

    /// Removes the data of MongoDB, S3 and Stripe.
    pub(super) fn remove_data(&self) -> Result<()> {
        for data in [self.mongodb(), self.s3(), self.stripe()] {
            let removed = if data.is_dir() { fs::remove_dir_all(&data) } else { fs::remove_file(&data) };
            match removed {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed.with_context(|| format!("removing {}", data.display()))?,
            }
        }
        Ok(())
    }
}
