//! The indexes and the validator of the collection `products`.

use super::facet_terms::FACET_TERMS;
use super::facet_values::FACET_VALUES;
use super::sort::{NAME_INDEX, collation};
use super::terms::{TERMS, TERMS_VERSION};
use super::{ProductSort, SKU_UNIQUE, SLUG_UNIQUE};
use crate::db::schema::{Declaration, collated, index, unique, unique_where, validator};
use crate::domain::search::Language;
use bson::{Document, doc};

pub(in crate::db) fn declaration(language: Language) -> Declaration {
    let required = [
        "name",
        "description",
        "category",
        "base_price",
        "images",
        "is_active",
        "version",
        "created_at",
        "updated_at",
        "variants",
        "min_price",
        "max_price",
        "edited_version",
        TERMS,
        TERMS_VERSION,
    ];
    let sorted = |name: &str, field: &str, direction: i32| {
        index(name, doc! { "is_active": 1, field: direction, "_id": direction })
    };
    let sorted_by_term = |name: &str, field: &str, direction: i32| {
        index(&format!("{TERMS}_{name}"), doc! { "is_active": 1, TERMS: 1, field: direction, "_id": direction })
    };
    let by_name = ProductSort::Name.index(language);
    Declaration {
        name: "products",
        validator: validator(&required, properties()),
        indexes: vec![
            unique(SKU_UNIQUE, doc! { "variants.sku": 1 }),
            // Products of a release without slugs have none until `migrate` derives them.
            unique_where(SLUG_UNIQUE, doc! { "slugs": 1 }, doc! { "slugs": { "$exists": true } }),
            sorted("newest", "created_at", -1),
            sorted("price", "min_price", 1),
            collated(sorted(&by_name, "name", 1), collation(language)),
            sorted_by_term("newest", "created_at", -1),
            sorted_by_term("price", "min_price", 1),
            collated(sorted_by_term(&by_name, "name", 1), collation(language)),
            index(FACETS, doc! { "is_active": 1, FACET_TERMS: 1, "_id": -1, FACET_VALUES: 1 }),
            index(OUTDATED_TERMS, doc! { TERMS_VERSION: 1 }),
            index("category", doc! { "is_active": 1, "category": 1 }),
            index("holds", doc! { "holds.order_id": 1 }),
            index(LOW_STOCK, doc! { "is_active": 1, "variants.stock_quantity": 1, "category": 1, "_id": 1 }),
        ],
    }
}

/// The index in the order of stock.
pub(super) const LOW_STOCK: &str = "low_stock";

/// The index that finds products whose terms are those of another language or of an earlier version.
pub(super) const OUTDATED_TERMS: &str = "outdated_terms";

/// The term index from whose keys facets are counted.
pub(super) const FACETS: &str = "terms_facets";

/// Returns whether a name is that of a term index.
pub(in crate::db) fn is_term_index(index: &str) -> bool {
    index.starts_with(TERMS)
}

/// Returns whether a name is that of an index in the order of names, in any language.
pub(in crate::db) fn is_name_index(index: &str) -> bool {
    index.trim_start_matches(TERMS).trim_start_matches('_').starts_with(NAME_INDEX)
}

fn properties() -> Document {
    let text = || doc! { "bsonType": "string" };
    let slug = || doc! { "bsonType": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" };
    let amount = || doc! { "bsonType": "long", "minimum": 0 };
    let variant = doc! {
        "bsonType": "object",
        "required": ["sku", "stock_quantity", "price_modifier"],
        "properties": {
            "sku": { "bsonType": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" },
            "size": { "bsonType": ["string", "null"] },
            "color": { "bsonType": ["string", "null"] },
            "options": { "bsonType": "array", "maxItems": 3, "items": {
                "bsonType": "object", "required": ["name", "value"], "properties": { "name": text(), "value": text() },
            } },
            "stock_quantity": { "bsonType": ["int", "long"], "minimum": 0 },
            "price_modifier": { "bsonType": "long" },
        },
    };
    let option = doc! {
        "bsonType": "object", "required": ["name", "values"],
        "properties": { "name": text(), "values": { "bsonType": "array", "items": text() } },
    };
    let pixels = || doc! { "bsonType": ["int", "long"], "minimum": 1 };
    let image = doc! {
        "bsonType": "object", "required": ["url"],
        "properties": { "url": text(), "alt": text(), "width": pixels(), "height": pixels() },
    };
    doc! {
        "name": text(), "description": text(), "category": text(),
        "slug": slug(), "slugs": { "bsonType": "array", "minItems": 1, "items": slug() },
        "seo": { "bsonType": "object", "properties": { "title": text(), "description": text() } },
        "tags": { "bsonType": "array", "maxItems": 50, "items": text() },
        "compare_at_price": amount(),
        "options": { "bsonType": "array", "maxItems": 3, "items": option },
        "image_details": { "bsonType": "array", "maxItems": 20, "items": image },
        "base_price": amount(), "min_price": amount(), "max_price": amount(),
        "images": { "bsonType": "array", "items": text() },
        "discarded_images": { "bsonType": "array", "items": text() },
        "stock_adjustments": {
            "bsonType": "array",
            "items": {
                "bsonType": "object",
                "required": ["idempotency_key", "sku", "delta"],
                "properties": { "idempotency_key": text(), "sku": text(), "delta": { "bsonType": "long" } },
            },
        },
        "is_active": { "bsonType": "bool" },
        "exclusive_to": { "bsonType": "objectId" },
        "version": { "bsonType": "long" },
        "edited_version": { "bsonType": "long" },
        TERMS: { "bsonType": "array", "minItems": 1, "items": { "bsonType": "long" } },
        TERMS_VERSION: text(),
        FACET_TERMS: { "bsonType": "array", "minItems": 1, "items": { "bsonType": "long" } },
        FACET_VALUES: text(),
        "created_at": { "bsonType": "date" }, "updated_at": { "bsonType": "date" },
        "variants": { "bsonType": "array", "minItems": 1, "maxItems": 100, "items": variant },
        // The elements are not validated: a product in demand has hundreds of holds, and each sale would validate all
        // of them.
        "holds": { "bsonType": "array" },
    }
}
