//! A line that is not imported, and why.

use std::fmt::{Display, Formatter, Result};

/// A line that is not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedLine {
    /// Its number, as a text editor counts lines.
    pub number: u64,
    /// The first line of its product, if that is another one.
    pub product_line: Option<u64>,
    /// All that is wrong with it.
    pub reasons: Vec<Reason>,
}

/// An error of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The column or the JSON pointer of the field; `None` for the whole line.
    pub field: Option<String>,
    /// What is wrong with it: "must be a number".
    pub message: String,
}

impl RejectedLine {
    /// Rejects a whole line.
    #[must_use]
    pub fn whole(number: u64, message: impl Into<String>) -> Self {
        Self { number, product_line: None, reasons: vec![Reason { field: None, message: message.into() }] }
    }
}

impl Display for RejectedLine {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let reasons: Vec<String> = self.reasons.iter().map(ToString::to_string).collect();
        f.write_str(&reasons.join("; "))?;
        match self.product_line {
            Some(line) => write!(f, " (product in line {line})"),
            None => Ok(()),
        }
    }
}

impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.field {
            Some(field) => write!(f, "{field} {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
