//! Creates collections, validators and indexes. The function `migrate` runs it.

use super::products::Products;
use super::{carts, erasures, orders, products, sessions, stripe_events, throttles, users, vocabulary};
use bson::{Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::{Error, ErrorKind};
use mongodb::{Database, IndexModel};

/// The declaration of a collection.
pub struct Declaration {
    /// The name.
    pub name: &'static str,
    /// The JSON schema that the server enforces for all writers.
    pub validator: Document,
    /// The indexes.
    pub indexes: Vec<IndexModel>,
}

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

/// Declares an index. Errors and query hints refer to it by name.
pub(super) fn index(name: &str, keys: Document) -> IndexModel {
    let options = mongodb::options::IndexOptions::builder().name(name.to_owned()).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// Declares a unique index.
pub(super) fn unique(name: &str, keys: Document) -> IndexModel {
    let options = mongodb::options::IndexOptions::builder().name(name.to_owned()).unique(true).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// Declares a unique index of the documents that match a filter.
pub(super) fn unique_where(name: &str, keys: Document, filter: Document) -> IndexModel {
    let mut index = index_where(name, keys, filter);
    if let Some(options) = &mut index.options {
        options.unique = Some(true);
    }
    index
}

/// Declares an index of the documents that match a filter.
pub(super) fn index_where(name: &str, keys: Document, filter: Document) -> IndexModel {
    let mut index = index(name, keys);
    if let Some(options) = &mut index.options {
        options.partial_filter_expression = Some(filter);
    }
    index
}

/// Declares a TTL index, by which the server removes documents when the time in `field` is `after` ago.
pub(super) fn expiring(name: &str, field: &str, after: std::time::Duration) -> IndexModel {
    let mut index = index(name, doc! { field: 1 });
    if let Some(options) = &mut index.options {
        options.expire_after = Some(after);
    }
    index
}

/// Declares a TTL index of the documents that match a filter.
pub(super) fn expiring_where(name: &str, field: &str, after: std::time::Duration, filter: Document) -> IndexModel {
    let mut index = expiring(name, field, after);
    if let Some(options) = &mut index.options {
        options.partial_filter_expression = Some(filter);
    }
    index
}

/// Returns a validator with required fields and the types of `properties`.
pub(super) fn validator(required: &[&str], properties: Document) -> Document {
    doc! { "$jsonSchema": { "bsonType": "object", "required": required, "properties": properties } }
}

/// Returns the filters for the documents after a position in a list sorted by `field`, then `_id` (keyset pagination).
/// Each is one range of an index; a document matches one of them.
pub(super) fn after(filter: &Document, field: &str, direction: i32, key: bson::Bson, id: bson::Bson) -> [Document; 2] {
    let beyond = if direction > 0 { "$gt" } else { "$lt" };
    let mut same_key = filter.clone();
    same_key.insert(field, key.clone());
    same_key.insert("_id", doc! { beyond: id });
    let mut further = filter.clone();
    further.insert(field, doc! { beyond: key });
    [same_key, further]
}
