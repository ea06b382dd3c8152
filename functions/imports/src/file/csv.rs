//! Products as CSV: one record per variant, in Ferrocart's own layout or in one of other shop systems.

mod cell;
mod columns;
mod draft;
mod foreign;
mod header;
mod index;
mod native;
mod options;
mod presentation;
mod price;
mod quotes;
mod records;
mod shopify;
mod woocommerce;

use std::collections::HashMap;
use std::sync::Arc;
use std::vec;

use ferrocart::domain::money::Currency;
use ferrocart::domain::product::MAX_VARIANTS;

pub(super) use self::columns::Columns;
use self::columns::Layout;
use self::header::{recognize, reject_delimiter};
use self::index::Group;
pub(super) use self::records::not_utf_8;
use self::records::{Record, Records};
use super::error::FileError;
use super::input::{Line, ProductInput};
use super::lines::Lines;

/// How many rows of a product are kept at most: enough for its variants, and for the error if there are too many.
const MAX_ROWS: usize = 2 * MAX_VARIANTS;

/// The products of a CSV file.
pub(super) struct CsvProducts {
    records: Records,
    columns: Arc<Columns>,
    layout: Layout,
    rows: Rows,
    currency: Currency,
    /// The first line of each product in Ferrocart's own layout, by a hash that finds the same product again.
    first_lines: HashMap<u64, u64>,
    /// What is not taken over from any row.
    notices: Vec<String>,
}

/// How the rows of a product are found.
enum Rows {
    /// They are consecutive. Reading the first row of the next product ends a product.
    Consecutive { next: Option<Record> },
    /// They are anywhere.
    Indexed(vec::IntoIter<Group>),
}

impl CsvProducts {
    /// Reads the header.
    pub(super) fn new(lines: Lines, currency: Currency) -> Result<Self, FileError> {
        let mut records = Records::new(lines);
        let mut header = records.next()?;
        if header.as_ref().is_some_and(|record| is_delimiter_hint(&record.values)) {
            header = records.next()?;
        }
        let Some(Record { values, problem, .. }) = header else {
            return Err(FileError::unusable("the file is empty"));
        };
        reject_delimiter(&values)?;
        if let Some(problem) = problem {
            return Err(FileError::unusable(format!("the header {problem}")));
        }
        let (layout, columns) = recognize(values)?;
        records.set_columns(columns.names.clone());
        let mut notices = Vec::new();
        let rows = match layout {
            Layout::Native => Rows::Consecutive { next: records.next()? },
            Layout::Shopify | Layout::WooCommerce => {
                notices.push(format!("the file is a product export of {layout:?}"));
                let ignored = columns.ignored();
                if !ignored.is_empty() {
                    notices.push(format!("ignored columns: {}", ignored.join(", ")));
                }
                Rows::Indexed(index::group(&mut records, &columns, layout)?.into_iter())
            }
        };
        let is_empty = match &rows {
            Rows::Consecutive { next } => next.is_none(),
            Rows::Indexed(groups) => groups.as_slice().is_empty(),
        };
        if is_empty {
            return Err(FileError::unusable("the file has a header, but no products"));
        }
        Ok(Self { records, columns: Arc::new(columns), layout, rows, currency, first_lines: HashMap::new(), notices })
    }

    /// The number of bytes read so far.
    pub(super) const fn position(&self) -> u64 {
        self.records.position().offset
    }

    /// What is not taken over from any row.
    pub(super) fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The next product, made of all its rows.
    pub(super) fn next(&mut self) -> Result<Option<Line>, FileError> {
        let rows = match &mut self.rows {
            Rows::Consecutive { next } => match next.take() {
                None => return Ok(None),
                Some(first) => self.consecutive(first)?,
            },
            Rows::Indexed(groups) => match groups.next() {
                None => return Ok(None),
                Some(Group::Orphan { row, product }) => {
                    self.records.seek(row)?;
                    let problem = self.records.next()?.and_then(|record| record.problem);
                    let reason = problem.unwrap_or_else(|| format!("Parent {product:?} is not in the file"));
                    return Ok(Some(Line::rejected(row.number, reason)));
                }
                Some(Group::Product(starts)) => {
                    let mut rows = Vec::new();
                    for start in starts {
                        self.records.seek(start)?;
                        rows.extend(self.records.next()?);
                    }
                    rows
                }
            },
        };
        let number = rows.first().map_or(0, |row| row.start.number);
        let has_no_product = self.layout == Layout::Native
            && rows.first().is_some_and(|row| row.problem.is_none() && self.is_nameless(row));
        if has_no_product {
            return Ok(Some(Line::rejected(number, "name is required: there is no product above".to_owned())));
        }
        if let Some(first) = self.repeated(&rows) {
            let reason = format!(
                "line {first} has a product of the same name, category and price; move this row below it, or give it an id"
            );
            return Ok(Some(Line::rejected(number, reason)));
        }
        Ok(Some(Line { number, content: Ok(self.product(rows)?) }))
    }

    /// Reads the rows of a product that follow its first one.
    fn consecutive(&mut self, first: Record) -> Result<Vec<Record>, FileError> {
        let mut rows = vec![first];
        let mut next = self.records.next()?;
        while let (Some(row), Some(first)) = (next.take(), rows.first()) {
            if self.is_nameless(first) || native::starts_product(&self.columns, &row, first) {
                next = Some(row);
                break;
            }
            if rows.len() < MAX_ROWS || row.problem.is_some() {
                rows.push(row);
            }
            next = self.records.next()?;
        }
        self.rows = Rows::Consecutive { next };
        Ok(rows)
    }

    fn is_nameless(&self, row: &Record) -> bool {
        self.columns.value(&row.values, "name").is_empty()
    }

    /// The line of an earlier product to which the rows seem to belong.
    fn repeated(&mut self, rows: &[Record]) -> Option<u64> {
        let first = rows.first().filter(|row| self.layout == Layout::Native && row.problem.is_none())?;
        let number = first.start.number;
        let known = *self.first_lines.entry(native::identity(&self.columns, first)?).or_insert(number);
        Some(known).filter(|known| *known != number)
    }

    fn product(&self, mut rows: Vec<Record>) -> Result<ProductInput, FileError> {
        for row in &mut rows {
            if row.values.iter().eq(&self.columns.names) {
                row.problem = Some("repeats the header; remove it".to_owned());
            }
        }
        let draft = match self.layout {
            Layout::Native => native::product(&self.columns, &rows),
            Layout::Shopify => shopify::product(&self.columns, &rows, self.currency),
            Layout::WooCommerce => woocommerce::product(&self.columns, &rows, self.currency),
        };
        Ok(draft.finish()?)
    }
}

/// Whether the first line is Excel's hint about the delimiter, such as `sep=;`.
fn is_delimiter_hint(values: &[String]) -> bool {
    values.len() <= 2 && values.first().is_some_and(|value| value.starts_with("sep=") && value.chars().count() <= 5)
}
