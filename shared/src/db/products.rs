//! The collection `products`: what is sold. What a sale takes is in `stock.rs`.

mod adjust;
mod bulk;
mod categories;
mod declaration;
mod document;
mod filter;
mod images;
mod list;
mod low_stock;
mod terms;

pub use adjust::Adjustment;
pub use categories::CategoryCount;
pub(super) use categories::declaration as categories;
pub(super) use declaration::{declaration, is_by_term};
pub use document::{
    Derived, ProductDetails, ProductDoc, ProductPosition, ProductSort, ProductSummaryDoc, StockOnly, StoredProduct,
};
pub use filter::ProductFilter;
pub use images::ImageAddition;
pub use list::Listed;
pub use low_stock::LowStock;

use self::categories::CategoryMembership;
use self::terms::TERMS;
use super::{MAX_TIME, transaction};
use crate::domain::id::ProductId;
use crate::domain::product::Variant;
use crate::domain::quantity::Stock;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use futures_util::{FutureExt, TryFutureExt, TryStreamExt};
use mongodb::error::Error;
use mongodb::options::{Hint, ReturnDocument};
use mongodb::{ClientSession, Collection, Database};

/// The unique index on the SKUs of all products.
pub const SKU_UNIQUE: &str = "sku_unique";

/// The products.
#[derive(Clone)]
pub struct Products(pub(super) Collection<ProductDoc>);

impl Products {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("products"))
    }

    /// Stores a new product, and counts it.
    ///
    /// # Errors
    /// A violation of [`SKU_UNIQUE`].
    pub async fn insert(&self, product: &ProductDoc) -> crate::Result<()> {
        let (stored, membership) = (product.stored()?, CategoryMembership::from(product));
        transaction::run(&self.database(), (self, stored, membership), |session, (products, stored, membership)| {
            async move {
                products.0.clone_with_type::<&StoredProduct<'_>>().insert_one(stored).session(&mut *session).await?;
                Ok(products.count(session, None, Some(membership)).await?)
            }
            .boxed()
        })
        .await
    }

    /// The product with that id, for sale or not.
    ///
    /// # Errors
    /// The database's.
    pub async fn get(&self, id: ProductId) -> Result<Option<ProductDoc>, Error> {
        self.0.find_one(doc! { "_id": id }).projection(exclude_internal()).max_time(MAX_TIME).await
    }

    /// The products with those ids, for sale or not, in no order.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_ids(&self, ids: Vec<ProductId>) -> Result<Vec<ProductDoc>, Error> {
        let filter = doc! { "_id": { "$in": ids } };
        let mut projection = exclude_internal();
        projection.insert("description", 0);
        // A description may be long, and nobody who asks for several products shows it.
        self.0.find(filter).projection(projection).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Replaces what an administrator says of a product, and keeps the stock where none is given:
    /// one update, so that a sale that happens meanwhile is not undone. `None` when there is no such
    /// product, or when versions are given and it has changed since each of them: what is replaced was
    /// edited, or what is replaced is stock, too, and something was sold.
    ///
    /// # Errors
    /// A violation of [`SKU_UNIQUE`].
    pub async fn replace(
        &self,
        id: ProductId,
        seen: Option<&[i64]>,
        details: &ProductDetails,
        now: Timestamp,
    ) -> crate::Result<Option<ProductDoc>> {
        let mut filter = doc! { "_id": id };
        if let Some(seen) = seen {
            let sets_stock = details.variants.iter().any(|(_, stock)| stock.is_some());
            filter.insert("$expr", is_seen(seen, sets_stock));
        }
        let variants = details.variants.iter().map(variant_expression).collect::<Result<Vec<_>, _>>()?;
        let changes = doc! { "$set": {
            "name": literal(details.name.as_str()),
            "description": literal(details.description.as_str()),
            "category": literal(details.category.as_str()),
            "base_price": details.base_price,
            "images": details.images.clone().map_or_else(|| Bson::from("$images"), |images| literal(images).into()),
            "is_active": details.is_active.map_or_else(|| Bson::from("$is_active"), Bson::from),
            "version": { "$add": ["$version", 1_i64] },
            "edited_version": { "$add": ["$version", 1_i64] },
            "updated_at": now,
            "variants": variants,
            "sort_name": literal(details.derived.sort_name.as_str()),
            "min_price": details.derived.min_price,
            "max_price": details.derived.max_price,
            TERMS: literal(details.terms()?.into_iter().collect::<Vec<_>>()),
        } };
        let changes = vec![changes];

        // Most edits leave a product where it is counted, and need no transaction that sales would wait for.
        let mut unmoved = filter.clone();
        unmoved.insert("category", details.category.as_str());
        if let Some(is_active) = details.is_active {
            unmoved.insert("is_active", is_active);
        }
        let update = self.0.find_one_and_update(unmoved, changes.clone()).hint(by_id()).projection(exclude_internal());
        match update.return_document(ReturnDocument::After).max_time(MAX_TIME).await? {
            Some(product) => Ok(Some(product)),
            None => self.change(filter, changes).await,
        }
    }

    /// Takes a product off sale; false when there is none of that id.
    ///
    /// # Errors
    /// The database's.
    pub async fn deactivate(&self, id: ProductId, now: Timestamp) -> crate::Result<bool> {
        let update = doc! { "$set": {
            "is_active": false,
            "version": { "$add": ["$version", 1_i64] },
            "edited_version": { "$add": ["$version", 1_i64] },
            "updated_at": now,
        } };
        let changed = self.change(doc! { "_id": id, "is_active": true }, vec![update]).await?;
        Ok(changed.is_some() || self.get(id).await?.is_some())
    }

    /// Changes a product, and counts it where it is since. The product as it is then; `None` when none matches.
    async fn change(&self, filter: Document, changes: Vec<Document>) -> crate::Result<Option<ProductDoc>> {
        transaction::run(&self.database(), (self, filter, changes), |session, (products, filter, changes)| {
            products.change_in(session, filter, changes).err_into().boxed()
        })
        .await
    }

    async fn change_in(
        &self,
        session: &mut ClientSession,
        filter: &Document,
        changes: &[Document],
    ) -> Result<Option<ProductDoc>, Error> {
        let standing = doc! { "category": 1, "is_active": 1 };
        let products = self.0.clone_with_type::<CategoryMembership>();
        let update = products.find_one_and_update(filter.clone(), changes.to_vec()).hint(by_id()).projection(standing);
        let Some(before) = update.session(&mut *session).await? else { return Ok(None) };
        let id = doc! { "_id": filter.get("_id") };
        let after = self.0.find_one(id).projection(exclude_internal()).session(&mut *session).await?;
        self.count(session, Some(&before), after.as_ref().map(CategoryMembership::from).as_ref()).await?;
        Ok(after)
    }
}

