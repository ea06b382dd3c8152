//! Adds and edits products. Their categories are counted in the same transaction.

use super::categories::CategoryMembership;
use super::collection::{edit_fields, exclude_internal, in_catalogue, literal};
use super::{Presentation, ProductDetails, ProductDoc, Products, SLUG_UNIQUE, StoredProduct};
use crate::db::{ID_UNIQUE, MAX_TIME, to_bson, transaction, violated_index};
use crate::domain::id::ProductId;
use crate::domain::image_details::ImageDetails;
use crate::domain::product::{Seo, Variant};
use crate::domain::quantity::Stock;
use crate::domain::slug::Slug;
use crate::domain::time::Timestamp;
use crate::error::Error as ShopError;
use bson::{Bson, Document, doc};
use futures_util::{FutureExt, TryFutureExt};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::{Hint, ReturnDocument};

/// How often a slug is derived from the name before a random number ends the competition with concurrent requests.
const MAX_DERIVATIONS: u32 = 3;

impl Products {
    /// Inserts a product into the catalogue, and counts it in its category. A product without a slug gets one that is derived
    /// from its name. Returns the product as stored.
    ///
    /// # Errors
    /// A violation of [`super::SKU_UNIQUE`], or of [`super::SLUG_UNIQUE`] if the slug was given.
    pub async fn insert(&self, product: &ProductDoc) -> crate::Result<ProductDoc> {
        // Hardly any other product has the same name.
        let preferred = product.slug.clone().unwrap_or_else(|| Slug::preferred(product.name.as_str()));
        let mut inserted = ProductDoc { slug: Some(preferred), ..product.clone() };
        for attempt in 1..=MAX_DERIVATIONS {
            match self.insert_exactly(&inserted).await {
                Err(ShopError::Database(error))
                    if product.slug.is_none() && violated_index(&error) == Some(SLUG_UNIQUE) =>
                {
                    inserted.slug = None;
                    if attempt == MAX_DERIVATIONS {
                        inserted.slug = Some(Slug::with_random(product.name.as_str(), fastrand::u64(..)));
                    } else {
                        self.assign_slugs([&mut inserted]).await?;
                    }
                }
                outcome => return outcome.map(|()| inserted),
            }
        }
        self.insert_exactly(&inserted).await.map(|()| inserted)
    }

    /// Inserts a product as it is, also without a slug: one that has no page in a storefront.
    ///
    /// # Errors
    /// As for [`Self::insert`].
    pub async fn insert_exactly(&self, product: &ProductDoc) -> crate::Result<()> {
        let (stored, membership) = (product.stored(self.1)?, CategoryMembership::from(product));
        transaction::run(&self.database(), (self, stored, membership), |session, (products, stored, membership)| {
            async move {
                products.0.clone_with_type::<&StoredProduct<'_>>().insert_one(stored).session(&mut *session).await?;
                Ok(products.update_counts(session, None, Some(membership)).await?)
            }
            .boxed()
        })
        .await
    }

    /// Replaces the details of a product, and keeps the stock of variants for which none is given. One update, so that
    /// concurrent sales are not undone.
    ///
    /// `None` when there is no such product, or when `seen` versions are given and none of them is current: the product
    /// was edited since, or stock is given and was changed since.
    ///
    /// # Errors
    /// A violation of [`super::SKU_UNIQUE`] or [`super::SLUG_UNIQUE`].
    pub async fn replace(
        &self,
        id: ProductId,
        seen: Option<&[i64]>,
        details: &ProductDetails,
        now: Timestamp,
    ) -> crate::Result<Option<ProductDoc>> {
        let mut filter = in_catalogue(id);
        if let Some(seen) = seen {
            filter.insert("$expr", is_current(seen, details.sets_stock()));
        }
        self.replace_matching(filter, details, now).await
    }

