//! Ferrocart's own layout: one row per variant. A row without a `name`, or with that of the product above, is a further
//! variant of that product. A column `option:Material` has the values of the option `Material`.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::cell::{self, Cell};
use super::columns::{ColumnNames, Columns};
use super::draft::Draft;
use super::records::Record;

/// The columns, by the names of the API.
pub(super) const COLUMNS: ColumnNames = &[
    ("id", &["id"]),
    ("name", &["name"]),
    ("description", &["description"]),
    ("category", &["category"]),
    ("base_price", &["base_price"]),
    ("compare_at_price", &["compare_at_price"]),
    ("slug", &["slug"]),
    ("tags", &["tags"]),
    ("seo_title", &["seo_title"]),
    ("seo_description", &["seo_description"]),
    ("images", &["images"]),
    ("image_alts", &["image_alts"]),
    ("is_active", &["is_active"]),
    ("sku", &["sku"]),
    ("size", &["size"]),
    ("color", &["color"]),
    ("stock_quantity", &["stock_quantity"]),
    ("price_modifier", &["price_modifier"]),
];
/// How the names of columns with an option begin.
pub(super) const OPTION: &str = "option:";
/// The columns that a file must have.
pub(super) const REQUIRED: [&str; 4] = ["name", "category", "base_price", "sku"];
/// The columns of a product that are fields of the API.
const PRODUCT_COLUMNS: [&str; 9] =
    ["name", "description", "category", "base_price", "compare_at_price", "slug", "tags", "images", "is_active"];
/// The columns of a product that belong to fields with parts.
const PART_COLUMNS: [&str; 3] = ["seo_title", "seo_description", "image_alts"];
const VARIANT_COLUMNS: [&str; 5] = ["sku", "size", "color", "stock_quantity", "price_modifier"];

/// What search engines show, in the form of the API.
#[derive(Serialize)]
struct Seo<'a> {
    title: &'a str,
    description: &'a str,
}

/// An image, in the form of the API.
#[derive(Serialize)]
struct ImageDetails<'a> {
    url: &'a str,
    alt: &'a str,
}

/// Whether a column has this name. Upper case is rejected, as in the API.
pub(super) fn is_column(name: &str) -> bool {
    COLUMNS.iter().any(|(key, _)| *key == name) || name.strip_prefix(OPTION).is_some_and(|option| !option.is_empty())
}

/// Whether a row starts a new product, instead of adding a variant to the product of an earlier row.
pub(super) fn starts_product(columns: &Columns, row: &Record, product: &Record) -> bool {
    let differs = |key| {
        let value = columns.value(&row.values, key);
        !value.is_empty() && value != columns.value(&product.values, key)
    };
    let has_name = !columns.value(&row.values, "name").is_empty();
    has_name && (differs("name") || differs("id"))
}

/// A hash of what identifies a product without an id, so that rows of a product that are not consecutive are found.
pub(super) fn identity(columns: &Columns, row: &Record) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    for column in ["name", "category", "base_price"] {
        columns.value(&row.values, column).hash(&mut hasher);
    }
    Some(hasher.finish()).filter(|_| columns.value(&row.values, "id").is_empty())
}

/// Puts a product together from its rows.
pub(super) fn product(columns: &Arc<Columns>, rows: &[Record]) -> Draft {
    let mut draft = Draft::new(Arc::clone(columns));
    let Some((first, _)) = rows.split_first() else { return draft };
    draft.set_id(columns.value(&first.values, "id"));
    for (index, row) in rows.iter().enumerate() {
        let line = row.start.number;
        match &row.problem {
            Some(problem) if index == 0 => draft.reject_product_row(line, problem.clone()),
            Some(problem) => draft.reject(line, problem.clone()),
            None => {
                if index == 0 {
                    set_product(&mut draft, columns, row);
                } else if first.problem.is_none() {
                    compare(&mut draft, columns, first, row);
                }
                add_variant(&mut draft, columns, row);
            }
        }
    }
    draft
}

