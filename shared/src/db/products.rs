//! The collection `products`: what is sold. What a sale takes is in `stock.rs`.

mod declaration;
mod document;
mod low_stock;

pub(super) use declaration::declaration;
pub use document::{Derived, ProductDetails, ProductDoc, ProductPosition, ProductSort, ProductSummaryDoc, StockOnly};
pub use low_stock::LowStock;

use super::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::product::Variant;
use crate::domain::quantity::Stock;
use crate::domain::text::Label;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use mongodb::{Collection, Database};

/// The unique index on the SKUs of all products.
pub const SKU_UNIQUE: &str = "sku_unique";

/// The products.
#[derive(Clone)]
pub struct Products(pub(super) Collection<ProductDoc>);

impl Products {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("products"))
    }

    /// Stores a new product.
    ///
    /// # Errors
    /// A violation of [`SKU_UNIQUE`].
    pub async fn insert(&self, product: &ProductDoc) -> Result<(), Error> {
        self.0.insert_one(product).await.map(drop)
    }

    /// The product with that id, for sale or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(&self, id: ProductId) -> Result<Option<ProductDoc>, Error> {
        self.0.find_one(doc! { "_id": id }).projection(doc! { "holds": 0 }).max_time(MAX_TIME).await
    }

    /// The products with those ids, for sale or not, in no order.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_ids(&self, ids: Vec<ProductId>) -> Result<Vec<ProductDoc>, Error> {
        let filter = doc! { "_id": { "$in": ids } };
        let projection = doc! { "holds": 0, "description": 0 };
        // A description may be long, and nobody who asks for several products shows it.
        self.0.find(filter).projection(projection).max_time(MAX_TIME).await?.try_collect().await
    }

    /// One page of the products for sale.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        category: Option<&Label>,
        sort: ProductSort,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<ProductSummaryDoc>, Error> {
        let mut filter = doc! { "is_active": true };
        if let Some(category) = category {
            filter.insert("category", category.as_str());
        }
        let (field, direction) = (sort.field(), sort.direction());
        if let Some(ProductPosition { key, id }) = after {
            filter = super::schema::after(&filter, field, direction, key.clone(), (*id).into());
        }
        let projection = doc! {
            "name": 1, "category": 1, "base_price": 1, "images": { "$slice": 1 }, "created_at": 1,
            "variants.stock_quantity": 1, "sort_name": 1, "min_price": 1, "max_price": 1,
        };
        let products = self.0.clone_with_type::<ProductSummaryDoc>();
        let found = products.find(filter).projection(projection).sort(doc! { field: direction, "_id": direction });
        found.limit(limit).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Replaces what an administrator says of a product, and keeps the stock where none is given:
    /// one update, so that a sale that happens meanwhile is not undone. `None` when there is no such
    /// product, or `version` is given and is not the product's.
    ///
    /// # Errors
    /// A violation of [`SKU_UNIQUE`].
    pub async fn replace(
        &self,
        id: ProductId,
        version: Option<i64>,
        details: &ProductDetails,
        now: Timestamp,
    ) -> Result<Option<ProductDoc>, Error> {
        let mut filter = doc! { "_id": id };
        if let Some(version) = version {
            filter.insert("version", version);
        }
        let variants = details.variants.iter().map(variant_expression).collect::<Result<Vec<_>, _>>()?;
        let changes = doc! { "$set": {
            "name": literal(details.name.as_str()),
            "description": literal(details.description.as_str()),
            "category": literal(details.category.as_str()),
            "base_price": details.base_price,
            "images": literal(details.images.clone()),
            "is_active": details.is_active,
            "version": { "$add": ["$version", 1_i64] },
            "updated_at": now,
            "variants": variants,
            "sort_name": literal(details.derived.sort_name.as_str()),
            "min_price": details.derived.min_price,
            "max_price": details.derived.max_price,
        } };
        let update = self.0.find_one_and_update(filter, vec![changes]);
        update.projection(doc! { "holds": 0 }).return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }

    /// Takes a product off sale; false when there is none of that id.
    ///
    /// # Errors
    /// The database's.
    pub async fn deactivate(&self, id: ProductId, now: Timestamp) -> Result<bool, Error> {
        let update = doc! { "$set": { "is_active": false, "updated_at": now }, "$inc": { "version": 1_i64 } };
        let changed = self.0.update_one(doc! { "_id": id, "is_active": true }, update).await?;
        Ok(changed.matched_count == 1 || self.get(id).await?.is_some())
    }
}

/// A variant in an update pipeline: its stock is the given one, or else what it is at that moment.
fn variant_expression((variant, stock): &(Variant, Option<Stock>)) -> Result<Document, Error> {
    let sku = literal(variant.sku.as_str());
    let stock = match stock {
        Some(stock) => literal(i64::from(stock.get())),
        None => doc! { "$let": {
            "vars": { "old": { "$first": { "$filter": {
                "input": "$variants", "cond": { "$eq": ["$$this.sku", sku.clone()] },
            } } } },
            "in": { "$ifNull": ["$$old.stock_quantity", 0_i64] },
        } },
    };
    Ok(doc! {
        "sku": sku,
        "size": literal(crate::db::to_bson(&variant.size)?),
        "color": literal(crate::db::to_bson(&variant.color)?),
        "stock_quantity": stock,
        "price_modifier": variant.price_modifier,
    })
}

/// A value in a pipeline, where text that begins with a dollar would be read as a field's name.
fn literal(value: impl Into<Bson>) -> Document {
    doc! { "$literal": value.into() }
}
