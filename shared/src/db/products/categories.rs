//! The categories of what is for sale.

use super::Products;
use crate::db::MAX_TIME;
use crate::domain::text::Label;
use bson::doc;
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::Hint;
use serde::Deserialize;

/// A category, and how much there is of it.
#[derive(Debug, Clone, Deserialize)]
pub struct CategoryCount {
    /// The category.
    #[serde(rename = "_id")]
    pub category: Label,
    /// How many products of it are for sale.
    pub product_count: i64,
}

impl Products {
    /// Every category of which something is for sale, by name. Counted from the keys of an index; no
    /// product is read.
    ///
    /// # Errors
    /// The database's.
    pub async fn categories(&self) -> Result<Vec<CategoryCount>, Error> {
        let pipeline = vec![
            doc! { "$match": { "is_active": true } },
            doc! { "$group": { "_id": "$category", "product_count": { "$sum": 1_i64 } } },
            doc! { "$sort": { "_id": 1 } },
        ];
        let counted = self.0.aggregate(pipeline).hint(Hint::Name("category".to_owned()));
        counted.with_type::<CategoryCount>().max_time(MAX_TIME).await?.try_collect().await
    }
}
