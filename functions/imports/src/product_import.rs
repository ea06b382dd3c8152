//! The report of an import.

use crate::file::{Reason, RejectedLine};
use serde::Serialize;
use utoipa::ToSchema;

/// How many errors are listed.
const MAX_LISTED: usize = 1_000;

/// What an import has done, or, in a dry run, would do.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ProductImport {
    /// Whether nothing was stored.
    dry_run: bool,
    /// The number of products that were created, or would be.
    pub(crate) created: usize,
    /// The number of products that exist already. An import does not change them.
    pub(crate) unchanged: usize,
    /// The number of lines with errors.
    rejected_lines: usize,
    /// The errors in the order of their lines, at most 1,000. The products that they concern are not imported.
    errors: Vec<ImportError>,
    /// What the file contains, but an import does not take over.
    notices: Vec<String>,
    /// The line of the first product that was not processed, if the time was over or the database failed. The products on
    /// the lines before it are imported. Repeat the import to continue.
    pub(crate) stopped_at_line: Option<u64>,
}

/// An error of a line.
#[derive(Debug, Serialize, ToSchema)]
struct ImportError {
    /// The number of the line, counted from 1.
    line: u64,
    /// The name of the column in a CSV file; in other files a JSON pointer. Null for an error of the whole line.
    field: Option<String>,
    /// What is wrong with it.
    message: String,
    /// The first line of the product, if that is another one.
    product_line: Option<u64>,
}

impl ProductImport {
    /// Starts the report of a file.
    pub(crate) fn new(dry_run: bool, notices: Vec<String>) -> Self {
        Self { dry_run, notices, ..Self::default() }
    }

    /// Adds the errors of lines, in the order of the lines.
    pub(crate) fn reject(&mut self, mut rejected: Vec<RejectedLine>) {
        rejected.sort_by_key(|line| line.number);
        self.rejected_lines = rejected.len();
        let errors = rejected.into_iter().flat_map(|RejectedLine { number, product_line, reasons }| {
            reasons.into_iter().map(move |Reason { field, message }| ImportError {
                line: number,
                field,
                message,
                product_line,
            })
        });
        self.errors = errors.take(MAX_LISTED).collect();
    }
}
