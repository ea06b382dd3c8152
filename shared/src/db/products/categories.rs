//! The categories of what is for sale, and how much there is of each. The numbers are kept in the collection
//! `categories` and change in one transaction with what they count, so that nobody has to count a catalogue.

use super::{ProductDoc, Products};
use crate::db::schema::{Declaration, validator};
use crate::db::{MAX_TIME, transaction};
use crate::domain::text::Label;
use bson::{Document, RawDocumentBuf, doc};
use futures_util::{FutureExt, TryFutureExt, TryStreamExt};
use mongodb::error::Error;
use mongodb::options::Hint;
use mongodb::{ClientSession, Collection, Database};
use serde::Deserialize;
use std::collections::BTreeMap;

/// No category is called so. While there is a document of this id the numbers are right; there is none
/// while many products come in uncounted.
const ALL_COUNTED: &str = "";

/// A category, and how much there is of it.
#[derive(Debug, Clone, Deserialize)]
pub struct CategoryCount {
    /// The category.
    #[serde(rename = "_id")]
    pub category: Label,
    /// How many products of it are for sale.
    pub product_count: i64,
}

/// Where a product is counted; one that is not for sale is not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct CategoryMembership {
    pub(super) category: Label,
    pub(super) is_active: bool,
}

pub(in crate::db) fn declaration() -> Declaration {
    let properties = doc! { "_id": { "bsonType": "string" }, "product_count": { "bsonType": "long" } };
    Declaration { name: "categories", validator: validator(&["product_count"], properties), indexes: Vec::new() }
}

impl Products {
    /// Every category of which something is for sale, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn categories(&self) -> Result<Vec<CategoryCount>, Error> {
        let kept = self.counts().clone_with_type::<RawDocumentBuf>();
        let kept = kept.find(doc! {}).sort(doc! { "_id": 1 }).max_time(MAX_TIME).await?;
        let kept: Vec<RawDocumentBuf> = kept.try_collect().await?;
        if kept.first().is_none_or(|first| first.get_str("_id").ok() != Some(ALL_COUNTED)) {
            let counted = self.0.aggregate(counting()).hint(by_category()).with_type::<CategoryCount>();
            return counted.max_time(MAX_TIME).await?.try_collect().await;
        }
        let kept = kept.iter().skip(1).map(|category| bson::deserialize_from_slice(category.as_bytes()));
        let mut kept = kept.collect::<Result<Vec<CategoryCount>, _>>()?;
        kept.retain(|category| category.product_count > 0);
        Ok(kept)
    }

    /// Counts everything anew, and puts right what was not. Whoever edits a product meanwhile collides with
    /// that, and one of them does it again.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_categories(&self) -> crate::Result<()> {
        let database = self.database();
        transaction::run(&database, self, |session, products| products.count_in(session).err_into().boxed()).await
    }

    async fn count_in(&self, session: &mut ClientSession) -> Result<(), Error> {
        let counted = self.0.aggregate(counting()).hint(by_category()).with_type::<CategoryCount>();
        let mut counted = counted.session(&mut *session).await?;
        let mut right = BTreeMap::from([(ALL_COUNTED.to_owned(), 0)]);
        while let Some(CategoryCount { category, product_count }) = counted.next(session).await.transpose()? {
            right.insert(category.as_str().to_owned(), product_count);
        }
        let mut found = self.counts().find(doc! {}).session(&mut *session).await?;
        let mut kept = BTreeMap::new();
        while let Some(category) = found.next(session).await.transpose()? {
            kept.insert(category.get_str("_id").unwrap_or_default().to_owned(), category.get_i64("product_count").ok());
        }
        for gone in kept.keys().filter(|category| !right.contains_key(*category)) {
            self.counts().delete_one(doc! { "_id": gone }).session(&mut *session).await?;
        }
        for (category, count) in right.iter().filter(|(category, count)| kept.get(*category) != Some(&Some(**count))) {
            let change = doc! { "$set": { "product_count": count } };
            self.counts().update_one(doc! { "_id": category }, change).upsert(true).session(&mut *session).await?;
        }
        Ok(())
    }

    /// From now on, until [`Self::count_categories`], whoever asks for the categories counts products.
    pub(in crate::db) async fn stop_counting(&self) -> Result<(), Error> {
        self.counts().delete_one(doc! { "_id": ALL_COUNTED }).await.map(drop)
    }

    /// Notes that a product has come, gone, or moved to another category, in the transaction that does so.
    pub(super) async fn count(
        &self,
        session: &mut ClientSession,
        before: Option<&CategoryMembership>,
        after: Option<&CategoryMembership>,
    ) -> Result<(), Error> {
        let [before, after] = [before, after].map(|standing| standing.filter(|standing| standing.is_active));
        if before == after {
            return Ok(());
        }
        let counts = self.counts();
        for (standing, change) in [(before, -1_i64), (after, 1)] {
            if let Some(CategoryMembership { category, .. }) = standing {
                let change = doc! { "$inc": { "product_count": change } };
                let update = counts.update_one(doc! { "_id": category.as_str() }, change);
                update.upsert(true).session(&mut *session).await?;
            }
        }
        Ok(())
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

/// Counts keys of an index; no product is read.
fn counting() -> [Document; 3] {
    [
        doc! { "$match": { "is_active": true } },
        doc! { "$group": { "_id": "$category", "product_count": { "$sum": 1_i64 } } },
        doc! { "$sort": { "_id": 1 } },
    ]
}

fn by_category() -> Hint {
    Hint::Name("category".to_owned())
}
