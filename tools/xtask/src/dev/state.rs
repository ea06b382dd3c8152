//! `dev.json`: describes a running stack to other programs. The file exists while the stack is ready.

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
    /// The URL of the API, up to and including `/api/v1`.
    pub(super) base_url: String,
    /// The endpoint for `cargo lambda invoke` and the Lambda API.
    pub(super) invoke_url: String,
    /// The origin of the storefront and the admin pages. Absent if they could not be built.
    pub(super) storefront: Option<String>,
    pub(super) mongodb_uri: String,
    pub(super) mongodb_database: String,
    /// Absent if the functions use Stripe itself.
    pub(super) stripe: Option<StandIn>,
    /// Absent if the functions use a bucket of the developer.
    pub(super) s3: Option<S3>,
    pub(super) logs: PathBuf,
    /// The process ids of xtask and of the processes that it started, by name.
    pub(super) pids: BTreeMap<String, i32>,
}

impl State {
    /// Writes the file. Dropping the returned value removes it.
    pub(super) fn publish(&self, home: &Home) -> Result<Published> {
        let path = home.path().join(FILE);
        // Readable for its owner only, because MONGODB_URI may contain a password.
        let file = NamedTempFile::new_in(home.path()).context("writing dev.json")?;
        serde_json::to_writer_pretty(&file, self).context("writing dev.json")?;
        file.persist(&path).context("writing dev.json")?;
        Ok(Published { path })
    }

    /// Reads the state of the stack with the data directory `given`, or with the default one.
    fn read(given: Option<PathBuf>) -> Result<Self> {
        let path = directory_or_default(given).join(FILE);
        let Ok(text) = fs::read(&path) else {
            bail!("no stack is running: run `cargo xtask dev` in another terminal first");
        };
        serde_json::from_slice(&text).with_context(|| format!("reading {}", path.display()))
    }
}

/// The Stripe stand-in of the stack with the data directory `given`.
pub(crate) fn stand_in(given: Option<PathBuf>) -> Result<StandIn> {
    let stripe = State::read(given)?.stripe;
    stripe.context("the running stack uses Stripe itself: pay in a browser")
}

/// The URL of the storefront of the stack with the data directory `given`.
pub(crate) fn storefront(given: Option<PathBuf>) -> Result<String> {
    let origin = State::read(given)?.storefront.context("the running stack serves no pages")?;
    Ok(format!("{origin}/"))
}

/// The emulator of S3 and SES of the stack with the data directory `given`.
pub(crate) fn emulator(given: Option<PathBuf>) -> Result<S3> {
    State::read(given)?.s3.context("the running stack uses AWS itself: its mails are at their recipients")
}

/// The URI and the database of the stack with the data directory `given`, and its S3 emulator.
pub(crate) fn databases(given: Option<PathBuf>) -> Result<(String, String, Option<S3>)> {
    let state = State::read(given)?;
    Ok((state.mongodb_uri, state.mongodb_database, state.s3))
}

/// The file of a running stack.
pub(super) struct Published {
    path: PathBuf,
}

impl Drop for Published {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// Removes the file of a killed run. While it exists, the next run would appear to be ready.
pub(super) fn remove(home: &Home) {
    fs::remove_file(home.path().join(FILE)).ok();
}
