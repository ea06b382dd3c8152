//! Many products at once. An index by term takes ten times as long to keep up with them, one by one, as to be
//! built in the end.

use super::Products;
use super::declaration::is_by_term;
use mongodb::error::Error;

impl Products {
    /// Whether so many further products are more than there are.
    pub(in crate::db) async fn would_double(&self, coming: u64) -> Result<bool, Error> {
        Ok(coming > self.0.estimated_document_count().await?)
    }

    /// Whether there is an index by term.
    pub(in crate::db) async fn has_term_index(&self) -> Result<bool, Error> {
        Ok(self.0.list_index_names().await?.iter().any(|name| is_by_term(name)))
    }

    /// Drops the indexes by term, as far as there are any. Lists are right without them, and slow.
    pub(in crate::db) async fn drop_term_indexes(&self) -> Result<(), Error> {
        for index in self.0.list_index_names().await?.into_iter().filter(|name| is_by_term(name)) {
            self.0.drop_index(index).await?;
        }
        Ok(())
    }
}
