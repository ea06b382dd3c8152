//! What is about to run out, for the shop's key figures.

use super::Products;
use crate::db::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::quantity::Stock;
use crate::domain::sku::Sku;
use crate::domain::text::ProductName;
use bson::doc;
use futures_util::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;

/// A variant with little left.
#[derive(Debug, Clone, Deserialize)]
pub struct LowStock {
    /// Which product.
    pub product_id: ProductId,
    /// What it is called.
    pub name: ProductName,
    /// Which variant.
    pub sku: Sku,
    /// How many there are to sell.
    pub stock_quantity: Stock,
}

impl Products {
    /// The `most` variants of products for sale that have the least left, the fewest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn lowest_stock(&self, most: i64) -> Result<Vec<LowStock>, Error> {
        let pipeline = vec![
            doc! { "$match": { "is_active": true } },
            // The index sorts products by their scarcest variant, so that the scarcest variants of
            // all are among those of as many products.
            doc! { "$sort": { "variants.stock_quantity": 1 } },
            doc! { "$limit": most },
            doc! { "$project": { "name": 1, "variants.sku": 1, "variants.stock_quantity": 1 } },
            doc! { "$unwind": "$variants" },
            doc! { "$sort": { "variants.stock_quantity": 1, "variants.sku": 1 } },
            doc! { "$limit": most },
            doc! { "$project": {
                "product_id": "$_id", "name": 1, "sku": "$variants.sku", "stock_quantity": "$variants.stock_quantity",
            } },
        ];
        self.0.aggregate(pipeline).with_type::<LowStock>().max_time(MAX_TIME).await?.try_collect().await
    }
}
