//! Adjusts the stock of a variant: one conditional update, like a sale.

use super::{ProductDoc, Products, exclude_internal};
use crate::db::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::quantity::{Stock, StockChange};
use crate::domain::sku::{Shortage, Sku};
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::{FindOneAndUpdateOptions, ReturnDocument};

/// The outcome of an adjustment of stock.
#[derive(Debug)]
pub enum StockAdjustment {
    /// The updated product.
    Applied(ProductDoc),
    /// The stock is lower than the removal.
    InsufficientStock(Shortage),
    /// The stock would exceed [`Stock::MAX`].
    ExceedsMaximum,
    /// The product has no variant with this SKU.
    UnknownVariant,
    /// There is no product with this id.
    UnknownProduct,
}

impl Products {
    /// Adds to the stock of a variant, or removes from it.
    pub async fn adjust_stock(
        &self,
        id: ProductId,
        sku: &Sku,
        change: StockChange,
        now: Timestamp,
    ) -> Result<StockAdjustment, Error> {
        let delta = change.get();
        let min = delta.saturating_neg().max(0);
        let max = i64::from(Stock::MAX).saturating_sub(delta);
        let in_stock = doc! { "$gte": min, "$lte": max };
        let filter = doc! { "_id": id, "variants": { "$elemMatch": { "sku": sku, "stock_quantity": in_stock } } };
        loop {
            let options = FindOneAndUpdateOptions::builder()
                .array_filters(vec![doc! { "variant.sku": sku }])
                .projection(exclude_internal())
                .return_document(ReturnDocument::After)
                .max_time(MAX_TIME)
                .build();
            let update = self.0.find_one_and_update(filter.clone(), add_stock(delta, now)).with_options(options);
            if let Some(product) = update.await? {
                return Ok(StockAdjustment::Applied(product));
            }
            let Some(product) = self.get(id).await? else { return Ok(StockAdjustment::UnknownProduct) };
            let Some(variant) = product.variants.iter().find(|variant| variant.sku == *sku) else {
                return Ok(StockAdjustment::UnknownVariant);
            };
            let available = i64::from(variant.stock_quantity.get());
            if available < min {
                let requested = u32::try_from(min).unwrap_or(u32::MAX);
                let available = variant.stock_quantity.get();
                return Ok(StockAdjustment::InsufficientStock(Shortage { sku: sku.clone(), requested, available }));
            }
            if available > max {
                return Ok(StockAdjustment::ExceedsMaximum);
            }
            // A concurrent update has made the adjustment possible: repeat it.
        }
    }
}

fn add_stock(delta: i64, now: Timestamp) -> Document {
    doc! {
        "$inc": { "variants.$[variant].stock_quantity": delta, "version": 1_i64 },
        "$set": { "updated_at": now },
    }
}