    /// Replaces the details of a product that was read and not edited since, as [`Self::replace`] does.
    ///
    /// # Errors
    /// As for [`Self::replace`].
    pub async fn replace_read(
        &self,
        read: &ProductDoc,
        seen: Option<&[i64]>,
        details: &ProductDetails,
        now: Timestamp,
    ) -> crate::Result<Option<ProductDoc>> {
        let mut filter = in_catalogue(read.id);
        let of_client = seen.map(|seen| is_current(seen, details.sets_stock()));
        let conditions: Vec<Document> = [is_current(&[read.version], false)].into_iter().chain(of_client).collect();
        filter.insert("$expr", doc! { "$and": conditions });
        self.replace_matching(filter, details, now).await
    }

    async fn replace_matching(
        &self,
        filter: Document,
        details: &ProductDetails,
        now: Timestamp,
    ) -> crate::Result<Option<ProductDoc>> {
        let variants = details.variants.iter().map(variant_expression).collect::<Result<Vec<_>, _>>()?;
        let mut fields = edit_fields(now);
        fields.extend(doc! {
            "name": literal(details.name.as_str()),
            "description": literal(details.description.as_str()),
            "category": literal(details.category.as_str()),
            "base_price": details.base_price,
            "images": details.images.clone().map_or_else(|| Bson::from("$images"), |images| literal(images).into()),
            "is_active": details.is_active.map_or_else(|| Bson::from("$is_active"), Bson::from),
            "variants": variants,
            "min_price": details.sort_keys.min_price,
            "max_price": details.sort_keys.max_price,
        });
        let keys = details.index_keys(self.1)?.fields()?;
        fields.extend(keys.into_iter().map(|(name, value)| (name, literal(value).into())));
        fields.extend(presentation_fields(&details.presentation)?);
        let update = vec![doc! { "$set": fields }];

        // Most edits do not change the counts of categories. They need no transaction, for which sales would wait.
        let mut same_category = filter.clone();
        same_category.insert("category", details.category.as_str());
        if let Some(is_active) = details.is_active {
            same_category.insert("is_active", is_active);
        }
        let updated =
            self.0.find_one_and_update(same_category, update.clone()).hint(by_id()).projection(exclude_internal());
        match updated.return_document(ReturnDocument::After).max_time(MAX_TIME).await? {
            Some(product) => Ok(Some(product)),
            None => self.update_and_count(filter, update).await,
        }
    }

    /// Deactivates a product; false when there is no such product.
    pub async fn deactivate(&self, id: ProductId, now: Timestamp) -> crate::Result<bool> {
        let mut fields = edit_fields(now);
        fields.insert("is_active", false);
        let update = vec![doc! { "$set": fields }];
        // An exclusive product is never active.
        let updated = self.update_and_count(doc! { "_id": id, "is_active": true }, update).await?;
        Ok(updated.is_some() || self.get(id).await?.is_some())
    }

    /// Updates a product and the counts of its categories in one transaction. Returns the updated product; `None` when
    /// none matches.
    async fn update_and_count(&self, filter: Document, update: Vec<Document>) -> crate::Result<Option<ProductDoc>> {
        transaction::run(&self.database(), (self, filter, update), |session, (products, filter, update)| {
            products.update_and_count_in(session, filter, update).err_into().boxed()
        })
        .await
    }

    async fn update_and_count_in(
        &self,
        session: &mut ClientSession,
        filter: &Document,
        update: &[Document],
    ) -> Result<Option<ProductDoc>, Error> {
        let membership = doc! { "category": 1, "is_active": 1 };
        let products = self.0.clone_with_type::<CategoryMembership>();
        let update = products.find_one_and_update(filter.clone(), update.to_vec()).hint(by_id()).projection(membership);
        let Some(before) = update.session(&mut *session).await? else { return Ok(None) };
        let id = doc! { "_id": filter.get("_id") };
        let after = self.0.find_one(id).projection(exclude_internal()).session(&mut *session).await?;
        self.update_counts(session, Some(&before), after.as_ref().map(CategoryMembership::from).as_ref()).await?;
        Ok(after)
    }
}

