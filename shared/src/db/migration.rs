//! Creates collections, validators and indexes. The function `migrate` runs it.

use super::products::Products;
use super::schema::Declaration;
use super::vocabulary::Vocabulary;
use super::{carts, erasures, orders, products, sessions, settings, stripe_events, throttles, users, vocabulary};
use crate::domain::search::Language;
use bson::{Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::{Error, ErrorKind};
use mongodb::{Database, IndexModel};

/// Returns the declarations of all collections, for a catalogue in a language.
#[must_use]
pub fn declarations(language: Language) -> Vec<Declaration> {
    vec![
        carts::declaration(),
        products::categories(language),
        erasures::declaration(),
        orders::declaration(),
        products::declaration(language),
        sessions::declaration(),
        settings::declaration(),
        stripe_events::declaration(),
        throttles::declaration(),
        users::declaration(),
        vocabulary::declaration(),
    ]
}

/// Applies all [`declarations`], recomputes outdated search terms, and recounts the categories. Idempotent: running it
/// again completes an interrupted run.
///
/// # Errors
/// When the database is unreachable, or has documents that violate an index or a validator.
pub async fn migrate(database: &Database, language: Language) -> crate::Result<()> {
    let products = Products::new(database, language);
    declare(database, language, IndexSet::All).await?;
    products.recompute_terms(&Vocabulary::new(database)).await?;
    drop_other_name_indexes(database, language).await?;
    products.recount_categories().await
}

/// Prepares the database for an import of products. [`migrate`] must follow the import.
///
/// The imported products are not counted by category. If the import would double the catalogue, or there are no term
/// indexes yet, it runs without term indexes, because they slow down inserts. Until [`migrate`] has run, even after an
/// interruption, all results are correct, and some are slow.
pub async fn prepare_bulk_import(database: &Database, language: Language, additional: u64) -> crate::Result<()> {
    let products = Products::new(database, language);
    if products.would_double(additional).await? || !products.has_term_index().await? {
        declare(database, language, IndexSet::WithoutTerms).await?;
        products.drop_term_indexes().await?;
    } else {
        migrate(database, language).await?;
    }
    Ok(products.invalidate_category_counts().await?)
}

/// The indexes to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IndexSet {
    All,
    WithoutTerms,
}

async fn declare(database: &Database, language: Language, index_set: IndexSet) -> Result<(), Error> {
    for Declaration { name, validator, indexes } in declarations(language) {
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

/// Drops the indexes in the order of names in other languages. Until then functions that run in the previous language
/// use them.
async fn drop_other_name_indexes(database: &Database, language: Language) -> Result<(), Error> {
    for Declaration { name, indexes, .. } in [products::declaration(language), products::categories(language)] {
        let declared: Vec<&str> = indexes.iter().filter_map(index_name).collect();
        let collection = database.collection::<Document>(name);
        for index in collection.list_index_names().await? {
            if products::is_name_index(&index) && !declared.contains(&index.as_str()) {
                collection.drop_index(index).await?;
            }
        }
    }
    Ok(())
}

fn is_term_index(index: &IndexModel) -> bool {
    index_name(index).is_some_and(products::is_term_index)
}

fn index_name(index: &IndexModel) -> Option<&str> {
    index.options.as_ref()?.name.as_deref()
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
