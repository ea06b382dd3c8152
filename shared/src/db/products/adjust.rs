//! How an administrator changes what there is of a variant: by one conditional update, like a sale.

use super::{ProductDoc, Products, exclude_internal};
use crate::db::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::quantity::Shortage;
use crate::domain::quantity::{Stock, StockChange};
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::{FindOneAndUpdateOptions, ReturnDocument};

/// What became of a change of stock.
#[derive(Debug)]
pub enum Adjustment {
    /// It was made; the product as it is since.
    Done(ProductDoc),
    /// There is less than would be taken away.
    Short(Shortage),
    /// There would be more than can be stored.
    TooMuch,
    /// The product has no variant of that SKU.
    NoSuchVariant,
    /// There is no product of that id.
    NoSuchProduct,
}

impl Products {
    /// Adds to the stock of a variant, or takes away from it.
    ///
    /// # Errors
    /// The database's.
    pub async fn adjust_stock(
        &self,
        id: ProductId,
        sku: &Sku,
        change: StockChange,
        now: Timestamp,
    ) -> Result<Adjustment, Error> {
        let delta = change.get();
        let least = delta.saturating_neg().max(0);
        let most = i64::from(Stock::MAX).saturating_sub(delta);
        let in_stock = doc! { "$gte": least, "$lte": most };
        let filter = doc! { "_id": id, "variants": { "$elemMatch": { "sku": sku, "stock_quantity": in_stock } } };
        loop {
            let options = FindOneAndUpdateOptions::builder()
                .array_filters(vec![doc! { "variant.sku": sku }])
                .projection(exclude_internal())
                .return_document(ReturnDocument::After)
                .max_time(MAX_TIME)
                .build();
            let update = self.0.find_one_and_update(filter.clone(), addition(delta, now)).with_options(options);
            if let Some(product) = update.await? {
                return Ok(Adjustment::Done(product));
            }
            let Some(product) = self.get(id).await? else { return Ok(Adjustment::NoSuchProduct) };
            let Some(variant) = product.variants.iter().find(|variant| variant.sku == *sku) else {
                return Ok(Adjustment::NoSuchVariant);
            };
            let available = i64::from(variant.stock_quantity.get());
            if available < least {
                let requested = u32::try_from(least).unwrap_or(u32::MAX);
                let available = variant.stock_quantity.get();
                return Ok(Adjustment::Short(Shortage { sku: sku.clone(), requested, available }));
            }
            if available > most {
                return Ok(Adjustment::TooMuch);
            }
            // Between the two looks somebody has made it possible.
        }
    }
}

fn addition(delta: i64, now: Timestamp) -> Document {
    doc! {
        "$inc": { "variants.$[variant].stock_quantity": delta, "version": 1_i64 },
        "$set": { "updated_at": now },
    }
}
