//! Product exports of WooCommerce
//! (<https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema>). A row of the type `variation` names its
//! product by SKU or id in the column `Parent`.

use std::sync::Arc;

use ferrocart::domain::money::Currency;

use super::cell;
use super::columns::{ColumnNames, Columns};
use super::draft::Draft;
use super::foreign::{self, AssignedOptions, Images};
use super::options::{ProductOption, named};
use super::presentation;
use super::price::Prices;
use super::records::Record;
use crate::file::html;

/// The columns that are imported. Their keys are the fields of the API, if there is a corresponding one.
pub(super) const COLUMNS: ColumnNames = &[
    ("woo_id", &["id"]),
    ("type", &["type"]),
    ("sku", &["sku"]),
    ("name", &["name"]),
    ("published", &["published"]),
    ("visibility", &["visibility in catalog"]),
    ("short_description", &["short description"]),
    ("description", &["description"]),
    ("stock_quantity", &["stock"]),
    ("sale_price", &["sale price"]),
    ("base_price", &["regular price"]),
    ("category", &["categories"]),
    ("images", &["images"]),
    ("tags", &["tags"]),
    // Further columns, which exporters and Yoast add.
    ("slug", &["slug"]),
    ("seo_title", &["meta: _yoast_wpseo_title"]),
    ("seo_description", &["meta: _yoast_wpseo_metadesc"]),
    ("parent", &["parent"]),
];
/// A header with all of these columns is WooCommerce's.
pub(super) const MARKS: [&str; 4] = ["type", "sku", "name", "regular price"];

/// The columns of an attribute.
pub(super) fn attribute(number: usize) -> [String; 2] {
    ["name", "value(s)"].map(|part| format!("attribute {number} {part}"))
}

/// Whether a row is a variation of the product of another row.
pub(super) fn is_variation(columns: &Columns, row: &Record) -> bool {
    has_type(columns, row, "variation")
}

/// Puts a product together from its own row and its variations.
pub(super) fn product(columns: &Arc<Columns>, rows: &[Record], currency: Currency) -> Draft {
    let mut draft = Draft::new(Arc::clone(columns));
    let is_variation = |row: &Record| is_variation(columns, row);
    let has_variations = rows.iter().any(is_variation);
    let is_unreadable = has_variations && !rows.iter().any(|row| is_variation(row) && row.problem.is_none());
    // Without a readable variation there is no variant to validate.
    let rows = foreign::reject_malformed(&mut draft, rows, |row| is_unreadable || !is_variation(row));
    let Some(main) = rows.iter().copied().find(|row| !is_variation(row)) else { return draft };
    let line = main.start.number;
    let problem = type_problem(columns, main, has_variations);
    let is_rejected = is_unreadable || problem.is_some();
    problem.into_iter().for_each(|reason| draft.reject_product_row(line, reason));
    if is_rejected {
        return draft;
    }
    set_product(&mut draft, columns, main);
    let mut images = Images::default();
    for row in &rows {
        let urls = split_list(&unescape(columns.value(&row.values, "images")));
        urls.iter().for_each(|url| images.add(&mut draft, row, url, ""));
    }
    images.set(&mut draft, line);
    let variations: Vec<&Record> = rows.iter().copied().filter(|row| is_variation(row)).collect();
    for variation in &variations {
        compare(&mut draft, columns, main, variation);
    }
    let variants = if variations.is_empty() { vec![main] } else { variations };
    add_variants(&mut draft, columns, main, &variants, currency);
    draft
}

fn has_type(columns: &Columns, row: &Record, name: &str) -> bool {
    columns.value(&row.values, "type").split(',').any(|part| part.trim().eq_ignore_ascii_case(name))
}

/// Why a row cannot be a product.
fn type_problem(columns: &Columns, main: &Record, has_variations: bool) -> Option<String> {
    let kind = columns.value(&main.values, "type");
    let is = |name| has_type(columns, main, name);
    if is("variable") {
        (!has_variations).then(|| "the variable product has no variations in the file".to_owned())
    } else if is("simple") || kind.is_empty() {
        has_variations.then(|| "the product has variations, but its type is not variable".to_owned())
    } else {
        Some(format!("Type {kind:?} cannot be imported; it must be simple, variable or variation"))
    }
}

fn set_product(draft: &mut Draft, columns: &Columns, row: &Record) {
    let (line, value) = (row.start.number, |key| unescape(columns.value(&row.values, key)));
    if !value("name").is_empty() {
        draft.set(line, "name", html::to_text(&value("name")).and_then(|name| cell::text(&name)));
    }
    let texts = [value("short_description"), value("description")].map(|text| description(&text));
    let joined = texts.into_iter().collect::<Result<Vec<_>, _>>().map(|texts| texts.join("\n\n").trim().to_owned());
    draft.set(line, "description", joined.and_then(|text| cell::text(&text)));
    let categories = split_list(&value("category"));
    if categories.len() > 1 {
        draft.notice(line, "of several categories, the first is imported");
    }
    foreign::set_category(draft, line, categories.first().map_or("", String::as_str));
    presentation::set_slug(draft, line, &value("slug"));
    presentation::set_tags(draft, line, split_list(&value("tags")).iter().map(String::as_str));
    let [title, text] = ["seo_title", "seo_description"].map(|key| without_variables(draft, line, value(key)));
    presentation::set_seo(draft, line, &title, &text);
    let is_hidden = value("visibility") == "hidden";
    if is_hidden {
        draft.notice(line, "a product that is hidden in the catalogue is imported inactive");
    }
    let is_published = is_published(&value("published"));
    let is_active = is_published.and_then(|is_published| cell::json(is_published && !is_hidden));
    draft.set_from(line, "is_active", "published", is_active);
}

