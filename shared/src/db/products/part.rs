//! A part of a list: what one index has in the order of the list.

use super::filter::Selection;
use super::terms::TERMS;
use super::{ProductPosition, ProductSort};
use crate::db::keyset::after;
use crate::domain::search::Language;
use bson::{Bson, Document, doc};

/// A part of a list, which one index has in the order of the list.
pub(super) struct Part {
    pub(super) selection: Selection,
    pub(super) sort: ProductSort,
    pub(super) language: Language,
}

impl Part {
    /// Returns the name of the index to hint at. Without a hint the server evaluates several, and may choose one that
    /// suited an earlier query.
    pub(super) fn index(&self) -> String {
        let sorted = self.sort.index(self.language);
        if self.selection.terms.is_empty() { sorted } else { format!("{TERMS}_{sorted}") }
    }

    /// Returns the order of the list.
    pub(super) fn order(&self) -> Document {
        let direction = self.sort.direction();
        doc! { self.sort.field(): direction, "_id": direction }
    }

    /// Returns the filter, with a branch per value of `is_active` and term. Each branch is a range of the index in the order
    /// of the list, and the server merges them.
    pub(super) fn filter(&self, position: Option<&ProductPosition>) -> Document {
        let (field, direction) = (self.sort.field(), self.sort.direction());
        let Selection { terms, conditions, activity } = &self.selection;
        let with_activity = activity.values().iter().map(|is_active| with(conditions, "is_active", *is_active));
        let branches: Vec<Document> = match terms.as_slice() {
            [] => with_activity.collect(),
            terms => with_activity.flat_map(|it| terms.iter().map(move |term| with(&it, TERMS, *term))).collect(),
        };
        let branches: Vec<Document> = match position {
            None => branches,
            Some(ProductPosition { key, id, .. }) => {
                branches.iter().flat_map(|branch| after(branch, field, direction, key.clone(), (*id).into())).collect()
            }
        };
        match <[Document; 1]>::try_from(branches) {
            Ok([only]) => only,
            Err(branches) => doc! { "$or": branches },
        }
    }
}

fn with(conditions: &Document, field: &str, value: impl Into<Bson>) -> Document {
    let mut conditions = conditions.clone();
    conditions.insert(field, value);
    conditions
}
