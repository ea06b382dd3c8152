//! The physical lines of a file, each with its number and position.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use anyhow::{Context as _, Result};

use super::inspect::UTF_8_MARK;

/// The maximum length of a line, and of a CSV record, in bytes. More than any valid product needs.
pub(super) const MAX_LENGTH: usize = 4_194_304;
/// The end of a file in MS-DOS.
const CTRL_Z: u8 = 0x1A;

/// Where a line starts: its offset in bytes, and its number, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineStart {
    pub(super) offset: u64,
    pub(super) number: u64,
}

/// A line with its terminator.
#[derive(Debug)]
pub(super) struct PhysicalLine {
    pub(super) start: LineStart,
    pub(super) bytes: Vec<u8>,
    /// Whether `bytes` is only the beginning of a line that exceeds [`MAX_LENGTH`].
    pub(super) is_too_long: bool,
}

/// A file that is read line by line.
pub(super) struct Lines {
    file: BufReader<File>,
    terminator: u8,
    next: LineStart,
}

impl Lines {
    /// Starts at the first line.
    pub(super) fn new(file: File, terminator: u8) -> Self {
        Self { file: BufReader::new(file), terminator, next: LineStart { offset: 0, number: 1 } }
    }

    /// Where the next line starts.
    pub(super) const fn position(&self) -> LineStart {
        self.next
    }

    /// Continues at a line that was read before.
    pub(super) fn seek(&mut self, start: LineStart) -> Result<()> {
        let distance = i64::try_from(start.offset)?.saturating_sub(i64::try_from(self.next.offset)?);
        self.file.seek_relative(distance).context("cannot read the file")?;
        self.next = start;
        Ok(())
    }

    /// Reads the next line; nothing at the end of the file. Dropped are a Ctrl-Z at the end of the file, and a byte order
    /// mark at the start of a line: joined files have several.
    pub(super) fn next(&mut self) -> Result<Option<PhysicalLine>> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_LENGTH)?;
        let read = (&mut self.file).take(limit).read_until(self.terminator, &mut bytes);
        let read = read.context("cannot read the file")?;
        if read == 0 {
            return Ok(None);
        }
        let is_too_long = read == MAX_LENGTH && bytes.last() != Some(&self.terminator);
        let skipped =
            if is_too_long { self.file.skip_until(self.terminator).context("cannot read the file")? } else { 0 };
        let start = self.next;
        let length = u64::try_from(read.saturating_add(skipped))?;
        self.next = LineStart { offset: start.offset.saturating_add(length), number: start.number.saturating_add(1) };
        if bytes.starts_with(UTF_8_MARK) {
            drop(bytes.drain(..UTF_8_MARK.len()));
        }
        if self.file.fill_buf().context("cannot read the file")?.is_empty() {
            while bytes.trim_ascii_end().last() == Some(&CTRL_Z) {
                bytes.truncate(bytes.trim_ascii_end().len().saturating_sub(1));
            }
        }
        Ok(Some(PhysicalLine { start, bytes, is_too_long }))
    }
}
