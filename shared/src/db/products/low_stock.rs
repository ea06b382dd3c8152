//! Query for the variants with the lowest stock, for the statistics.

use super::Products;
use crate::db::MAX_TIME;
use crate::db::decode::collect;
use crate::domain::id::ProductId;
use crate::domain::quantity::Stock;
use crate::domain::sku::Sku;
use crate::domain::text::ProductName;
use bson::doc;
use mongodb::error::Error;
use serde::Deserialize;

/// A variant with its stock.
#[derive(Debug, Clone, Deserialize)]
pub struct LowStock {
    /// The product.
    pub product_id: ProductId,
    /// The name of the product.
    pub name: ProductName,
    /// The SKU of the variant.
    pub sku: Sku,
    /// Number of pieces in stock.
    pub stock_quantity: Stock,
}

impl Products {
    /// Returns the variants of active products with the lowest stock, ascending.
    pub async fn lowest_stock(&self, limit: i64) -> Result<Vec<LowStock>, Error> {
        let pipeline = vec![
            doc! { "$match": { "is_active": true } },
            // The index sorts products by their lowest stock, so the first `limit` products include the `limit`
            // variants with the lowest stock.
            doc! { "$sort": { "variants.stock_quantity": 1 } },
            doc! { "$limit": limit },
            doc! { "$project": { "name": 1, "variants.sku": 1, "variants.stock_quantity": 1 } },
            doc! { "$unwind": "$variants" },
            doc! { "$sort": { "variants.stock_quantity": 1, "variants.sku": 1 } },
            doc! { "$limit": limit },
            doc! { "$project": {
                "product_id": "$_id", "name": 1, "sku": "$variants.sku", "stock_quantity": "$variants.stock_quantity",
            } },
        ];
        collect(self.0.name(), self.0.aggregate(pipeline).with_type::<LowStock>().max_time(MAX_TIME).await?).await
    }
}
