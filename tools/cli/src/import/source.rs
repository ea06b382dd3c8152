//! A file of products, read in batches, so that its size does not matter.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use ferrocart::domain::money::Currency;

use super::RejectedLine;
use super::csv::CsvProducts;
use super::input::ProductInput;
use super::inspect::{Kind, inspect};
use super::jsonl::JsonProducts;
use super::lines::Lines;

/// An open file.
pub(super) struct Source {
    bytes: u64,
    format: Format,
}

enum Format {
    JsonLines(JsonProducts),
    Csv(Box<CsvProducts>),
}

/// One product of the file, or why it is rejected.
pub(super) struct Line {
    /// The number of its first line, counted from 1.
    pub(super) number: u64,
    pub(super) content: Result<ProductInput, Vec<RejectedLine>>,
}

impl Line {
    pub(super) fn rejected(number: u64, reason: String) -> Self {
        Self { number, content: Err(vec![RejectedLine { number, reason }]) }
    }
}

impl Source {
    /// Opens a file. Its extension decides the format.
    pub(super) fn open(path: &Path, currency: Currency) -> Result<Self> {
        let kind = Kind::of(path)?;
        let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let metadata = file.metadata().context("cannot read the size of the file")?;
        if !metadata.is_file() {
            bail!("{} is not a file", path.display());
        }
        let terminator = inspect(&mut file, kind)?;
        let lines = Lines::new(file, terminator);
        let format = match kind {
            Kind::JsonLines => Format::JsonLines(JsonProducts::new(lines)),
            Kind::Csv => Format::Csv(Box::new(CsvProducts::new(lines, currency)?)),
        };
        Ok(Self { bytes: metadata.len(), format })
    }

    /// The size of the file in bytes.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The number of bytes read so far.
    pub(super) fn position(&self) -> u64 {
        match &self.format {
            Format::JsonLines(products) => products.position(),
            Format::Csv(products) => products.position(),
        }
    }

    /// The next products, at most `size`; an empty batch at the end of the file.
    pub(super) fn next_batch(&mut self, size: usize) -> Result<Vec<Line>> {
        let mut batch = Vec::new();
        while batch.len() < size {
            let line = match &mut self.format {
                Format::JsonLines(products) => products.next()?,
                Format::Csv(products) => products.next()?,
            };
            let Some(line) = line else { break };
            batch.push(line);
        }
        Ok(batch)
    }

    /// What is not taken over from any row.
    pub(super) fn notices(&self) -> &[String] {
        match &self.format {
            Format::JsonLines(_) => &[],
            Format::Csv(products) => products.notices(),
        }
    }
}
