//! A file of products, read product by product, so that its size does not matter.

use super::csv::CsvProducts;
use super::error::FileError;
use super::input::Line;
use super::inspect::{Kind, inspect};
use super::jsonl::JsonProducts;
use super::lines::{Content, Lines};
use ferrocart::domain::money::Currency;
use std::fs::File;
use std::io::Cursor;
use std::path::Path;

/// An open file.
pub struct Source {
    bytes: u64,
    format: Format,
}

enum Format {
    JsonLines(JsonProducts),
    Csv(Box<CsvProducts>),
}

impl Source {
    /// Opens a file. Its extension decides the format.
    ///
    /// # Errors
    /// The file is of another kind than its extension says, or has no usable header.
    pub fn open(path: &Path, currency: Currency) -> Result<Self, FileError> {
        let kind = Kind::of(path)?;
        let file = File::open(path).map_err(FileError::unreadable(format!("open {}", path.display())))?;
        let metadata = file.metadata().map_err(FileError::unreadable("read the size of the file"))?;
        if !metadata.is_file() {
            return Err(FileError::unusable(format!("{} is not a file", path.display())));
        }
        Self::new(Box::new(file), metadata.len(), kind, currency)
    }

    /// Reads a file that was sent.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn sent(content: Vec<u8>, kind: Kind, currency: Currency) -> Result<Self, FileError> {
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Self::new(Box::new(Cursor::new(content)), bytes, kind, currency)
    }

    fn new(mut content: Box<dyn Content>, bytes: u64, kind: Kind, currency: Currency) -> Result<Self, FileError> {
        let terminator = inspect(&mut content, kind)?;
        let lines = Lines::new(content, terminator);
        let format = match kind {
            Kind::JsonLines => Format::JsonLines(JsonProducts::new(lines)),
            Kind::Csv => Format::Csv(Box::new(CsvProducts::new(lines, currency)?)),
        };
        Ok(Self { bytes, format })
    }

    /// The size of the file in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The number of bytes read so far.
    pub(super) fn position(&self) -> u64 {
        match &self.format {
            Format::JsonLines(products) => products.position(),
            Format::Csv(products) => products.position(),
        }
    }

    /// The next product; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Line>, FileError> {
        match &mut self.format {
            Format::JsonLines(products) => products.next(),
            Format::Csv(products) => products.next(),
        }
    }

    /// What is not taken over from any row.
    pub(super) fn notices(&self) -> &[String] {
        match &self.format {
            Format::JsonLines(_) => &[],
            Format::Csv(products) => products.notices(),
        }
    }
}
