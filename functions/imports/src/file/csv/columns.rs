//! The columns of a CSV file, and which shop system wrote them.

use std::collections::BTreeMap;

use crate::file::error::FileError;

/// The columns of a layout: for each key of a column its possible names in lower case.
pub(super) type ColumnNames = &'static [(&'static str, &'static [&'static str])];

/// Who wrote the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Native,
    Shopify,
    WooCommerce,
}

/// The columns of a file.
#[derive(Debug)]
pub(in crate::file) struct Columns {
    /// The names in the file, in order.
    pub(super) names: Vec<String>,
    /// The positions of the columns that are imported, by their keys.
    positions: BTreeMap<&'static str, usize>,
    /// The positions of the columns with the names and the values of options.
    options: Vec<(usize, usize)>,
}

impl Columns {
    /// The value of a column; empty if the file does not have it.
    pub(super) fn value<'a>(&self, values: &'a [String], key: &str) -> &'a str {
        self.positions.get(key).and_then(|position| values.get(*position)).map_or("", String::as_str)
    }

    /// The name of a column in the file; the key if the file does not have it.
    pub(in crate::file) fn name<'a>(&'a self, key: &'a str) -> &'a str {
        self.positions.get(key).and_then(|position| self.names.get(*position)).map_or(key, String::as_str)
    }

    /// Whether the file has a column.
    pub(super) fn contains(&self, key: &str) -> bool {
        self.positions.contains_key(key)
    }

    /// The names and values of a row's options: size, colour and others.
    pub(super) fn options<'a>(&self, values: &'a [String]) -> Vec<(&'a str, &'a str)> {
        let value = |position: &usize| values.get(*position).map_or("", String::as_str);
        self.options.iter().map(|(name, content)| (value(name), value(content))).collect()
    }

    /// The values of the columns whose names begin like this, by the rest of their names.
    pub(super) fn with_prefix<'a>(
        &'a self,
        values: &'a [String],
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let columns = self.names.iter().zip(values);
        columns.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }

    /// Rejects columns with the same name.
    pub(super) fn reject_repeated(&self) -> Result<(), FileError> {
        let mut first = BTreeMap::new();
        for (position, name) in self.names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if let Some(first) = first.insert(name, position) {
                return Err(repeated(name, first, position));
            }
        }
        Ok(())
    }

    /// The names of the columns that are not imported.
    pub(super) fn ignored(&self) -> Vec<&str> {
        let is_imported = |position: usize| {
            self.positions.values().any(|it| *it == position)
                || self.options.iter().any(|(name, value)| [*name, *value].contains(&position))
        };
        let columns =
            self.names.iter().enumerate().filter(|(position, name)| !name.is_empty() && !is_imported(*position));
        columns.map(|(_, name)| name.as_str()).collect()
    }

    /// Finds the columns with the names and values of options, which are numbered from 1.
    pub(super) fn with_options(mut self, name: fn(usize) -> [String; 2]) -> Result<Self, FileError> {
        let position = |wanted: &String| self.names.iter().position(|name| name.to_lowercase() == *wanted);
        let pair = |number: usize| {
            let [name, value] = name(number);
            Some((position(&name)?, position(&value)?))
        };
        self.options = (1..=self.names.len()).filter_map(pair).collect();
        for (position, name) in self.names.iter().enumerate() {
            let is_option = |it: usize| self.names.get(it).is_some_and(|it| it.eq_ignore_ascii_case(name));
            let mut positions = self.options.iter().flat_map(|(name, value)| [*name, *value]);
            if let Some(first) = positions.find(|first| is_option(*first) && *first != position) {
                return Err(repeated(name, first, position));
            }
        }
        Ok(self)
    }

    pub(super) fn new(names: Vec<String>, known: ColumnNames) -> Result<Self, FileError> {
        let mut positions = BTreeMap::new();
        for (position, name) in names.iter().enumerate() {
            let lower = name.to_lowercase();
            let Some((key, _)) = known.iter().find(|(_, names)| names.contains(&lower.as_str())) else { continue };
            if let Some(first) = positions.insert(*key, position) {
                return Err(repeated(name, first, position));
            }
        }
        Ok(Self { names, positions, options: Vec::new() })
    }
}

fn repeated(name: &str, first: usize, second: usize) -> FileError {
    let (first, second) = (first.saturating_add(1), second.saturating_add(1));
    FileError::unusable(format!("the column {name} must not be repeated (columns {first} and {second} of the header)"))
}
