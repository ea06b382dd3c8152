//! Adds and removes images of a product: one conditional update each.

use super::collection::{edit_fields, exclude_internal, in_catalogue, literal};
use super::{ProductDoc, Products};
use crate::db::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::image_details::Dimensions;
use crate::domain::product::MAX_IMAGES;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use serde::Deserialize;

/// The outcome of adding an image.
#[derive(Debug)]
pub enum ImageAddition {
    /// The updated product.
    Added(ProductDoc),
    /// The product, which has the image already.
    AlreadyPresent(ProductDoc),
    /// The product has [`MAX_IMAGES`] images.
    LimitReached,
    /// There is no product with this id.
    UnknownProduct,
}

/// The URLs of removed images whose files are to be deleted.
#[derive(Deserialize)]
struct DiscardedImages {
    #[serde(default)]
    discarded_images: Vec<String>,
}

impl Products {
    /// Appends an image with its dimensions, if they are known, unless the product has one whose URL contains `path_marker`.
    pub async fn add_image(
        &self,
        id: ProductId,
        path_marker: &str,
        url: &str,
        dimensions: Option<Dimensions>,
        now: Timestamp,
    ) -> Result<ImageAddition, Error> {
        let mut fields = edit_fields(now);
        fields.insert("images", doc! { "$concatArrays": ["$images", [literal(url)]] });
        if let Some(Dimensions { width, height }) = dimensions {
            let (width, height) = (i64::from(width.get()), i64::from(height.get()));
            let details = doc! { "url": literal(url), "width": width, "height": height };
            fields.insert("image_details", doc! { "$concatArrays": [details_of_images(), [details]] });
        }
        loop {
            let below_limit = doc! { "$lt": [{ "$size": "$images" }, bson::Bson::from(i64::try_from(MAX_IMAGES).unwrap_or(i64::MAX))] };
            let mut filter = in_catalogue(id);
            filter.insert("$expr", doc! { "$and": [below_limit, { "$eq": [filter_images(path_marker, true), []] }] });
            let update = self
                .0
                .find_one_and_update(filter, vec![doc! { "$set": fields.clone() }])
                .projection(exclude_internal());
            if let Some(product) = update.return_document(ReturnDocument::After).max_time(MAX_TIME).await? {
                return Ok(ImageAddition::Added(product));
            }
            let Some(product) = self.get(id).await? else { return Ok(ImageAddition::UnknownProduct) };
            if product.images.iter().any(|image| image.contains(path_marker)) {
                return Ok(ImageAddition::AlreadyPresent(product));
            }
            if product.images.len() >= MAX_IMAGES {
                return Ok(ImageAddition::LimitReached);
            }
            // A concurrent request has removed an image: repeat.
        }
    }

    /// Removes the images whose URLs contain `path_marker`, and records that their files are to be deleted. Returns the
    /// recorded URLs, also those of earlier attempts; empty when there is no such image.
    pub async fn discard_image(&self, id: ProductId, path_marker: &str, now: Timestamp) -> Result<Vec<String>, Error> {
        let mut fields = edit_fields(now);
        fields.insert("images", filter_images(path_marker, false));
        let recorded = doc! { "$ifNull": ["$discarded_images", []] };
        fields.insert("discarded_images", doc! { "$concatArrays": [recorded, filter_images(path_marker, true)] });
        let filter = doc! { "_id": id, "$expr": { "$ne": [filter_images(path_marker, true), []] } };
        self.0.update_one(filter, vec![doc! { "$set": fields }]).await?;
        let products = self.0.clone_with_type::<DiscardedImages>();
        let recorded = products.find_one(doc! { "_id": id }).projection(doc! { "discarded_images": 1 });
        let recorded = recorded.max_time(MAX_TIME).await?.map(|product| product.discarded_images).unwrap_or_default();
        Ok(recorded.into_iter().filter(|url| url.contains(path_marker)).collect())
    }

    /// Removes the record of an image whose file was deleted.
    pub async fn remove_discarded_image(&self, id: ProductId, url: &str) -> Result<(), Error> {
        let change = doc! { "$pull": { "discarded_images": url } };
        self.0.update_one(doc! { "_id": id }, change).await.map(drop)
    }
}

/// Returns an expression for the stored details without those of images that the product no longer has.
fn details_of_images() -> Document {
    let stored = doc! { "$ifNull": ["$image_details", []] };
    doc! { "$filter": { "input": stored, "cond": { "$in": ["$$this.url", "$images"] } } }
}

/// Returns an expression for the image URLs that contain `path_marker`, or for all others.
fn filter_images(path_marker: &str, contains: bool) -> Document {
    let position = doc! { "$indexOfBytes": ["$$this", literal(path_marker)] };
    let condition = doc! { if contains { "$gte" } else { "$lt" }: [position, 0] };
    doc! { "$filter": { "input": "$images", "cond": condition } }
}
