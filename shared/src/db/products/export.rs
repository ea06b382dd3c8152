//! Reads all active products in the order in which they were created: for sitemaps and product feeds.

use super::collection::exclude_internal;
use super::{ProductDoc, ProductSort, Products};
use crate::db::MAX_TIME;
use crate::db::decode::find_page;
use crate::db::keyset::after;
use crate::domain::id::ProductId;
use crate::domain::slug::Slug;
use crate::domain::time::Timestamp;
use crate::domain::validation::ValidationError;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::{FindOptions, Hint};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The position of a product in this order. Positions stay the same when other products are added or deactivated. Its text is
/// the time in milliseconds and the id: `1790000000000-6740a1b2c3d4e5f601234567`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct ExportPosition {
    created_at: Timestamp,
    #[serde(rename = "_id")]
    id: ProductId,
}

/// A product of a sitemap.
#[derive(Debug, Clone, Deserialize)]
pub struct SitemapEntry {
    /// The id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// The current slug, if it has one.
    #[serde(default)]
    slug: Option<Slug>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl ExportPosition {
    /// The position before all products.
    pub const START: Self = Self { created_at: Timestamp::from_millis(0), id: ProductId::from_bytes([0; 12]) };

    /// Returns the position of a product.
    #[must_use]
    pub const fn of(product: &ProductDoc) -> Self {
        Self { created_at: product.created_at, id: product.id }
    }
}

impl std::fmt::Display for ExportPosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.created_at.as_millis(), self.id)
    }
}

impl std::str::FromStr for ExportPosition {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let parse = |(millis, id): (&str, &str)| {
            let millis = millis.parse::<i64>().ok().filter(|millis| *millis >= 0)?;
            Some(Self { created_at: Timestamp::from_millis(millis), id: id.parse().ok()? })
        };
        // "+1" and "01" are numbers, but no position is written like that.
        let position = text.split_once('-').and_then(parse).filter(|position| position.to_string() == text);
        position.ok_or_else(|| ValidationError::new("invalid_position", "must be a position from a sitemap or feed"))
    }
}

impl SitemapEntry {
    /// Returns the slug: that of its id, if it has none yet.
    #[must_use]
    pub fn slug(&self) -> Slug {
        self.slug.clone().unwrap_or_else(|| Slug::of_id(self.id))
    }
}

impl Products {
    /// Returns the positions after which pages of this length start. Only keys of an index are read.
    pub async fn export_pages(&self, length: u32) -> Result<Vec<ExportPosition>, Error> {
        let mut starts = vec![ExportPosition::START];
        let mut start = ExportPosition::START;
        loop {
            let options = FindOptions::builder().skip(u64::from(length.saturating_sub(1))).build();
            let projection = doc! { "created_at": 1, "_id": 1 };
            let found: Vec<ExportPosition> = self.export(start, projection, options, 2).await?;
            let [last, _next] = found.as_slice() else { return Ok(starts) };
            start = *last;
            starts.push(start);
        }
    }

    /// Returns the entries of the sitemap after a position.
    pub async fn sitemap_page(&self, start: ExportPosition, length: u32) -> Result<Vec<SitemapEntry>, Error> {
        let projection = doc! { "slug": 1, "updated_at": 1 };
        self.export(start, projection, FindOptions::default(), length.into()).await
    }

    /// Returns the products after a position, with all their details.
    pub async fn export_page(&self, start: ExportPosition, length: u32) -> Result<Vec<ProductDoc>, Error> {
        self.export(start, exclude_internal(), FindOptions::default(), length.into()).await
    }

    async fn export<T: DeserializeOwned + Send + Sync + Unpin>(
        &self,
        ExportPosition { created_at, id }: ExportPosition,
        projection: Document,
        mut options: FindOptions,
        limit: i64,
    ) -> Result<Vec<T>, Error> {
        let further = after(&doc! { "is_active": true }, "created_at", 1, created_at.into(), id.into());
        options.projection = Some(projection);
        options.sort = Some(doc! { "created_at": 1, "_id": 1 });
        options.hint = Some(Hint::Name(ProductSort::Newest.index(self.1)));
        options.max_time = Some(MAX_TIME);
        find_page(&self.0, doc! { "$or": further.to_vec() }, options, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::ExportPosition;

    #[test]
    fn a_position_has_one_text() {
        for good in ["0-000000000000000000000000", "1790000000000-6740a1b2c3d4e5f601234567"] {
            assert_eq!(good.parse::<ExportPosition>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "0",
            "0-",
            "-1-000000000000000000000000",
            "+1-000000000000000000000000",
            "0-x",
            "01-000000000000000000000000",
        ] {
            assert!(bad.parse::<ExportPosition>().is_err(), "{bad}");
        }
    }
}
