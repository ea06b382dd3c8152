//! Where things are in a checkout.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The directory that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    xtask().ancestors().nth(2).unwrap_or(xtask())
}

/// The directory of this crate.
pub(crate) fn xtask() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Everything that xtask fetches or writes is in here, and git ignores it.
pub(crate) fn tools() -> PathBuf {
    root().join(".tools")
}

/// The programs that xtask fetched.
pub(crate) fn bin() -> PathBuf {
    tools().join("bin")
}

/// `path` as a developer would type it from the root of the checkout.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The programs of the workspace, as built for development: xtask is one of them.
pub(crate) fn binaries() -> Result<PathBuf> {
    let xtask = std::env::current_exe().context("finding the target directory")?;
    Ok(xtask.parent().context("finding the target directory")?.to_owned())
}
