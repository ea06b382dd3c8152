//! Product exports of Shopify, in the columns of before and after 2025
//! (<https://help.shopify.com/en/manual/products/import-export/using-csv>). The handle names the product of a row.

use std::sync::Arc;

use ferrocart::domain::money::Currency;

use super::cell;
use super::columns::{ColumnNames, Columns};
use super::draft::Draft;
use super::foreign::{self, AssignedOptions, Images};
use super::options::ProductOption;
use super::presentation;
use super::price::Prices;
use super::records::Record;
use crate::file::html;

/// The columns that are imported. Their keys are the fields of the API, if there is a corresponding one.
pub(super) const COLUMNS: ColumnNames = &[
    ("handle", &["handle", "url handle"]),
    ("name", &["title"]),
    ("description", &["body (html)", "description"]),
    ("category", &["type"]),
    ("taxonomy", &["product category"]),
    ("published", &["published", "published on online store"]),
    ("status", &["status"]),
    ("sku", &["variant sku", "sku"]),
    ("base_price", &["variant price", "price"]),
    ("stock_quantity", &["variant inventory qty", "inventory quantity"]),
    ("tracker", &["variant inventory tracker", "inventory tracker"]),
    ("images", &["image src", "product image url"]),
    ("image_position", &["image position"]),
    ("image_alt", &["image alt text"]),
    ("compare_at_price", &["variant compare at price", "compare-at price"]),
    ("tags", &["tags"]),
    ("seo_title", &["seo title"]),
    ("seo_description", &["seo description"]),
    ("variant_image", &["variant image", "variant image url"]),
];
/// A header with a title and one of these columns is Shopify's.
pub(super) const MARKS: [&str; 5] = ["handle", "url handle", "body (html)", "variant price", "product image url"];
/// The columns of the product, which only its first row needs.
const PRODUCT_COLUMNS: [&str; 6] = ["name", "description", "category", "taxonomy", "published", "status"];

/// The columns of an option.
pub(super) fn option(number: usize) -> [String; 2] {
    ["name", "value"].map(|part| format!("option{number} {part}"))
}

/// Puts a product together from its rows.
pub(super) fn product(columns: &Arc<Columns>, rows: &[Record], currency: Currency) -> Draft {
    let mut draft = Draft::new(Arc::clone(columns));
    let rows = foreign::reject_malformed(&mut draft, rows, |row| !columns.value(&row.values, "name").is_empty());
    let value = |row: &Record, key| columns.value(&row.values, key).to_owned();
    let Some(main) = rows.iter().find(|row| !value(row, "name").is_empty()).or(rows.first()).copied() else {
        return draft;
    };
    if draft.is_product_unreadable() {
        return draft;
    }
    set_product(&mut draft, columns, main);
    for row in &rows {
        compare(&mut draft, columns, main, row);
    }
    let mut images = Images::default();
    let mut numbered: Vec<(u32, &Record)> =
        rows.iter().map(|row| (value(row, "image_position").parse().unwrap_or(u32::MAX), *row)).collect();
    numbered.sort_by_key(|(position, _)| *position);
    for (_, row) in &numbered {
        images.add(&mut draft, row, columns.value(&row.values, "images"), columns.value(&row.values, "image_alt"));
    }
    rows.iter().for_each(|row| images.add(&mut draft, row, columns.value(&row.values, "variant_image"), ""));
    images.set(&mut draft, main.start.number);
    let variants: Vec<&Record> = rows.iter().copied().filter(|row| is_variant(columns, row)).collect();
    add_variants(&mut draft, columns, main, &variants, currency);
    draft
}

/// Other rows only add images.
fn is_variant(columns: &Columns, row: &Record) -> bool {
    let has_option = columns.options(&row.values).iter().any(|(_, value)| !value.is_empty());
    has_option || ["sku", "base_price"].iter().any(|key| !columns.value(&row.values, key).is_empty())
}

fn set_product(draft: &mut Draft, columns: &Columns, row: &Record) {
    let (line, value) = (row.start.number, |key| columns.value(&row.values, key));
    if !value("name").is_empty() {
        draft.set(line, "name", cell::text(value("name")));
    }
    draft.set(line, "description", html::to_text(value("description")).and_then(|text| cell::text(&text)));
    presentation::set_slug(draft, line, value("handle"));
    presentation::set_seo(draft, line, value("seo_title"), value("seo_description"));
    presentation::set_tags(draft, line, value("tags").split(','));
    let path = [value("category"), value("taxonomy")].into_iter().find(|category| !category.is_empty());
    foreign::set_category(draft, line, path.unwrap_or_default());
    let is_published = match value("published") {
        "" => cell::json(true),
        published => cell::boolean(published),
    };
    let (column, is_active) = match value("status").to_lowercase().as_str() {
        "" | "active" => ("published", is_published),
        "draft" | "archived" => ("status", cell::json(false)),
        "unlisted" => {
            draft.notice(line, "an unlisted product is imported inactive");
            ("status", cell::json(false))
        }
        _ => ("status", Err("must be active, draft, archived or unlisted".to_owned())),
    };
    draft.set_from(line, "is_active", column, is_active);
}

/// Rejects values of a further row that belong to the product and differ from those of its main row.
fn compare(draft: &mut Draft, columns: &Columns, main: &Record, row: &Record) {
    for key in PRODUCT_COLUMNS {
        let (text, expected) = (columns.value(&row.values, key), columns.value(&main.values, key));
        let is_same = match key {
            "published" | "status" => text.eq_ignore_ascii_case(expected),
            _ => text == expected,
        };
        if !text.is_empty() && !is_same {
            let reason =
                format!("{} {text:?} differs from {expected:?} in line {}", columns.name(key), main.start.number);
            draft.reject(row.start.number, reason);
        }
    }
}

fn add_variants(draft: &mut Draft, columns: &Columns, main: &Record, variants: &[&Record], currency: Currency) {
    let options = AssignedOptions::new(draft, main.start.number, options(columns, main, variants));
    let mut prices = Prices::new(currency);
    for (index, row) in variants.iter().enumerate() {
        let (line, value) = (row.start.number, |key| columns.value(&row.values, key));
        draft.add_variant(line);
        // Shopify prefixes a SKU of digits with an apostrophe, so that spreadsheets take it for text.
        let sku = value("sku").strip_prefix('\'').unwrap_or(value("sku"));
        if !sku.is_empty() {
            draft.set_in_variant("sku", cell::sku(sku));
        }
        prices.set(draft, line, value("base_price"));
        prices.add_former(draft, line, value("compare_at_price"));
        options.set(draft, index);
        if columns.contains("tracker") && value("tracker").is_empty() {
            draft
                .notice(line, "Shopify does not track the stock and sells it without limit; here the stock is limited");
        }
        foreign::set_stock(draft, line, value("stock_quantity"));
    }
    prices.set_former(draft, main.start.number);
}

/// The options of a product. Only its main row has their names. Without options, Shopify writes `Title`.
fn options<'a>(columns: &Columns, main: &'a Record, variants: &[&'a Record]) -> Vec<ProductOption<'a>> {
    let names = columns.options(&main.values);
    let option = |(index, (name, _)): (usize, &(&'a str, &'a str))| {
        let value =
            |row: &&'a Record| columns.options(&row.values).get(index).map_or("", |(_, value)| *value).to_owned();
        let values: Vec<String> = variants.iter().map(value).collect();
        let is_default = name.eq_ignore_ascii_case("title") && values.iter().all(|it| it == "Default Title");
        ProductOption { name, values: if is_default { Vec::new() } else { values } }
    };
    names.iter().enumerate().map(option).collect()
}
