//! The collection, its projections, and reads by id.

use super::ProductDoc;
use super::choices::Choices;
use super::facet_terms::FACET_TERMS;
use super::facet_values::FACET_VALUES;
use super::terms::{TERMS, TERMS_VERSION};
use crate::db::MAX_TIME;
use crate::db::decode::collect;
use crate::db::vocabulary::Vocabulary;
use crate::domain::id::ProductId;
use crate::domain::search::Language;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use mongodb::error::Error;
use mongodb::{Collection, Database};

/// The unique index on the SKUs of all variants.
pub const SKU_UNIQUE: &str = "sku_unique";

/// The unique index on the slugs that products have or had.
pub const SLUG_UNIQUE: &str = "slug_unique";

/// The name of the collection.
pub(super) const NAME: &str = "products";

/// The collection `products`, the language of the catalogue, its vocabulary, and the access paths that were chosen.
#[derive(Clone)]
pub struct Products(
    pub(in crate::db) Collection<ProductDoc>,
    pub(super) Language,
    pub(super) Vocabulary,
    pub(super) Choices,
);

impl Products {
    pub(crate) fn new(database: &Database, language: Language) -> Self {
        Self(database.collection(NAME), language, Vocabulary::new(database), Choices::default())
    }

    /// Returns the product of the catalogue with an id, active or not.
    pub async fn get(&self, id: ProductId) -> Result<Option<ProductDoc>, Error> {
        self.0.find_one(in_catalogue(id)).projection(exclude_internal()).max_time(MAX_TIME).await
    }

    /// Returns the products with these ids, active or not, with what a line of a cart shows, in no particular order.
    pub async fn by_ids(&self, ids: Vec<ProductId>) -> Result<Vec<ProductDoc>, Error> {
        let filter = doc! { "_id": { "$in": ids } };
        let found = self.0.find(filter).projection(line_projection()).max_time(MAX_TIME).await?;
        collect(self.0.name(), found).await
    }
}

/// Returns the filter for a product that administrators can read and edit. The product of a synthetic purchase is not.
pub(super) fn in_catalogue(id: ProductId) -> Document {
    doc! { "_id": id, "exclusive_to": { "$exists": false } }
}

/// Returns the projection that excludes internal fields.
pub(in crate::db) fn exclude_internal() -> Document {
    doc! {
        "holds": 0, TERMS: 0, TERMS_VERSION: 0, "edited_version": 0, "discarded_images": 0, "stock_adjustments": 0,
        "slugs": 0, FACET_TERMS: 0, FACET_VALUES: 0,
    }
}

/// Returns the projection of what a line of a cart or an order shows: the others may be long.
pub(in crate::db) fn line_projection() -> Document {
    let mut projection = exclude_internal();
    for field in ["description", "seo", "tags", "options", "image_details", "compare_at_price"] {
        projection.insert(field, 0);
    }
    projection
}

/// Returns the fields of an update pipeline that every edit sets.
pub(super) fn edit_fields(now: Timestamp) -> Document {
    doc! {
        "version": { "$add": ["$version", 1_i64] },
        "edited_version": { "$add": ["$version", 1_i64] },
        "updated_at": now,
    }
}

/// Returns a literal of a pipeline. Without `$literal`, text that starts with a dollar sign would be a field path.
pub(super) fn literal(value: impl Into<Bson>) -> Document {
    doc! { "$literal": value.into() }
}
