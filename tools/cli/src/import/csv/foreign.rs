//! What the layouts of other shop systems have in common.

use super::cell;
use super::draft::Draft;
use super::options::{ProductOption, Target, assign, named};
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

/// The options of the variants of a product, and what each becomes.
pub(super) struct AssignedOptions<'a>(Vec<(ProductOption<'a>, Target)>);

impl<'a> AssignedOptions<'a> {
    /// Decides what each option becomes. Rejects the product if one has no place. Reports the options that are left out,
    /// or that are imported under another name.
    pub(super) fn new(draft: &mut Draft, line: u64, options: Vec<ProductOption<'a>>) -> Self {
        let targets = assign(&options).unwrap_or_else(|name| {
            draft.reject(
                line,
                format!(
                    "the option {name} has no place: variants differ by size and colour only; import one product for \
                     each {name}"
                ),
            );
            Vec::new()
        });
        let assigned: Vec<_> = options.into_iter().zip(targets).collect();
        for (ProductOption { name, values }, target) in &assigned {
            match target.field() {
                Some(field) if named(name) != Some(*target) => {
                    draft.notice(line, format!("the option {name} is imported as {field}"));
                }
                None if values.iter().any(|value| !value.is_empty()) => {
                    draft
                        .notice(line, format!("the option {name} is left out: its value is the same for all variants"));
                }
                _ => {}
            }
        }
        Self(assigned)
    }

    /// Sets the options of the last variant of the draft, which has this number.
    pub(super) fn set(&self, draft: &mut Draft, number: usize) {
        for (option, target) in &self.0 {
            let value = option.values.get(number).filter(|value| !value.is_empty());
            if let (Some(field), Some(value)) = (target.field(), value) {
                draft.set_in_variant(field, cell::text(value));
            }
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
