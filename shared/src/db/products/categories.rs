//! The collection `categories`: the number of active products per category. Each number changes in one transaction with
//! the products, so that no request has to count them.

use super::sort::{NAME_INDEX, collation};
use super::{ProductDoc, Products};
use crate::db::decode::{collect, decode};
use crate::db::schema::{Declaration, collated, index, validator};
use crate::db::{MAX_TIME, is_index_missing, transaction};
use crate::domain::search::Language;
use crate::domain::text::Label;
use bson::{Document, RawDocumentBuf, doc};
use futures_util::{FutureExt, TryFutureExt, TryStreamExt};
use mongodb::error::Error;
use mongodb::options::Hint;
use mongodb::{ClientSession, Collection, Database};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The id of a document that exists while the counts are valid. During a bulk import they are not. No category has this
/// name.
const COUNTS_VALID: &str = "";

/// A category with its number of products.
#[derive(Debug, Clone, Deserialize)]
pub struct CategoryCount {
    /// The category.
    #[serde(rename = "_id")]
    pub category: Label,
    /// Number of active products.
    pub product_count: i64,
}

/// The category of a product. Only active products are counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct CategoryMembership {
    pub(super) category: Label,
    pub(super) is_active: bool,
}

pub(in crate::db) fn declaration(language: Language) -> Declaration {
    let properties = doc! { "_id": { "bsonType": "string" }, "product_count": { "bsonType": "long" } };
    // An index on the id alone has the order of the collection, which follows no language.
    let by_name = index(&name_index(language), doc! { "_id": 1, "product_count": 1 });
    Declaration {
        name: "categories",
        validator: validator(&["product_count"], properties),
        indexes: vec![collated(by_name, collation(language))],
    }
}

fn name_index(language: Language) -> String {
    format!("{NAME_INDEX}{}", language.code())
}

impl Products {
    /// Returns all categories with active products, sorted by name in the language of the catalogue.
    pub async fn categories(&self) -> Result<Vec<CategoryCount>, Error> {
        let stored = match self.stored_counts().await {
            // As before the migration to another language.
            Err(error) if is_index_missing(&error) => Vec::new(),
            stored => stored?,
        };
        if stored.first().is_none_or(|first| first.get_str("_id").ok() != Some(COUNTS_VALID)) {
            let counted = self.0.aggregate(count_pipeline()).hint(by_category()).with_type::<CategoryCount>();
            let counted = counted.collation(collation(self.1));
            return collect(self.0.name(), counted.max_time(MAX_TIME).await?).await;
        }
        let stored = stored.iter().skip(1).filter_map(|category| decode("categories", category));
        let mut stored: Vec<CategoryCount> = stored.collect();
        stored.retain(|category| category.product_count > 0);
        Ok(stored)
    }

    async fn stored_counts(&self) -> Result<Vec<RawDocumentBuf>, Error> {
        let stored = self.counts().clone_with_type::<RawDocumentBuf>();
        let stored = stored.find(doc! {}).sort(doc! { "_id": 1 }).collation(collation(self.1));
        stored.hint(Hint::Name(name_index(self.1))).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Recounts all categories and corrects wrong counts. If it conflicts with a concurrent edit of a product, one of
    /// them is repeated.
    pub async fn recount_categories(&self) -> crate::Result<()> {
        let database = self.database();
        transaction::run(&database, self, |session, products| {
            products.recount_categories_in(session).err_into().boxed()
        })
        .await
    }

    async fn recount_categories_in(&self, session: &mut ClientSession) -> Result<(), Error> {
        let counted = self.0.aggregate(count_pipeline()).hint(by_category()).with_type::<RawDocumentBuf>();
        let mut counted = counted.session(&mut *session).await?;
        let mut expected = BTreeMap::from([(COUNTS_VALID.to_owned(), 0)]);
        while let Some(category) = counted.next(session).await.transpose()? {
            if let Some(CategoryCount { category, product_count }) = decode(self.0.name(), &category) {
                expected.insert(category.as_str().to_owned(), product_count);
            }
        }
        let mut found = self.counts().find(doc! {}).session(&mut *session).await?;
        let mut stored = BTreeMap::new();
        while let Some(category) = found.next(session).await.transpose()? {
            stored
                .insert(category.get_str("_id").unwrap_or_default().to_owned(), category.get_i64("product_count").ok());
        }
        for obsolete in stored.keys().filter(|category| !expected.contains_key(*category)) {
            self.counts().delete_one(doc! { "_id": obsolete }).session(&mut *session).await?;
        }
        for (category, count) in
            expected.iter().filter(|(category, count)| stored.get(*category) != Some(&Some(**count)))
        {
            let change = doc! { "$set": { "product_count": count } };
            self.counts().update_one(doc! { "_id": category }, change).upsert(true).session(&mut *session).await?;
        }
        Ok(())
    }

    /// Invalidates the counts until [`Self::recount_categories`]: until then [`Self::categories`] counts the products.
    pub(in crate::db) async fn invalidate_category_counts(&self) -> Result<(), Error> {
        self.counts().delete_one(doc! { "_id": COUNTS_VALID }).await.map(drop)
    }

    /// Updates the counts for an added product or a changed category, inside the transaction of that change.
    pub(super) async fn update_counts(
        &self,
        session: &mut ClientSession,
        before: Option<&CategoryMembership>,
        after: Option<&CategoryMembership>,
    ) -> Result<(), Error> {
        let [before, after] = [before, after].map(|membership| membership.filter(|membership| membership.is_active));
        if before == after {
            return Ok(());
        }
        for (membership, change) in [(before, -1), (after, 1)] {
            if let Some(CategoryMembership { category, .. }) = membership {
                self.change_count(session, category.as_str(), change).await?;
            }
        }
        Ok(())
    }

    /// Changes the count of a category, inside the transaction that changes its products.
    pub(super) async fn change_count(
        &self,
        session: &mut ClientSession,
        category: &str,
        change: i64,
    ) -> Result<(), Error> {
        let change = doc! { "$inc": { "product_count": change } };
        let counts = self.counts();
        let update = counts.update_one(doc! { "_id": category }, change);
        update.upsert(true).session(&mut *session).await.map(drop)
    }

    pub(super) fn database(&self) -> Database {
        self.0.client().database(&self.0.namespace().db)
    }

    fn counts(&self) -> Collection<Document> {
        self.database().collection("categories")
    }
}

impl From<&ProductDoc> for CategoryMembership {
    fn from(product: &ProductDoc) -> Self {
        Self { category: product.category.clone(), is_active: product.is_active }
    }
}

/// Returns the aggregation that counts active products by category. It reads only the index.
fn count_pipeline() -> [Document; 3] {
    [
        doc! { "$match": { "is_active": true } },
        doc! { "$group": { "_id": "$category", "product_count": { "$sum": 1_i64 } } },
        doc! { "$sort": { "_id": 1 } },
    ]
}

fn by_category() -> Hint {
    Hint::Name("category".to_owned())
}
