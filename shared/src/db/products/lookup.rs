//! Looks up active products by their ids or SKUs.

use super::list::summary_projection;
use super::{ProductSummaryDoc, Products};
use crate::db::MAX_TIME;
use crate::db::decode::collect;
use crate::domain::id::ProductId;
use crate::domain::sku::Sku;
use bson::{Bson, Document, doc};
use mongodb::error::Error;
use mongodb::options::Hint;

impl Products {
    /// Returns the active ones of these products, in no particular order.
    pub async fn active_by_ids(&self, ids: &[ProductId]) -> Result<Vec<ProductSummaryDoc>, Error> {
        let ids: Vec<Bson> = ids.iter().map(|id| Bson::from(*id)).collect();
        self.active(doc! { "_id": { "$in": ids } }, crate::db::ID_UNIQUE).await
    }

    /// Returns the active products with variants of these SKUs, in no particular order.
    pub async fn active_by_skus(&self, skus: &[Sku]) -> Result<Vec<ProductSummaryDoc>, Error> {
        let skus: Vec<&str> = skus.iter().map(Sku::as_str).collect();
        self.active(doc! { "variants.sku": { "$in": skus } }, super::SKU_UNIQUE).await
    }

    async fn active(&self, mut filter: Document, index: &str) -> Result<Vec<ProductSummaryDoc>, Error> {
        filter.insert("is_active", true);
        let mut projection = summary_projection();
        projection.insert("variants.sku", 1);
        let products = self.0.clone_with_type::<ProductSummaryDoc>();
        let found = products.find(filter).projection(projection).hint(Hint::Name(index.to_owned()));
        collect(self.0.name(), found.max_time(MAX_TIME).await?).await
    }
}