/// The index by ids, where the server would look whether another is better.
fn by_id() -> Hint {
    Hint::Name("_id_".to_owned())
}

/// What stands in a product for the shop's own use, and is not read with it.
pub(super) fn exclude_internal() -> Document {
    doc! { "holds": 0, TERMS: 0, "edited_version": 0, "discarded_images": 0 }
}

/// That a client who has seen one of these versions has seen what it is about to replace. A sale
/// changes the version, too, but nothing of what is replaced unless that is the stock.
fn is_seen(versions: &[i64], with_stock: bool) -> Document {
    let seen = versions.iter().map(|version| {
        let unedited = doc! { "$lte": ["$edited_version", *version] };
        let unsold = doc! { "$eq": ["$version", *version] };
        // A version that the product does not have yet was never seen.
        let given_out = doc! { "$gte": ["$version", *version] };
        if with_stock {
            unsold
        } else {
            doc! { "$and": [unedited, given_out] }
        }
    });
    doc! { "$or": seen.collect::<Vec<_>>() }
}

/// A variant in an update pipeline: its stock is the given one, or else what it is at that moment.
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
    Ok(doc! {
        "sku": sku,
        "size": literal(crate::db::to_bson(&variant.size)?),
        "color": literal(crate::db::to_bson(&variant.color)?),
        "stock_quantity": stock,
        "price_modifier": variant.price_modifier,
    })
}

/// A value in a pipeline, where text that begins with a dollar would be read as a field's name.
pub(in crate::db) fn literal(value: impl Into<Bson>) -> Document {
    doc! { "$literal": value.into() }
}
