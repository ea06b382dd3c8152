//! The physical lines of a file, each with its number and position.

use super::error::FileError;
use super::inspect::UTF_8_MARK;
use std::io::{BufRead as _, BufReader, Read, Seek};

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

/// The content of a file, on disk or in memory.
pub(super) trait Content: Read + Seek + Send {}

impl<T: Read + Seek + Send> Content for T {}

/// A file that is read line by line.
pub(super) struct Lines {
    file: BufReader<Box<dyn Content>>,
    terminator: u8,
    next: LineStart,
}

impl Lines {
    /// Starts at the first line.
    pub(super) fn new(file: Box<dyn Content>, terminator: u8) -> Self {
        Self { file: BufReader::new(file), terminator, next: LineStart { offset: 0, number: 1 } }
    }

    /// Where the next line starts.
    pub(super) const fn position(&self) -> LineStart {
        self.next
    }

    /// Continues at a line that was read before.
    pub(super) fn seek(&mut self, start: LineStart) -> Result<(), FileError> {
        let offset = |line: LineStart| i64::try_from(line.offset).unwrap_or(i64::MAX);
        self.file.seek_relative(offset(start).saturating_sub(offset(self.next)))?;
        self.next = start;
        Ok(())
    }

    /// Reads the next line; nothing at the end of the file. Dropped are a Ctrl-Z at the end of the file, and a byte order
    /// mark at the start of a line: joined files have several.
    pub(super) fn next(&mut self) -> Result<Option<PhysicalLine>, FileError> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_LENGTH).unwrap_or(u64::MAX);
        let read = (&mut self.file).take(limit).read_until(self.terminator, &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let is_too_long = read == MAX_LENGTH && bytes.last() != Some(&self.terminator);
        let skipped = if is_too_long { self.file.skip_until(self.terminator)? } else { 0 };
        let start = self.next;
        let length = u64::try_from(read.saturating_add(skipped)).unwrap_or(u64::MAX);
        self.next = LineStart { offset: start.offset.saturating_add(length), number: start.number.saturating_add(1) };
        if bytes.starts_with(UTF_8_MARK) {
            drop(bytes.drain(..UTF_8_MARK.len()));
        }
        if self.file.fill_buf()?.is_empty() {
            while bytes.trim_ascii_end().last() == Some(&CTRL_Z) {
                bytes.truncate(bytes.trim_ascii_end().len().saturating_sub(1));
            }
        }
        Ok(Some(PhysicalLine { start, bytes, is_too_long }))
    }
}
