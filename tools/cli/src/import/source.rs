//! A file of products, read in batches, so that its size does not matter.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::csv::CsvProducts;
use super::jsonl::{self, ProductInput};

/// An open file.
pub(super) struct Source {
    bytes: u64,
    position: u64,
    format: Format,
}

enum Format {
    JsonLines { file: BufReader<File>, number: u64 },
    Csv(Box<CsvProducts>),
}

/// One product of the file, or why it is rejected.
pub(super) struct Line {
    /// The number of its first line, counted from 1.
    pub(super) number: u64,
    pub(super) content: Result<ProductInput, String>,
}

impl Source {
    /// Opens a file. Its extension decides the format.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let bytes = file.metadata().context("cannot read the size of the file")?.len();
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("jsonl" | "ndjson") => Format::JsonLines { file: BufReader::new(file), number: 0 },
            Some("csv") => Format::Csv(Box::new(CsvProducts::new(file)?)),
            _ => bail!("{} must have the extension .jsonl, .ndjson or .csv", path.display()),
        };
        Ok(Self { bytes, position: 0, format })
    }

    /// The size of the file in bytes.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The number of bytes read so far.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// The next products, at most `size`; an empty batch at the end of the file.
    pub(super) fn next_batch(&mut self, size: usize) -> Result<Vec<Line>> {
        let mut batch = Vec::new();
        while batch.len() < size {
            let line = match &mut self.format {
                Format::JsonLines { file, number } => {
                    let mut text = Vec::new();
                    let read = file.read_until(b'\n', &mut text).context("cannot read the file")?;
                    if read == 0 {
                        break;
                    }
                    self.position = self.position.saturating_add(u64::try_from(read)?);
                    *number = number.saturating_add(1);
                    if text.trim_ascii().is_empty() {
                        continue;
                    }
                    Line { number: *number, content: jsonl::parse(&text) }
                }
                Format::Csv(products) => {
                    let Some(line) = products.next()? else { break };
                    self.position = products.position();
                    line
                }
            };
            batch.push(line);
        }
        Ok(batch)
    }
}
