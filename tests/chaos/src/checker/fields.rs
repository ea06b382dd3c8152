//! Reads fields of stored documents and of Stripe's objects. A missing field or one of another type yields an empty
//! value, because the checker must not depend on the shop's types.

use mongodb::bson::{Bson, Document};
use serde_json::Value;
use std::collections::BTreeMap;

/// Returns the quantities of an order by SKU.
pub(super) fn quantities(order: &Document) -> BTreeMap<String, i64> {
    let mut quantities = BTreeMap::new();
    for item in subdocuments(order, "items") {
        *quantities.entry(text(item.get("sku"))).or_default() += integer(item.get("quantity"));
    }
    quantities
}

/// Returns the documents of an array.
pub(super) fn subdocuments<'a>(document: &'a Document, field: &str) -> impl Iterator<Item = &'a Document> {
    document.get_array(field).into_iter().flatten().filter_map(Bson::as_document)
}

/// Returns a string.
pub(super) fn text(value: Option<&Bson>) -> String {
    value.and_then(Bson::as_str).unwrap_or_default().to_owned()
}

/// Returns an object id in hex digits.
pub(super) fn id(value: Option<&Bson>) -> String {
    value.and_then(Bson::as_object_id).map(|id| id.to_hex()).unwrap_or_default()
}

/// Returns an integer of 32 or 64 bits.
pub(super) fn integer(value: Option<&Bson>) -> i64 {
    value.and_then(|value| value.as_i64().or_else(|| value.as_i32().map(i64::from))).unwrap_or_default()
}

/// Returns a string of a JSON object.
pub(super) fn json_text(object: &Value, field: &str) -> String {
    object[field].as_str().unwrap_or_default().to_owned()
}
