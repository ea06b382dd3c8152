//! Inserts many products at once.

use super::collection::SKU_UNIQUE;
use super::{ProductDoc, Products};
use crate::db::{ID_UNIQUE, MAX_TIME, transaction};
use crate::domain::id::ProductId;
use crate::domain::search::Language;
use crate::domain::sku::Sku;
use crate::domain::slug::Slug;
use crate::error::Error as ShopError;
use bson::{RawDocumentBuf, doc, serialize_to_raw_document_buf};
use futures_util::{FutureExt, TryFutureExt, TryStreamExt, try_join};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::Hint;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// Products as they are stored. Encoding them takes long enough to need a thread for blocking work.
#[derive(Debug)]
pub struct EncodedProducts {
    documents: Vec<RawDocumentBuf>,
    /// The number of active products by category.
    active: BTreeMap<String, i64>,
}

/// When an import counts its products by category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategoryCounts {
    /// In the transaction that inserts them.
    Now,
    /// Once at the end, by [`Products::recount_categories`]. The counts were invalidated before.
    Later,
}

/// The unique values of new products that other products have.
#[derive(Debug)]
pub struct TakenValues {
    /// The ids.
    pub ids: HashSet<ProductId>,
    /// The SKUs.
    pub skus: HashSet<Sku>,
    /// The slugs, also former ones.
    pub slugs: HashSet<Slug>,
}

#[derive(Deserialize)]
struct StoredId {
    #[serde(rename = "_id")]
    id: ProductId,
}

#[derive(Deserialize)]
struct ProductSkus {
    variants: Vec<VariantSku>,
}

#[derive(Deserialize)]
struct VariantSku {
    sku: Sku,
}

impl EncodedProducts {
    /// Encodes products for the catalogue in a language.
    pub fn encode<'a>(
        products: impl IntoIterator<Item = &'a ProductDoc>,
        language: Language,
    ) -> Result<Self, ShopError> {
        let (mut documents, mut active) = (Vec::new(), BTreeMap::new());
        for product in products {
            documents.push(serialize_to_raw_document_buf(&product.stored(language)?)?);
            if product.is_active {
                let count: &mut i64 = active.entry(product.category.as_str().to_owned()).or_default();
                *count = count.saturating_add(1);
            }
        }
        Ok(Self { documents, active })
    }
}

impl Products {
    /// Finds the ids, SKUs and given slugs of new products that are taken.
    pub async fn find_taken<'a>(
        &self,
        products: impl Iterator<Item = &'a ProductDoc> + Clone,
    ) -> Result<TakenValues, Error> {
        let ids: Vec<ProductId> = products.clone().map(|product| product.id).collect();
        let skus = products.clone().flat_map(|product| &product.variants).map(|variant| variant.sku.as_str());
        let (ids, skus, slugs) = try_join!(
            self.existing_ids(ids),
            self.existing_skus(skus.collect()),
            self.taken(products.filter_map(|product| product.slug.as_ref())),
        )?;
        Ok(TakenValues { ids, skus, slugs })
    }

    /// Inserts the products: with [`CategoryCounts::Now`] all of them or none, otherwise all that violate no unique index.
    ///
    /// # Errors
    /// A violation of a unique index, if a value of a product was taken since [`Self::find_taken`].
    pub async fn insert_all(&self, products: &EncodedProducts, counts: CategoryCounts) -> crate::Result<()> {
        match counts {
            CategoryCounts::Now => {
                transaction::run(&self.database(), (self, products), |session, (this, products)| {
                    this.insert_and_count(session, products).err_into().boxed()
                })
                .await
            }
            CategoryCounts::Later => {
                // Not in a transaction: that of a killed client would block changes of indexes for a minute.
                let collection = self.0.clone_with_type::<RawDocumentBuf>();
                Ok(collection.insert_many(&products.documents).ordered(false).await.map(drop)?)
            }
        }
    }

    async fn insert_and_count(
        &self,
        session: &mut ClientSession,
        EncodedProducts { documents, active }: &EncodedProducts,
    ) -> Result<(), Error> {
        let products = self.0.clone_with_type::<RawDocumentBuf>();
        products.insert_many(documents).session(&mut *session).await?;
        for (category, count) in active {
            self.change_count(session, category, *count).await?;
        }
        Ok(())
    }

    async fn existing_ids(&self, ids: Vec<ProductId>) -> Result<HashSet<ProductId>, Error> {
        let products = self.0.clone_with_type::<StoredId>();
        let found = products.find(doc! { "_id": { "$in": ids } });
        let found = found.projection(doc! { "_id": 1 }).hint(Hint::Name(ID_UNIQUE.to_owned()));
        found.max_time(MAX_TIME).await?.map_ok(|product| product.id).try_collect().await
    }

    /// Returns those of the SKUs that products have, and others of these products.
    async fn existing_skus(&self, skus: Vec<&str>) -> Result<HashSet<Sku>, Error> {
        let products = self.0.clone_with_type::<ProductSkus>();
        let found = products.find(doc! { "variants.sku": { "$in": skus } });
        let found = found.projection(doc! { "_id": 0, "variants.sku": 1 }).hint(Hint::Name(SKU_UNIQUE.to_owned()));
        let found = found.max_time(MAX_TIME).await?;
        found
            .try_fold(HashSet::new(), async |mut skus, product: ProductSkus| {
                skus.extend(product.variants.into_iter().map(|variant| variant.sku));
                Ok(skus)
            })
            .await
    }
}
