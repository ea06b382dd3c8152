//! Measures the size of a binary, uncompressed and compressed.

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// The size of a function's binary.
#[derive(Debug, Serialize)]
pub(super) struct Size {
    pub(super) function: String,
    pub(super) bytes: usize,
    /// The compressed size in bytes. The archive that `sam deploy` uploads is a few hundred bytes larger.
    pub(super) zipped: usize,
}

pub(super) fn measure(binaries: &Path, function: &str) -> Result<Size> {
    let binary = fs::read(binaries.join(function)).with_context(|| format!("reading the binary of {function}"))?;
    let mut zipped = DeflateEncoder::new(Vec::new(), Compression::default());
    zipped.write_all(&binary)?;
    Ok(Size { function: function.to_owned(), bytes: binary.len(), zipped: zipped.finish()?.len() })
}
