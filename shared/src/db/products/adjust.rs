//! Adjusts the stock of a variant: one conditional update, like a sale.

use super::collection::in_catalogue;
use super::{ProductDoc, Products, exclude_internal};
use crate::db::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::idempotency_key::IdempotencyKey;
use crate::domain::quantity::{Stock, StockChange};
use crate::domain::sku::{Shortage, Sku};
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use mongodb::error::Error;
use mongodb::options::{FindOneAndUpdateOptions, ReturnDocument};

/// Number of adjustments with an idempotency key that a product records.
const MAX_RECORDED: i32 = 50;

/// The outcome of an adjustment of stock.
#[derive(Debug)]
pub enum StockAdjustment {
    /// The updated product.
    Applied(ProductDoc),
    /// The product, whose stock an earlier request with the same idempotency key has adjusted.
    Replayed(ProductDoc),
    /// The idempotency key was used for a different adjustment.
    KeyReused,
    /// The stock is lower than the removal.
    InsufficientStock(Shortage),
    /// The stock would exceed [`Stock::MAX`].
    ExceedsMaximum,
    /// The product has no variant with this SKU.
    UnknownVariant,
    /// There is no product with this id.
    UnknownProduct,
}

/// A change of the stock of a variant.
#[derive(Debug, Clone, Copy)]
pub struct StockDelta<'a> {
    /// The SKU of the variant.
    pub sku: &'a Sku,
    /// The change.
    pub change: StockChange,
    /// The key under which the same change takes effect once.
    pub idempotency_key: Option<&'a IdempotencyKey>,
}

impl Products {
    /// Adds to the stock of a variant, or removes from it.
    pub async fn adjust_stock(
        &self,
        id: ProductId,
        adjustment: StockDelta<'_>,
        now: Timestamp,
    ) -> Result<StockAdjustment, Error> {
        let StockDelta { sku, change, idempotency_key } = adjustment;
        let min = change.get().saturating_neg().max(0);
        let max = i64::from(Stock::MAX).saturating_sub(change.get());
        let in_stock = doc! { "$gte": min, "$lte": max };
        let mut filter = in_catalogue(id);
        filter.insert("variants", doc! { "$elemMatch": { "sku": sku, "stock_quantity": in_stock } });
        if let Some(key) = idempotency_key {
            filter.insert("stock_adjustments.idempotency_key", doc! { "$ne": key.as_str() });
        }
        loop {
            let options = FindOneAndUpdateOptions::builder()
                .array_filters(vec![doc! { "variant.sku": sku }])
                .projection(exclude_internal())
                .return_document(ReturnDocument::After)
                .max_time(MAX_TIME)
                .build();
            let update = self.0.find_one_and_update(filter.clone(), adjustment.update(now)).with_options(options);
            if let Some(product) = update.await? {
                return Ok(StockAdjustment::Applied(product));
            }
            if let Some(replayed) = self.replay(id, adjustment).await? {
                return Ok(replayed);
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

    /// Returns the outcome if an earlier request has used the idempotency key of the adjustment.
    async fn replay(&self, id: ProductId, adjustment: StockDelta<'_>) -> Result<Option<StockAdjustment>, Error> {
        let Some(key) = adjustment.idempotency_key else { return Ok(None) };
        let mut filter = doc! { "_id": id, "stock_adjustments.idempotency_key": key.as_str() };
        let used = self.0.find_one(filter.clone()).projection(exclude_internal()).max_time(MAX_TIME).await?;
        let Some(product) = used else { return Ok(None) };
        filter.insert("stock_adjustments", doc! { "$elemMatch": adjustment.record(key) });
        let is_same = self.0.count_documents(filter).max_time(MAX_TIME).await? > 0;
        Ok(Some(if is_same { StockAdjustment::Replayed(product) } else { StockAdjustment::KeyReused }))
    }
}

impl StockDelta<'_> {
    fn update(&self, now: Timestamp) -> Document {
        let mut update = doc! {
            "$inc": { "variants.$[variant].stock_quantity": self.change.get(), "version": 1_i64 },
            "$set": { "updated_at": now },
        };
        if let Some(key) = self.idempotency_key {
            let latest = doc! { "$each": [self.record(key)], "$slice": MAX_RECORDED.saturating_neg() };
            update.insert("$push", doc! { "stock_adjustments": latest });
        }
        update
    }

    fn record(&self, key: &IdempotencyKey) -> Bson {
        doc! { "idempotency_key": key.as_str(), "sku": self.sku, "delta": self.change.get() }.into()
    }
}
