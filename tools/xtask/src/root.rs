//! Paths in the checkout.

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

/// The directory for everything that xtask installs or writes. Git ignores it.
pub(crate) fn tools() -> PathBuf {
    root().join(".tools")
}

/// The directory of installed programs.
pub(crate) fn bin() -> PathBuf {
    tools().join("bin")
}

/// Formats `path` relative to the root of the checkout.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The directory of the workspace's binaries of the profile `dev`. xtask itself is one of them.
pub(crate) fn binaries() -> Result<PathBuf> {
    let xtask = std::env::current_exe().context("finding the target directory")?;
    Ok(xtask.parent().context("finding the target directory")?.to_owned())
}
