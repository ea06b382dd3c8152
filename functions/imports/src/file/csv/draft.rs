//! Puts a product together from cells, in the form of `POST /products`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::value::{RawValue, to_raw_value};

use super::cell::Cell;
use super::columns::Columns;
use crate::file::input::{Origin, ProductInput, RowProblem, Rows};
use crate::file::notices::Notice;
use crate::file::rejected_line::Reason;

/// A product in the making.
pub(super) struct Draft {
    columns: Arc<Columns>,
    id: Option<String>,
    product: Fields,
    variants: Vec<(u64, Fields)>,
    problems: Vec<RowProblem>,
    is_product_unreadable: bool,
    notices: Vec<Notice>,
}

type Fields = BTreeMap<&'static str, Box<RawValue>>;

impl Draft {
    pub(super) const fn new(columns: Arc<Columns>) -> Self {
        Self {
            columns,
            id: None,
            product: Fields::new(),
            variants: Vec::new(),
            problems: Vec::new(),
            is_product_unreadable: false,
            notices: Vec::new(),
        }
    }

    pub(super) fn set_id(&mut self, id: &str) {
        self.id = Some(id.to_owned()).filter(|id| !id.is_empty());
    }

    /// Sets a field of the product, which stands on a line.
    pub(super) fn set(&mut self, line: u64, field: &'static str, cell: Cell) {
        self.set_from(line, field, field, cell);
    }

    /// Sets a field of the product from a column with another key.
    pub(super) fn set_from(&mut self, line: u64, field: &'static str, column: &str, cell: Cell) {
        match cell {
            Ok(value) => drop(self.product.insert(field, value)),
            Err(reason) => self.reject_field(line, column, format!("/{field}"), reason),
        }
    }

    /// Starts the next variant.
    pub(super) fn add_variant(&mut self, line: u64) {
        self.variants.push((line, Fields::new()));
    }

    /// Sets a field of the last variant.
    pub(super) fn set_in_variant(&mut self, field: &'static str, cell: Cell) {
        let index = self.variants.len().saturating_sub(1);
        let Some((line, fields)) = self.variants.last_mut() else { return };
        match cell {
            Ok(value) => drop(fields.insert(field, value)),
            Err(reason) => {
                let line = *line;
                self.reject_field(line, field, format!("/variants/{index}/{field}"), reason);
            }
        }
    }

    /// Reports something that is not taken over, if the product is valid.
    pub(super) fn notice(&mut self, line: u64, text: impl Into<String>) {
        self.notices.push(Notice { line, text: text.into() });
    }

    /// Rejects the product because of a row.
    pub(super) fn reject(&mut self, line: u64, message: String) {
        let reason = Reason { field: None, message };
        self.problems.push(RowProblem { line, pointer: String::new(), reason });
    }

    /// Rejects the product because of the row that has its fields.
    pub(super) fn reject_product_row(&mut self, line: u64, message: String) {
        self.is_product_unreadable = true;
        self.reject(line, message);
    }

    /// Whether the row with the fields of the product is malformed.
    pub(super) const fn is_product_unreadable(&self) -> bool {
        self.is_product_unreadable
    }

    fn reject_field(&mut self, line: u64, field: &str, pointer: String, message: String) {
        let reason = Reason { field: Some(self.columns.name(field).to_owned()), message };
        self.problems.push(RowProblem { line, pointer, reason });
    }

    /// The product, ready for its validation.
    pub(super) fn finish(self) -> Result<ProductInput, serde_json::Error> {
        let Self { columns, id, mut product, variants, problems, is_product_unreadable, notices } = self;
        let (lines, variants): (Vec<u64>, Vec<Fields>) = variants.into_iter().unzip();
        product.insert("variants", to_raw_value(&variants)?);
        let origin = Origin::Rows(Rows { columns, variants: lines, problems, is_product_unreadable });
        Ok(ProductInput { id, product: to_raw_value(&product)?, origin, notices })
    }
}
