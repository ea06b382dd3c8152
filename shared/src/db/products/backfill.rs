//! Terms for products that an older version of the shop has written.
//!
//! The older version goes on for as long as a deployment lasts, with its own field and its own indexes, and
//! finds what it has always found. They go with the next deployment, when nobody reads them any more.

use super::terms::TERMS;
use super::{ProductDoc, Products, unread};
use crate::error::Error;
use bson::doc;
use futures_util::stream::iter;
use futures_util::{StreamExt, TryStreamExt};
use mongodb::options::Hint;

/// How many products are read at once, and how many are written at once.
const BATCH: i64 = 500;
const AT_ONCE: usize = 16;

/// The indexes of the terms before these.
const RETIRED: [&str; 3] = ["terms_newest", "terms_price", "terms_name"];

impl Products {
    /// Gives terms to every product that has none, batch by batch, and answers how many there were. Cut
    /// short, it goes on from there the next time; where none is left it asks an index and is done.
    ///
    /// # Errors
    /// The database's.
    pub(in crate::db) async fn backfill_terms(&self) -> crate::Result<u64> {
        let mut count: u64 = 0;
        for is_active in [true, false] {
            loop {
                let without = doc! { "is_active": is_active, TERMS: { "$exists": false } };
                // A product without terms stands in their index, too: as one that has none.
                let index = Hint::Name(format!("{TERMS}_newest"));
                let found = self.0.find(without).projection(unread()).hint(index).limit(BATCH).await?;
                let found: Vec<ProductDoc> = found.try_collect().await?;
                if found.is_empty() {
                    break;
                }
                let written = iter(found).map(|product| self.give_terms(product)).buffer_unordered(AT_ONCE);
                let given: Vec<bool> = written.try_collect().await?;
                let given = given.into_iter().filter(|given| *given).count();
                count = count.saturating_add(u64::try_from(given).unwrap_or(u64::MAX));
            }
        }
        if count == 0 {
            self.drop_retired().await?;
        }
        Ok(count)
    }

    /// False when the product has changed meanwhile: it is read again then.
    async fn give_terms(&self, product: ProductDoc) -> Result<bool, Error> {
        let unchanged = doc! { "_id": product.id, "version": product.version };
        let terms = product.terms()?.into_iter().collect::<Vec<_>>();
        let written = self.0.update_one(unchanged, doc! { "$set": { TERMS: terms } }).await?;
        Ok(written.matched_count == 1)
    }

    async fn drop_retired(&self) -> Result<(), Error> {
        let there = self.0.list_index_names().await?;
        for index in RETIRED.into_iter().filter(|retired| there.iter().any(|name| name == retired)) {
            self.0.drop_index(index).await?;
        }
        Ok(())
    }
}
