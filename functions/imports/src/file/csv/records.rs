//! The records of a CSV file (RFC 4180), each with the number of its first line.
//!
//! The `csv` crate accepts any quoting: after a quote that is never closed it reads the rest of the file as one value.
//! Therefore quotes are checked before a record is parsed. After a malformed record of several lines, reading continues
//! at its second line, so that a forgotten quote costs one line.

use csv::ReaderBuilder;

use super::quotes::{QuoteError, Quotes};
use crate::file::error::FileError;
use crate::file::lines::{LineStart, Lines, MAX_LENGTH, PhysicalLine};

/// A record, and where it starts.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) start: LineStart,
    /// The values without surrounding white space. Those of a malformed record are a guess.
    pub(super) values: Vec<String>,
    /// What is malformed.
    pub(super) problem: Option<String>,
}

/// The records of a file that are not blank.
pub(super) struct Records {
    lines: Lines,
    /// The names of the columns; empty until the header is read.
    columns: Vec<String>,
}

impl Records {
    pub(super) const fn new(lines: Lines) -> Self {
        Self { lines, columns: Vec::new() }
    }

    /// Sets the names of the columns. From now on, each record must have as many values.
    pub(super) fn set_columns(&mut self, columns: Vec<String>) {
        self.columns = columns;
    }

    /// Where the next record starts.
    pub(super) const fn position(&self) -> LineStart {
        self.lines.position()
    }

    /// Continues at a record that was read before.
    pub(super) fn seek(&mut self, start: LineStart) -> Result<(), FileError> {
        self.lines.seek(start)
    }

    /// Reads the next record that is not blank.
    pub(super) fn next(&mut self) -> Result<Option<Record>, FileError> {
        while let Some(first) = self.lines.next()? {
            let record = self.record(first)?;
            if record.problem.is_some() || !is_blank(&record.values) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Reads the rest of a record, and parses it.
    fn record(&mut self, PhysicalLine { start, mut bytes, is_too_long }: PhysicalLine) -> Result<Record, FileError> {
        let second = self.position();
        let first_length = bytes.len();
        let mut quotes = Quotes::default();
        let mut problem = is_too_long.then(too_long);
        if problem.is_none() {
            problem = match quotes.check(&bytes) {
                Ok(()) => self.rest(&mut quotes, &mut bytes)?,
                Err(error) => Some(self.describe(&error)),
            };
        }
        let mut record = Record { start, values: parse(&bytes), problem };
        if record.problem.is_none() {
            record.problem = encoding_problem(&bytes).or_else(|| self.shape_problem(&record.values));
        }
        if record.problem.is_some() && self.position() != second {
            self.lines.seek(second)?;
            bytes.truncate(first_length);
            record.values = parse(&bytes);
        }
        Ok(record)
    }

    /// Reads the further lines of a value in quotes. Returns the problem, if there is one.
    fn rest(&mut self, quotes: &mut Quotes, bytes: &mut Vec<u8>) -> Result<Option<String>, FileError> {
        while quotes.is_open() {
            let more = if bytes.len() < MAX_LENGTH { self.lines.next()? } else { None };
            let Some(more) = more.filter(|more| !more.is_too_long) else {
                return Ok(Some(self.describe(&quotes.unclosed())));
            };
            if let Err(error) = quotes.check(&more.bytes) {
                return Ok(Some(self.describe(&error)));
            }
            bytes.extend(more.bytes);
        }
        Ok(None)
    }

    fn describe(&self, error: &QuoteError) -> String {
        let column = |index: usize| match self.columns.get(index) {
            Some(name) => format!("the value of {name}"),
            None => format!("value {}", index.saturating_add(1)),
        };
        match error {
            QuoteError::Unclosed { column: index } => {
                let value = column(*index);
                format!(
                    "{value} starts with a quote that is not closed; close it, and double quotes inside of the value"
                )
            }
            QuoteError::SpaceBefore { column: index } => {
                format!("{} has a space before its opening quote; remove the space", column(*index))
            }
            QuoteError::CarriageReturn => {
                "contains a carriage return outside of quotes; save the file with line feeds as line ends".to_owned()
            }
        }
    }

    /// Checks the number of values. More values than columns are an error even if the last ones are empty: a comma that
    /// should be in quotes has moved the others.
    fn shape_problem(&self, values: &[String]) -> Option<String> {
        let expected = self.columns.len();
        if expected == 0 || is_blank(values) {
            return None;
        }
        let count = values.len();
        let hint = "enclose a value that contains a comma in quotes";
        if count != expected {
            return Some(format!("has {count} values, but the header has {expected} columns; {hint}"));
        }
        let unnamed = self.columns.iter().zip(values.iter()).zip(1_usize..);
        let mut unnamed = unnamed.filter(|((name, value), _)| name.is_empty() && !value.is_empty());
        unnamed.next().map(|(_, number)| format!("has a value in column {number}, which has no name in the header"))
    }
}

/// Whether a record consists of separators and white space.
fn is_blank(values: &[String]) -> bool {
    values.iter().all(|value| value.chars().all(|c| c.is_whitespace() || matches!(c, ';' | '|')))
}

fn too_long() -> String {
    format!("is longer than {MAX_LENGTH} bytes")
}

/// Splits a record into values.
fn parse(bytes: &[u8]) -> Vec<String> {
    let mut reader = ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).buffer_capacity(bytes.len().max(1));
    let record = reader.from_reader(bytes).into_byte_records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(|value| String::from_utf8_lossy(value).trim().to_owned()).collect()
}

fn encoding_problem(bytes: &[u8]) -> Option<String> {
    if bytes.contains(&0) {
        return Some("contains a zero byte; save the file as CSV in UTF-8".to_owned());
    }
    not_utf_8(bytes)
}

/// Describes the first byte that is not UTF-8.
pub(in crate::file) fn not_utf_8(bytes: &[u8]) -> Option<String> {
    let error = std::str::from_utf8(bytes).err()?;
    let byte = *bytes.get(error.valid_up_to())?;
    // From 0xA0 on, Windows-1252 is Latin-1, whose bytes are the first code points.
    let letter = if byte < 0xA0 { String::new() } else { format!(", {:?} in Windows-1252", char::from(byte)) };
    Some(format!("is not UTF-8 (byte 0x{byte:X}{letter}); save the file as UTF-8"))
}
