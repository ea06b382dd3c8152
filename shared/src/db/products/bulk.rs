//! Drops and detects term indexes for imports. Updating them product by product takes ten times as long as building
//! them after the import.

use super::Products;
use super::declaration::is_term_index;
use mongodb::error::Error;

impl Products {
    /// Returns whether an import has more products than the catalogue.
    pub(in crate::db) async fn would_double(&self, additional: u64) -> Result<bool, Error> {
        Ok(additional > self.0.estimated_document_count().await?)
    }

    /// Returns whether there is a term index.
    pub(in crate::db) async fn has_term_index(&self) -> Result<bool, Error> {
        Ok(self.0.list_index_names().await?.iter().any(|name| is_term_index(name)))
    }

    /// Drops the index by stock of releases that had no lists by stock. `low_stock` replaces it, and each sale would write both.
    pub(in crate::db) async fn drop_replaced_index(&self) -> Result<(), Error> {
        const REPLACED: &str = "stock";
        if self.0.list_index_names().await?.iter().any(|name| name == REPLACED) {
            self.0.drop_index(REPLACED).await?;
        }
        Ok(())
    }

    /// Drops all term indexes. Without them lists are correct, but slow.
    pub(in crate::db) async fn drop_term_indexes(&self) -> Result<(), Error> {
        for index in self.0.list_index_names().await?.into_iter().filter(|name| is_term_index(name)) {
            self.0.drop_index(index).await?;
        }
        Ok(())
    }
}
