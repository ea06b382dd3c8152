//! How large a program is, alone and as the archive that Lambda fetches.

use super::program;
use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;
use std::fs;
use std::io::Write as _;
use std::path::Path;

#[derive(Debug, Serialize)]
pub(super) struct Size {
    pub(super) function: String,
    pub(super) bytes: usize,
    /// As `sam deploy` uploads it: an archive has some hundred bytes beside this.
    pub(super) zipped: usize,
}

pub(super) fn of(programs: &Path, function: &str) -> Result<Size> {
    let program = fs::read(program(programs, function)).with_context(|| format!("reading {function}"))?;
    let mut zipped = DeflateEncoder::new(Vec::new(), Compression::default());
    zipped.write_all(&program)?;
    Ok(Size { function: function.to_owned(), bytes: program.len(), zipped: zipped.finish()?.len() })
}
