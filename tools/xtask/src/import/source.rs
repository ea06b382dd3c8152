//! A file of products, read bit by bit, however long it is.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result};

use super::json::Given;
use super::rows::Rows;
use super::{json, unknown_kind};

/// Where products come from.
pub(super) struct Source {
    bytes: u64,
    position: u64,
    kind: Kind,
}

enum Kind {
    Lines { file: BufReader<File>, number: u64 },
    Rows(Box<Rows>),
}

/// What a line says, or why it says nothing; and which it is, counted from 1.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) given: Result<Given, String>,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        let bytes = file.metadata().context("looking at the file")?.len();
        let kind = match path.extension().and_then(|extension| extension.to_str()) {
            Some("jsonl" | "ndjson") => Kind::Lines { file: BufReader::new(file), number: 0 },
            Some("csv") => Kind::Rows(Box::new(Rows::of(file)?)),
            _ => return unknown_kind(path),
        };
        Ok(Self { bytes, position: 0, kind })
    }

    /// How long it is.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How much of it was read.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// The next products, at most that many; none at the end.
    pub(super) fn next_batch(&mut self, most: usize) -> Result<Vec<Line>> {
        let mut batch = Vec::new();
        while batch.len() < most {
            let line = match &mut self.kind {
                Kind::Lines { file, number } => {
                    let mut text = Vec::new();
                    let read = file.read_until(b'\n', &mut text).context("reading the file")?;
                    if read == 0 {
                        break;
                    }
                    self.position = self.position.saturating_add(u64::try_from(read)?);
                    *number = number.saturating_add(1);
                    if text.trim_ascii().is_empty() {
                        continue;
                    }
                    Line { number: *number, given: json::read(&text) }
                }
                Kind::Rows(rows) => {
                    let Some(line) = rows.next()? else { break };
                    self.position = rows.position();
                    line
                }
            };
            batch.push(line);
        }
        Ok(batch)
    }
}
