//! Reads values as they are stored, whatever the shop makes of them.

use mongodb::bson::{Bson, Document};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many pieces of each SKU an order has.
pub(super) fn pieces(order: &Document) -> BTreeMap<String, i64> {
    let mut pieces = BTreeMap::new();
    for item in documents(order, "items") {
        *pieces.entry(text(item.get("sku"))).or_default() += number(item.get("quantity"));
    }
    pieces
}

/// The documents of an array.
pub(super) fn documents<'a>(of: &'a Document, field: &str) -> impl Iterator<Item = &'a Document> {
    of.get_array(field).into_iter().flatten().filter_map(Bson::as_document)
}

/// A text, empty where there is none.
pub(super) fn text(value: Option<&Bson>) -> String {
    value.and_then(Bson::as_str).unwrap_or_default().to_owned()
}

/// An id in hex digits.
pub(super) fn id(value: Option<&Bson>) -> String {
    value.and_then(Bson::as_object_id).map(|id| id.to_hex()).unwrap_or_default()
}

/// A whole number of either size.
pub(super) fn number(value: Option<&Bson>) -> i64 {
    value.and_then(|value| value.as_i64().or_else(|| value.as_i32().map(i64::from))).unwrap_or_default()
}

/// A text of a JSON object.
pub(super) fn member(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_default().to_owned()
}
