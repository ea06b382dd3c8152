//! The products in the database.

use super::fields::{id, integer, subdocuments, text};
use mongodb::bson::Document;
use std::collections::BTreeMap;

/// A product in the database.
#[derive(Debug, Clone, Default)]
pub struct StoredProduct {
    /// The id.
    pub id: String,
    /// The current slug; empty if it has none.
    pub slug: String,
    /// The slugs that are reserved for it: the current one and all former ones.
    pub slugs: Vec<String>,
    /// The stock by SKU.
    pub stock: BTreeMap<String, i64>,
    /// The holds.
    pub holds: Vec<Hold>,
}

/// A hold of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The id of the order that it is for.
    pub order: String,
    /// The SKU.
    pub sku: String,
    /// The quantity.
    pub quantity: i64,
}

impl StoredProduct {
    pub(super) fn of(product: &Document) -> Self {
        let stock = subdocuments(product, "variants")
            .map(|variant| (text(variant.get("sku")), integer(variant.get("stock_quantity"))))
            .collect();
        let hold = |hold: &Document| Hold {
            order: id(hold.get("order_id")),
            sku: text(hold.get("sku")),
            quantity: integer(hold.get("quantity")),
        };
        let slugs = product.get_array("slugs").into_iter().flatten();
        Self {
            id: id(product.get("_id")),
            slug: text(product.get("slug")),
            slugs: slugs.map(|slug| text(Some(slug))).collect(),
            stock,
            holds: subdocuments(product, "holds").map(hold).collect(),
        }
    }
}
