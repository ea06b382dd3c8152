//! What the layouts of other shop systems have in common.

use std::collections::BTreeMap;

use ferrocart::domain::image_details::AltText;
use ferrocart::domain::product_options::MAX_OPTIONS;
use serde::Serialize;

use super::cell;
use super::draft::Draft;
use super::options::{ProductOption, Target, assign};
use super::presentation;
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
                    "the option {name} has no place: variants differ by at most {MAX_OPTIONS} options; import one product \
                     for each {name}"
                ),
            );
            Vec::new()
        });
        let assigned: Vec<_> = options.into_iter().zip(targets).collect();
        for (ProductOption { name, values }, target) in &assigned {
            if *target == Target::Nothing && values.iter().any(|value| !value.is_empty()) {
                draft.notice(line, format!("the option {name} is left out: its value is the same for all variants"));
            }
        }
        Self(assigned)
    }

    /// Sets the options of the last variant of the draft, which has this number.
    pub(super) fn set(&self, draft: &mut Draft, number: usize) {
        let mut others = BTreeMap::new();
        for (option, target) in &self.0 {
            let Some(value) = option.values.get(number).filter(|value| !value.is_empty()) else { continue };
            if let Some(field) = target.field() {
                draft.set_in_variant(field, cell::text(value));
            } else if *target == Target::Other {
                others.insert(option.name, value);
            }
        }
        if !others.is_empty() {
            draft.set_in_variant("options", cell::json(others));
        }
    }
}

/// The images of a product, each once.
#[derive(Default)]
pub(super) struct Images(Vec<Image>);

/// An image in the form of the API.
#[derive(Serialize)]
struct Image {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alt: Option<String>,
}

impl Images {
    /// Adds the images of a row, with the text that stands for them.
    pub(super) fn add(&mut self, draft: &mut Draft, row: &Record, cell: &str, alt: &str) {
        match cell::split_urls(cell) {
            Ok(urls) => {
                let alt = presentation::valid::<AltText>(draft, row.start.number, "a text for an image", alt);
                for url in urls {
                    if !self.0.iter().any(|known| known.url == url) {
                        self.0.push(Image { url: url.to_owned(), alt: alt.clone() });
                    }
                }
            }
            Err(reason) => draft.set(row.start.number, "images", Err(reason)),
        }
    }

    /// Sets the images of the product.
    pub(super) fn set(self, draft: &mut Draft, line: u64) {
        draft.set(line, "images", cell::json(self.0.iter().map(|image| &image.url).collect::<Vec<_>>()));
        if self.0.iter().any(|image| image.alt.is_some()) {
            draft.set(line, "image_details", cell::json(self.0));
        }
    }
}
