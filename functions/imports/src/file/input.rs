//! A product before its validation, and the places of its fields in the file.

use super::csv::Columns;
use super::notices::Notice;
use super::rejected_line::{Reason, RejectedLine};
use super::suggest::suggest;
use ferrocart::error::FieldError;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One product of the file, or why it is rejected.
pub(super) struct Line {
    /// The number of its first line, counted from 1.
    pub(super) number: u64,
    pub(super) content: Result<ProductInput, Vec<RejectedLine>>,
}

/// A product before its validation.
pub(super) struct ProductInput {
    pub(super) id: Option<String>,
    /// The body of `POST /products`.
    pub(super) product: Box<RawValue>,
    pub(super) origin: Origin,
    /// What is not taken over from its rows.
    pub(super) notices: Vec<Notice>,
}

/// Where the fields of a product are.
pub(super) enum Origin {
    /// All on one line, under the names of the API.
    Line,
    /// In the rows of a table.
    Rows(Rows),
}

/// The rows of a product.
pub(super) struct Rows {
    pub(super) columns: Arc<Columns>,
    /// The line of each variant.
    pub(super) variants: Vec<u64>,
    /// What is wrong with cells and rows, before the validation.
    pub(super) problems: Vec<RowProblem>,
    /// Whether the fields of the product could not be read, so that errors about them mean nothing.
    pub(super) is_product_unreadable: bool,
}

/// An error of a row.
pub(super) struct RowProblem {
    pub(super) line: u64,
    /// The JSON pointer to the field that is missing because of it; empty for an error of the whole row.
    pub(super) pointer: String,
    pub(super) reason: Reason,
}

impl Line {
    pub(super) fn rejected(number: u64, message: impl Into<String>) -> Self {
        Self { number, content: Err(vec![RejectedLine::whole(number, message)]) }
    }
}

impl Origin {
    /// Whether errors were found before the validation.
    pub(super) fn has_problems(&self) -> bool {
        matches!(self, Self::Rows(rows) if !rows.problems.is_empty())
    }

    /// Reports the errors of a product by line, with those of the validation.
    pub(super) fn report(self, number: u64, errors: &[FieldError]) -> Vec<RejectedLine> {
        match self {
            Self::Line => {
                let reasons = errors.iter().map(json_reason).collect();
                vec![RejectedLine { number, product_line: None, reasons }]
            }
            Self::Rows(rows) => rows.report(number, errors),
        }
    }
}

impl Rows {
    fn report(self, product_line: u64, errors: &[FieldError]) -> Vec<RejectedLine> {
        let mut reasons: BTreeMap<u64, Vec<Reason>> = BTreeMap::new();
        for error in errors {
            let is_known = self.problems.iter().any(|problem| problem.pointer == error.pointer);
            let is_meaningless = self.is_product_unreadable && !error.pointer.starts_with("/variants/");
            if !is_known && !is_meaningless {
                let (line, reason) = self.locate(product_line, error);
                reasons.entry(line).or_default().push(reason);
            }
        }
        for RowProblem { line, reason, .. } in self.problems {
            reasons.entry(line).or_default().push(reason);
        }
        let lines = reasons.into_iter();
        lines
            .map(|(number, reasons)| {
                let product_line = Some(product_line).filter(|line| *line != number);
                RejectedLine { number, product_line, reasons }
            })
            .collect()
    }

    /// The line of an error, and its reason with the name of the column.
    fn locate(&self, product_line: u64, FieldError { pointer, error }: &FieldError) -> (u64, Reason) {
        let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let (line, field) = match parts.as_slice() {
            ["variants", index, field] => (self.variant_line(index), self.columns.name(field).to_owned()),
            ["variants", index, "options", name] => (self.variant_line(index), format!("the option {name}")),
            ["images", index] => {
                let number = index.parse::<usize>().unwrap_or_default().saturating_add(1);
                (None, format!("{} (URL {number})", self.columns.name("images")))
            }
            ["seo", part] => (None, format!("seo_{part}")),
            ["image_details", ..] => (None, "image_alts".to_owned()),
            [field, ..] => (None, self.columns.name(field).to_owned()),
            [] => (None, String::new()),
        };
        (line.unwrap_or(product_line), Reason { field: Some(field), message: error.to_string() })
    }

    fn variant_line(&self, index: &str) -> Option<u64> {
        self.variants.get(index.parse::<usize>().ok()?).copied()
    }
}

fn json_reason(FieldError { pointer, error }: &FieldError) -> Reason {
    let field = pointer.rsplit('/').next().unwrap_or_default();
    let message = match suggest(field).filter(|_| error.code == "unknown") {
        Some(suggestion) => format!("{error}; did you mean {suggestion}?"),
        None => error.to_string(),
    };
    Reason { field: Some(pointer.clone()), message }
}