/// Yoast replaces variables such as `%%title%%`.
fn without_variables(draft: &mut Draft, line: u64, text: String) -> String {
    if text.contains("%%") {
        draft.notice(line, "a text for search engines with variables is left out");
        return String::new();
    }
    text
}

/// Rejects a category of a variation that differs from that of its product. Its name and its visibility follow from the
/// product.
fn compare(draft: &mut Draft, columns: &Columns, main: &Record, variation: &Record) {
    let (line, value) = (variation.start.number, |key| columns.value(&variation.values, key));
    let (category, expected) = (value("category"), columns.value(&main.values, "category"));
    if !category.is_empty() && category != expected {
        let name = columns.name("category");
        draft.reject(line, format!("{name} {category:?} differs from {expected:?} in line {}", main.start.number));
    }
    if ["short_description", "description"].iter().any(|key| !value(key).is_empty()) {
        draft.notice(line, "the description of a variation is left out");
    }
}

/// 1 is published, 0 private, -1 a draft, and 2 pending.
fn is_published(text: &str) -> Result<bool, String> {
    match text.trim_start_matches('\'') {
        "" | "1" => Ok(true),
        "0" | "-1" | "2" => Ok(false),
        _ => Err("must be 1, 0, -1 or 2".to_owned()),
    }
}

fn add_variants(draft: &mut Draft, columns: &Columns, main: &Record, variants: &[&Record], currency: Currency) {
    let is_simple = variants.first().is_some_and(|row| row.start == main.start);
    let options = options(draft, columns, variants, is_simple);
    let options = AssignedOptions::new(draft, main.start.number, options);
    let mut prices = Prices::new(currency);
    for (index, row) in variants.iter().enumerate() {
        let (line, value) = (row.start.number, |key| unescape(columns.value(&row.values, key)));
        draft.add_variant(line);
        if !value("sku").is_empty() {
            draft.set_in_variant("sku", cell::sku(&value("sku")));
        }
        prices.set(draft, line, &with_decimal_point(&value("base_price")));
        if !value("sale_price").is_empty() {
            draft.notice(line, "the sale price is left out; the regular price applies");
        }
        options.set(draft, index);
        let is_disabled = !is_simple && is_published(&value("published")) == Ok(false);
        if is_disabled {
            draft.notice(line, "a variation that is not published is imported out of stock");
        } else if value("stock_quantity") == "parent" {
            draft.notice(line, "variations that share the stock of their product are imported out of stock");
        } else {
            foreign::set_stock(draft, line, &value("stock_quantity"));
        }
    }
}

/// The attributes in which variations differ. Those of a simple product only describe it, except one size or colour.
fn options<'a>(
    draft: &mut Draft,
    columns: &Columns,
    variants: &[&'a Record],
    is_simple: bool,
) -> Vec<ProductOption<'a>> {
    let mut options: Vec<ProductOption<'a>> = Vec::new();
    for (index, row) in variants.iter().enumerate() {
        for (name, value) in columns.options(&row.values).into_iter().filter(|(_, value)| !value.is_empty()) {
            if is_simple && (named(name).is_none() || split_list(value).len() > 1) {
                draft.notice(row.start.number, format!("the attribute {name} of a simple product is left out"));
                continue;
            }
            let position = options.iter().position(|option| option.name == name);
            let position = position.unwrap_or_else(|| {
                options.push(ProductOption { name, values: vec![String::new(); variants.len()] });
                options.len().saturating_sub(1)
            });
            if let Some(place) = options.get_mut(position).and_then(|option| option.values.get_mut(index)) {
                *place = unescape_list(value);
            }
        }
    }
    options
}

/// Reverts the apostrophe before a character with which a formula could start.
fn unescape(cell: &str) -> String {
    let formula = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r']));
    formula.unwrap_or(cell).to_owned()
}

/// WooCommerce writes line feeds as `\n`, and `\n` as `\\n`.
fn description(cell: &str) -> Result<String, String> {
    const BACKSLASH: &str = "\u{0}";
    let text = cell.replace("\\\\n", BACKSLASH).replace("\\n", "\n").replace(BACKSLASH, "\\n");
    html::to_text(&html::break_lines(&text))
}

/// Splits a list at its commas. A comma in a value is written as `\,`.
fn split_list(cell: &str) -> Vec<String> {
    const COMMA: &str = "\u{0}";
    let cell = cell.replace("\\,", COMMA);
    let values = cell.split(',').map(|value| value.replace(COMMA, ",").trim().to_owned());
    values.filter(|value| !value.is_empty()).collect()
}

fn unescape_list(value: &str) -> String {
    value.replace("\\,", ",")
}

/// WooCommerce writes prices with the decimal separator of the store, and without thousands separators.
fn with_decimal_point(price: &str) -> String {
    match price.split_once(',') {
        Some((whole, cents)) if !whole.contains('.') && !cents.contains([',', '.']) => format!("{whole}.{cents}"),
        _ => price.to_owned(),
    }
}
