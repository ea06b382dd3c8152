//! Finds the rows of each product in the files of other shop systems, where they need not be consecutive.
//!
//! Only the positions of the rows are kept: some 100 bytes for each.

use std::collections::HashMap;

use super::columns::{Columns, Layout};
use super::records::{Record, Records};
use super::woocommerce;
use crate::file::error::FileError;
use crate::file::lines::LineStart;

/// The rows of a product, or a row without one.
#[derive(Debug)]
pub(super) enum Group {
    Product(Vec<LineStart>),
    /// A row that names a product which the file does not contain.
    Orphan {
        row: LineStart,
        product: String,
    },
}

/// Reads the file to its end, and groups the rows by product, in the order of the first row of each.
pub(super) fn group(records: &mut Records, columns: &Columns, layout: Layout) -> Result<Vec<Group>, FileError> {
    let start = records.position();
    let mut groups = Groups::default();
    while let Some(row) = records.next()? {
        match layout {
            Layout::Native | Layout::Shopify => groups.add_by_handle(columns, &row),
            Layout::WooCommerce => groups.add_by_parent(columns, &row),
        }
    }
    records.seek(start)?;
    Ok(groups.finish())
}

#[derive(Default)]
struct Groups {
    products: Vec<Vec<LineStart>>,
    by_key: HashMap<String, usize>,
    /// The product of the row above.
    above: Option<usize>,
    /// Variations with the names of their products, which may come later in the file.
    variations: Vec<(String, LineStart)>,
}

impl Groups {
    /// A row without a handle belongs to the product above, unless it has a title.
    fn add_by_handle(&mut self, columns: &Columns, row: &Record) {
        let (handle, title) = (columns.value(&row.values, "handle"), columns.value(&row.values, "name"));
        let above = self.above.filter(|_| title.is_empty());
        let known = if handle.is_empty() { above } else { self.by_key.get(handle).copied() };
        let position = known.unwrap_or_else(|| self.start([handle.to_owned()]));
        self.add(position, row.start);
        self.above = Some(position);
    }

    fn add_by_parent(&mut self, columns: &Columns, row: &Record) {
        let value = |key| columns.value(&row.values, key);
        if woocommerce::is_variation(columns, row) {
            self.variations.push((value("parent").to_owned(), row.start));
        } else {
            let position = self.start([value("sku").to_owned(), format!("id:{}", value("woo_id"))]);
            self.add(position, row.start);
        }
    }

    /// Starts a product that further rows find by the keys. Returns its position.
    fn start<const N: usize>(&mut self, keys: [String; N]) -> usize {
        let position = self.products.len();
        for key in keys.into_iter().filter(|key| !key.is_empty()) {
            self.by_key.entry(key).or_insert(position);
        }
        self.products.push(Vec::new());
        position
    }

    fn add(&mut self, position: usize, row: LineStart) {
        if let Some(rows) = self.products.get_mut(position) {
            rows.push(row);
        }
    }

    fn finish(mut self) -> Vec<Group> {
        let mut orphans = Vec::new();
        for (product, row) in self.variations {
            match self.by_key.get(&product).and_then(|position| self.products.get_mut(*position)) {
                Some(rows) => rows.push(row),
                None => orphans.push(Group::Orphan { row, product }),
            }
        }
        self.products.into_iter().map(Group::Product).chain(orphans).collect()
    }
}
