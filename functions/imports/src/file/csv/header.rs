//! Recognizes the layout of a CSV file by its header.

use super::columns::{Columns, Layout};
use super::{native, shopify, woocommerce};
use crate::file::error::FileError;
use crate::file::suggest::suggest;

/// Recognizes the layout by the names of the columns.
pub(super) fn recognize(names: Vec<String>) -> Result<(Layout, Columns), FileError> {
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let has = |name: &str| lower.iter().any(|column| column == name);
    if has("title") && shopify::MARKS.iter().any(|mark| has(mark)) {
        return Ok((Layout::Shopify, Columns::new(names, shopify::COLUMNS)?.with_options(shopify::option)?));
    }
    if woocommerce::MARKS.iter().all(|mark| has(mark)) {
        return Ok((
            Layout::WooCommerce,
            Columns::new(names, woocommerce::COLUMNS)?.with_options(woocommerce::attribute)?,
        ));
    }
    if let Some(unknown) = names.iter().find(|name| !name.is_empty() && !native::is_column(name)) {
        let known = native::COLUMNS.iter().map(|(key, _)| *key).chain(["option:NAME"]).collect::<Vec<_>>().join(", ");
        let reason = match suggest(unknown) {
            Some(suggestion) => {
                format!("unknown column {unknown:?}; did you mean {suggestion}? Known columns: {known}")
            }
            None => format!("unknown column {unknown:?}; remove it, or use one of {known}"),
        };
        return Err(FileError::unusable(reason));
    }
    let columns = Columns::new(names, native::COLUMNS)?;
    if let Some(missing) = native::REQUIRED.iter().find(|key| !columns.contains(key)) {
        return Err(FileError::unusable(format!("the column {missing} is missing in the header")));
    }
    columns.reject_repeated()?;
    Ok((Layout::Native, columns))
}

/// Rejects a header with another delimiter than a comma.
pub(super) fn reject_delimiter(names: &[String]) -> Result<(), FileError> {
    let line = names.join(",").to_lowercase();
    let known = |name: &str| {
        let name = name.trim().trim_matches('"');
        [native::COLUMNS, shopify::COLUMNS, woocommerce::COLUMNS]
            .iter()
            .any(|columns| columns.iter().any(|(_, names)| names.contains(&name)))
    };
    let known_by_comma = names.iter().filter(|name| known(&name.to_lowercase())).count();
    for (delimiter, word) in [(';', "semicolons"), ('\t', "tabs"), ('|', "pipes")] {
        // Of a header without commas no name needs to be known, as in a file in another language.
        let is_only_delimiter = names.len() == 1 && line.contains(delimiter);
        if is_only_delimiter || line.split(delimiter).filter(|name| known(name)).count() > known_by_comma.max(1) {
            return Err(FileError::unusable(format!(
                "the columns are separated by {word}; separate them by commas: export as \"CSV UTF-8 (comma delimited)\", \
                 or choose the comma as field delimiter"
            )));
        }
    }
    Ok(())
}
