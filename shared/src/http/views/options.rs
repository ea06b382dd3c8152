//! The options of a variant in responses.

use crate::domain::product::all_options;
use crate::domain::product_options::{OptionName, OptionValue, VariantOption};
use crate::domain::text::Label;
use std::collections::BTreeMap;

/// Returns the values of all options of a variant by their names, including size and colour.
#[must_use]
pub fn options_by_name(
    size: Option<&Label>,
    color: Option<&Label>,
    others: &[VariantOption],
) -> BTreeMap<OptionName, OptionValue> {
    let options = all_options(size, color, others).into_iter();
    options.map(|VariantOption { name, value }| (name, value)).collect()
}
