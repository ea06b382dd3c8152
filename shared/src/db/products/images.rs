//! How pictures come into a product and leave it: each by one conditional update.

use super::{ProductDoc, Products, exclude_internal, literal};
use crate::db::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::product::MAX_IMAGES;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use serde::Deserialize;

/// What became of a picture that was to be added.
#[derive(Debug)]
pub enum ImageAddition {
    /// It was added; the product as it is since.
    Done(ProductDoc),
    /// The same picture is there already.
    There(ProductDoc),
    /// The product has as many pictures as it may have.
    Full,
    /// There is no product of that id.
    NoSuchProduct,
}

/// The URLs of pictures that are to be deleted.
#[derive(Deserialize)]
struct Discarded {
    #[serde(default)]
    discarded_images: Vec<String>,
}

impl Products {
    /// Adds a picture as the last one, unless there is one whose URL has this mark.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_image(
        &self,
        id: ProductId,
        mark: &str,
        url: &str,
        now: Timestamp,
    ) -> Result<ImageAddition, Error> {
        let mut change = edit(now);
        change.insert("images", doc! { "$concatArrays": ["$images", [literal(url)]] });
        loop {
            let room = doc! { "$lt": [{ "$size": "$images" }, bson::Bson::from(i64::try_from(MAX_IMAGES).unwrap_or(i64::MAX))] };
            let filter = doc! { "_id": id, "$expr": { "$and": [room, { "$eq": [marked(mark, true), []] }] } };
            let update = self
                .0
                .find_one_and_update(filter, vec![doc! { "$set": change.clone() }])
                .projection(exclude_internal());
            if let Some(product) = update.return_document(ReturnDocument::After).max_time(MAX_TIME).await? {
                return Ok(ImageAddition::Done(product));
            }
            let Some(product) = self.get(id).await? else { return Ok(ImageAddition::NoSuchProduct) };
            if product.images.iter().any(|image| image.contains(mark)) {
                return Ok(ImageAddition::There(product));
            }
            if product.images.len() >= MAX_IMAGES {
                return Ok(ImageAddition::Full);
            }
            // Between the two looks somebody has made room.
        }
    }

    /// Takes the pictures whose URLs have this mark out of the product, and notes that they are to be
    /// deleted. Gives what is noted, also from earlier tries; nothing if there is no such picture.
    ///
    /// # Errors
    /// The database's.
    pub async fn discard_image(&self, id: ProductId, mark: &str, now: Timestamp) -> Result<Vec<String>, Error> {
        let mut change = edit(now);
        change.insert("images", marked(mark, false));
        let noted = doc! { "$ifNull": ["$discarded_images", []] };
        change.insert("discarded_images", doc! { "$concatArrays": [noted, marked(mark, true)] });
        let filter = doc! { "_id": id, "$expr": { "$ne": [marked(mark, true), []] } };
        self.0.update_one(filter, vec![doc! { "$set": change }]).await?;
        let products = self.0.clone_with_type::<Discarded>();
        let noted = products.find_one(doc! { "_id": id }).projection(doc! { "discarded_images": 1 });
        let noted = noted.max_time(MAX_TIME).await?.map(|product| product.discarded_images).unwrap_or_default();
        Ok(noted.into_iter().filter(|url| url.contains(mark)).collect())
    }

    /// Forgets that a picture is to be deleted.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_image(&self, id: ProductId, url: &str) -> Result<(), Error> {
        let change = doc! { "$pull": { "discarded_images": url } };
        self.0.update_one(doc! { "_id": id }, change).await.map(drop)
    }
}

/// The URLs that have this mark, or those that have not.
fn marked(mark: &str, with: bool) -> Document {
    let position = doc! { "$indexOfBytes": ["$$this", literal(mark)] };
    let condition = doc! { if with { "$gte" } else { "$lt" }: [position, 0] };
    doc! { "$filter": { "input": "$images", "cond": condition } }
}

/// What every edit changes.
fn edit(now: Timestamp) -> Document {
    doc! {
        "version": { "$add": ["$version", 1_i64] },
        "edited_version": { "$add": ["$version", 1_i64] },
        "updated_at": now,
    }
}
