//! What the layouts of other shop systems have in common.

use super::cell;
use super::draft::Draft;
use super::options::{ProductOption, Target};
use super::records::Record;

/// The category of products that have none.
const NO_CATEGORY: &str = "Uncategorized";

/// Rejects the malformed rows of a product; returns the others.
pub(super) fn reject_malformed<'a>(
    draft: &mut Draft,
    rows: &'a [Record],
    is_main: impl Fn(&Record) -> bool,
) -> Vec<&'a Record> {
    for (index, row) in rows.iter().enumerate() {
        match &row.problem {
            Some(problem) if index == 0 || is_main(row) => draft.reject_product_row(row.start.number, problem.clone()),
            Some(problem) => draft.reject(row.start.number, problem.clone()),
            None => {}
        }
    }
    rows.iter().filter(|row| row.problem.is_none()).collect()
}

/// Sets the category to the last part of a path such as `Clothing > Shirts`.
pub(super) fn set_category(draft: &mut Draft, line: u64, path: &str) {
    let category = path.rsplit('>').next().unwrap_or_default().trim();
    if category.is_empty() {
        draft.notice(line, format!("a product without a category is imported into the category {NO_CATEGORY}"));
        draft.set(line, "category", cell::text(NO_CATEGORY));
    } else {
        draft.set(line, "category", cell::text(category));
    }
}

/// Sets the stock of the last variant. Other systems permit to sell more than the stock.
pub(super) fn set_stock(draft: &mut Draft, line: u64, text: &str) {
    let is_negative = text.strip_prefix('-').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if text.is_empty() {
        draft.notice(line, "a variant without a stock quantity is imported out of stock");
    } else if is_negative {
        draft.notice(line, "a negative stock quantity is imported as 0");
    } else {
        draft.set_in_variant("stock_quantity", cell::whole(text));
    }
}

/// Sets the option of the last variant.
pub(super) fn set_option(draft: &mut Draft, target: Target, value: &str) {
    if let Some(field) = target.field().filter(|_| !value.is_empty()) {
        draft.set_in_variant(field, cell::text(value));
    }
}

/// The reason to reject a product because of an option.
pub(super) fn too_many_options(name: &str) -> String {
    format!(
        "the option {name} has no place: variants differ by size and colour only; import one product for each {name}"
    )
}

/// Reports the options that are left out, or that are imported under another name.
pub(super) fn report_options(draft: &mut Draft, line: u64, options: &[ProductOption<'_>], targets: &[Target]) {
    for (option, target) in options.iter().zip(targets) {
        let name = option.name;
        match target.field() {
            Some(field) if super::options::named(name) != Some(*target) => {
                draft.notice(line, format!("the option {name} is imported as {field}"));
            }
            None if option.values.iter().any(|value| !value.is_empty()) => {
                draft.notice(line, format!("the option {name} is left out: its value is the same for all variants"));
            }
            _ => {}
        }
    }
}

/// The images of a product, each once.
#[derive(Default)]
pub(super) struct Images {
    urls: Vec<String>,
}

impl Images {
    /// Adds the images of a row.
    pub(super) fn add(&mut self, draft: &mut Draft, row: &Record, cell: &str) {
        match cell::split_urls(cell) {
            Ok(urls) => {
                for url in urls {
                    if !self.urls.iter().any(|known| known == url) {
                        self.urls.push(url.to_owned());
                    }
                }
            }
            Err(reason) => draft.set(row.start.number, "images", Err(reason)),
        }
    }

    /// Sets the images of the product.
    pub(super) fn set(self, draft: &mut Draft, line: u64) {
        draft.set(line, "images", cell::json(self.urls));
    }
}