fn set_product(draft: &mut Draft, columns: &Columns, row: &Record) {
    for column in PRODUCT_COLUMNS {
        let text = columns.value(&row.values, column);
        // The API requires the description, but accepts an empty one.
        if !text.is_empty() || column == "description" {
            draft.set(row.start.number, column, value(column, text));
        }
    }
    let [title, description, alts] = PART_COLUMNS.map(|column| columns.value(&row.values, column));
    if !title.is_empty() || !description.is_empty() {
        let seo = cell::text(title).and(cell::text(description)).and_then(|_| cell::json(Seo { title, description }));
        draft.set_from(row.start.number, "seo", "seo_title", seo);
    }
    if !alts.is_empty() {
        let details = image_details(columns.value(&row.values, "images"), alts);
        draft.set_from(row.start.number, "image_details", "image_alts", details);
    }
}

/// Assigns texts to the images, in their order.
fn image_details(images: &str, alts: &str) -> Cell {
    let (urls, alts): (Vec<&str>, Vec<&str>) = (cell::split_urls(images)?, alts.split('|').map(str::trim).collect());
    if alts.len() > urls.len() {
        return Err(format!("has {} texts, but images has {} URLs; separate texts by |", alts.len(), urls.len()));
    }
    let details = urls.into_iter().zip(alts).map(|(url, alt)| ImageDetails { url, alt });
    cell::json(details.collect::<Vec<_>>())
}

fn add_variant(draft: &mut Draft, columns: &Columns, row: &Record) {
    draft.add_variant(row.start.number);
    for column in VARIANT_COLUMNS {
        let text = columns.value(&row.values, column);
        if !text.is_empty() {
            draft.set_in_variant(column, value(column, text));
        }
    }
    let given = columns.with_prefix(&row.values, OPTION).filter(|(_, value)| !value.is_empty());
    let options: Result<BTreeMap<&str, Box<RawValue>>, String> =
        given.map(|(name, value)| Ok((name, cell::text(value)?))).collect();
    if !matches!(&options, Ok(options) if options.is_empty()) {
        draft.set_in_variant("options", options.and_then(cell::json));
    }
}

/// Rejects values of a further row that belong to the product and differ from those of its first row.
fn compare(draft: &mut Draft, columns: &Columns, first: &Record, row: &Record) {
    for column in ["id"].into_iter().chain(PRODUCT_COLUMNS).chain(PART_COLUMNS) {
        let (text, expected) = (columns.value(&row.values, column), columns.value(&first.values, column));
        if text.is_empty() || is_same(column, text, expected) {
            continue;
        }
        let expected = if expected.is_empty() { "the empty one".to_owned() } else { format!("{expected:?}") };
        let advice = match column {
            "base_price" => "; leave it empty here, and set the price of the variant by price_modifier",
            _ => "; leave it empty here: it applies to all variants",
        };
        let reason = format!("{column} {text:?} differs from {expected} in line {}{advice}", first.start.number);
        draft.reject(row.start.number, reason);
    }
}

fn is_same(column: &str, text: &str, expected: &str) -> bool {
    // A product is for sale by default.
    let expected = if column == "is_active" && expected.is_empty() { "true" } else { expected };
    let normal = |text| value(column, text).map(|value| normalize(value.get()));
    text == expected || matches!((normal(text), normal(expected)), (Ok(one), Ok(other)) if one == other)
}

/// Drops trailing zeros of a number, so that 19.9 equals 19.90.
fn normalize(json: &str) -> String {
    let is_decimal = !json.starts_with('"') && json.contains('.') && !json.starts_with('[');
    if is_decimal { json.trim_end_matches('0').trim_end_matches('.').to_owned() } else { json.to_owned() }
}

fn value(column: &str, text: &str) -> Cell {
    match column {
        "base_price" | "compare_at_price" | "price_modifier" => cell::amount(text),
        "stock_quantity" => cell::whole(text),
        "is_active" => cell::boolean(text),
        "images" => cell::images(text),
        "tags" => cell::tags(text),
        "sku" => cell::sku(text),
        _ => cell::text(text),
    }
}
