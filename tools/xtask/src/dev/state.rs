//! What other programs may know of a running stack: a file that exists while it is ready.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::home::{Home, directory_or_default};
use super::stand_in::StandIn;
use crate::s3::S3;

const FILE: &str = "dev.json";

/// The contents of `dev.json` in the data directory.
#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    /// Of the API, up to and including `/api/v1`.
    pub(super) base_url: String,
    /// Where `cargo lambda invoke` and the Lambda API find the functions.
    pub(super) invoke_url: String,
    pub(super) mongodb_uri: String,
    pub(super) mongodb_database: String,
    /// Absent if the functions talk to Stripe itself.
    pub(super) stripe: Option<StandIn>,
    /// Absent if the functions keep pictures in a bucket of the developer.
    pub(super) s3: Option<S3>,
    pub(super) logs: PathBuf,
    /// Of xtask and of the processes that it started.
    pub(super) pids: BTreeMap<String, i32>,
}

impl State {
    /// Writes the file. It goes when what is returned is dropped.
    pub(super) fn publish(&self, home: &Home) -> Result<Published> {
        let path = home.path().join(FILE);
        // Readable for its owner alone, as a MONGODB_URI may hold a password.
        let file = NamedTempFile::new_in(home.path()).context("writing dev.json")?;
        serde_json::to_writer_pretty(&file, self).context("writing dev.json")?;
        file.persist(&path).context("writing dev.json")?;
        Ok(Published { path })
    }

    /// The stack that runs on the data directory `given`, or on the default one.
    fn read(given: Option<PathBuf>) -> Result<Self> {
        let path = directory_or_default(given).join(FILE);
        let Ok(text) = fs::read(&path) else {
            bail!("no stack is ready here: run `cargo xtask dev` in another terminal first");
        };
        serde_json::from_slice(&text).with_context(|| format!("reading {}", path.display()))
    }
}

/// The Stripe stand-in of the stack that runs on the data directory `given`.
pub(crate) fn stand_in(given: Option<PathBuf>) -> Result<StandIn> {
    let stripe = State::read(given)?.stripe;
    stripe.context("the running stack talks to Stripe itself: pay in a browser")
}

/// The URI and the database of the stack that runs on the data directory `given`.
pub(crate) fn mongodb(given: Option<PathBuf>) -> Result<(String, String)> {
    let state = State::read(given)?;
    Ok((state.mongodb_uri, state.mongodb_database))
}

/// The file of a stack that is ready.
pub(super) struct Published {
    path: PathBuf,
}

impl Drop for Published {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// A killed run can't remove its file, and while it is there the next one would seem ready.
pub(super) fn forget(home: &Home) {
    fs::remove_file(home.path().join(FILE)).ok();
}
