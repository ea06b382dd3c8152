//! Creates collections, validators and indexes. The function `migrate` runs it.

use super::products::Products;
use super::schema::Declaration;
use super::{carts, erasures, orders, products, sessions, settings, stripe_events, throttles, users, vocabulary};
use bson::{Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::{Error, ErrorKind};
use mongodb::{Database, IndexModel};

/// Returns the declarations of all collections.
#[must_use]
pub fn declarations() -> Vec<Declaration> {
    vec![
        carts::declaration(),
        products::categories(),
        erasures::declaration(),
        orders::declaration(),
        products::declaration(),
        sessions::declaration(),
        settings::declaration(),
        stripe_events::declaration(),
        throttles::declaration(),
        users::declaration(),
        vocabulary::declaration(),
    ]
}

/// Applies all [`declarations`] and recounts the categories. Idempotent: running it again completes an interrupted run.
///
/// # Errors
/// When the database is unreachable, or has documents that violate an index or a validator.
pub async fn migrate(database: &Database) -> crate::Result<()> {
    declare(database, IndexSet::All).await?;
    Products::new(database).recount_categories().await
}

/// Prepares the database for an import of products. [`migrate`] must follow the import.
///
/// The imported products are not counted by category. If the import would double the catalogue, or there are no term
/// indexes yet, it runs without term indexes, because they slow down inserts. Until [`migrate`] has run, even after an
/// interruption, all results are correct, and some are slow.
pub async fn prepare_bulk_import(database: &Database, additional: u64) -> crate::Result<()> {
    let products = Products::new(database);
    if products.would_double(additional).await? || !products.has_term_index().await? {
        declare(database, IndexSet::WithoutTerms).await?;
        products.drop_term_indexes().await?;
    } else {
        migrate(database).await?;
    }
    Ok(products.invalidate_category_counts().await?)
}

/// The indexes to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IndexSet {
    All,
    WithoutTerms,
}

async fn declare(database: &Database, index_set: IndexSet) -> Result<(), Error> {
    for Declaration { name, validator, indexes } in declarations() {
        create_collection(database, name).await?;
        database.run_command(doc! { "collMod": name, "validator": validator, "validationLevel": "strict" }).await?;
        let collection = database.collection::<Document>(name);
        let (term_indexes, others): (Vec<_>, Vec<_>) = indexes.into_iter().partition(is_term_index);
        if !others.is_empty() {
            collection.create_indexes(others).await?;
        }
        if index_set == IndexSet::All {
            // One command each: the server builds all indexes of one command in one thread, and most of the time is
            // sorting.
            try_join_all(term_indexes.into_iter().map(async |index| collection.create_index(index).await)).await?;
        }
    }
    Ok(())
}

fn is_term_index(index: &IndexModel) -> bool {
    let name = index.options.as_ref().and_then(|options| options.name.as_deref());
    name.is_some_and(products::is_term_index)
}

async fn create_collection(database: &Database, name: &str) -> Result<(), Error> {
    const NAMESPACE_EXISTS: i32 = 48;
    match database.create_collection(name).await {
        Err(error) if matches!(error.kind.as_ref(), ErrorKind::Command(error) if error.code == NAMESPACE_EXISTS) => {
            Ok(())
        }
        outcome => outcome,
    }
}