/// Returns the hint for the index on ids, so that the server does not evaluate other indexes.
fn by_id() -> Hint {
    Hint::Name(ID_UNIQUE.to_owned())
}

/// Returns the condition that one of these versions has the current details of the product, and its current stock if
/// `with_stock`. Sales increment the version, but change no details.
fn is_current(versions: &[i64], with_stock: bool) -> Document {
    let conditions = versions.iter().map(|version| {
        let unedited = doc! { "$lte": ["$edited_version", *version] };
        let unchanged = doc! { "$eq": ["$version", *version] };
        // Rejects future versions, which no client can have seen.
        let exists = doc! { "$gte": ["$version", *version] };
        if with_stock {
            unchanged
        } else {
            doc! { "$and": [unedited, exists] }
        }
    });
    doc! { "$or": conditions.collect::<Vec<_>>() }
}

/// Returns a variant as an expression of an update pipeline, with the given stock or else its current one.
fn variant_expression((variant, stock): &(Variant, Option<Stock>)) -> Result<Document, Error> {
    let sku = literal(variant.sku.as_str());
    let stock = match stock {
        Some(stock) => literal(i64::from(stock.get())),
        None => doc! { "$let": {
            "vars": { "old": { "$first": { "$filter": {
                "input": "$variants", "cond": { "$eq": ["$$this.sku", sku.clone()] },
            } } } },
            "in": { "$ifNull": ["$$old.stock_quantity", 0_i64] },
        } },
    };
    let mut expression = doc! {
        "sku": sku,
        "size": literal(to_bson(&variant.size)?),
        "color": literal(to_bson(&variant.color)?),
        "stock_quantity": stock,
        "price_modifier": variant.price_modifier,
    };
    if !variant.options.is_empty() {
        expression.insert("options", literal(to_bson(&variant.options)?));
    }
    Ok(expression)
}

/// Returns the details of an image as an expression of an update pipeline, with the current dimensions if none are given.
fn details_expression(details: &ImageDetails) -> Result<Document, Error> {
    let given = literal(to_bson(details)?);
    if details.width.is_some() || details.height.is_some() {
        return Ok(given);
    }
    let old = doc! { "$first": { "$filter": {
        "input": { "$ifNull": ["$image_details", []] },
        "cond": { "$eq": ["$$this.url", literal(details.url.as_str())] },
    } } };
    // Fields that the old details do not have are omitted.
    let dimensions = doc! { "width": "$$old.width", "height": "$$old.height" };
    Ok(doc! { "$let": { "vars": { "old": old }, "in": { "$mergeObjects": [given, dimensions] } } })
}

/// Returns the fields of an update pipeline that a storefront needs. A field without a value is removed.
fn presentation_fields(presentation: &Presentation) -> Result<Document, Error> {
    let Presentation { slug, seo, tags, compare_at_price, options, image_details } = presentation;
    let or_removed =
        |value: Bson, is_empty: bool| if is_empty { Bson::from("$$REMOVE") } else { literal(value).into() };
    let mut fields = doc! {
        "seo": or_removed(to_bson(seo)?, Seo::is_empty(seo)),
        "tags": or_removed(to_bson(tags)?, tags.is_empty()),
        "compare_at_price": or_removed(to_bson(compare_at_price)?, compare_at_price.is_none()),
        "options": or_removed(to_bson(options)?, options.is_empty()),
    };
    if let Some(details) = image_details {
        let known = details.iter().map(details_expression).collect::<Result<Vec<_>, _>>()?;
        fields.insert("image_details", if known.is_empty() { Bson::from("$$REMOVE") } else { known.into() });
    }
    if let Some(slug) = slug {
        let had = doc! { "$ifNull": ["$slugs", []] };
        fields.insert("slug", literal(slug.as_str()));
        fields.insert("slugs", doc! { "$setUnion": [had, [literal(slug.as_str())]] });
    }
    Ok(fields)
}
