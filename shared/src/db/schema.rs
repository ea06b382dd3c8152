//! Makes collections, their validators and their indexes: what the `migrate` function runs.

use super::products::Products;
use super::{carts, erasures, orders, products, sessions, stripe_events, throttles, users, vocabulary};
use bson::{Document, doc};
use futures_util::future::try_join_all;
use mongodb::error::{Error, ErrorKind};
use mongodb::{Database, IndexModel};

/// What a collection is declared to be, beside its documents.
pub struct Declaration {
    /// Its name.
    pub name: &'static str,
    /// The JSON schema that every writer is held to, ours or not.
    pub validator: Document,
    /// Every index that a finder relies on.
    pub indexes: Vec<IndexModel>,
}

/// Every collection of the shop.
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

/// Brings the database to what [`declarations`] say, and what older versions have written to what this one
/// looks for. Doing it again changes nothing; cut short, it goes on from there.
///
/// # Errors
/// When the database cannot be reached, or holds documents that an index or a validator refuses.
pub async fn migrate(database: &Database) -> crate::Result<()> {
    declare(database, IndexSet::Whole).await?;
    Products::new(database).count_categories().await
}

/// Prepares the database for so many further products, which are neither counted nor, if they are more than
/// there are, entered into the indexes by term: that is for [`migrate`] to do, which has to follow. Until then,
/// and also if whoever wanted this is cut short, every answer is right, and some are slow. Nor are those indexes
/// built now where there are none: they would be in the way of what comes.
///
/// # Errors
/// As [`migrate`].
pub async fn prepare_bulk_import(database: &Database, coming: u64) -> crate::Result<()> {
    let products = Products::new(database);
    if products.would_double(coming).await? || !products.has_term_index().await? {
        declare(database, IndexSet::WithoutTerms).await?;
        products.drop_term_indexes().await?;
    } else {
        migrate(database).await?;
    }
    Ok(products.stop_counting().await?)
}

/// How much of what is declared has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IndexSet {
    Whole,
    WithoutTerms,
}

async fn declare(database: &Database, extent: IndexSet) -> Result<(), Error> {
    for Declaration { name, validator, indexes } in declarations() {
        create_collection(database, name).await?;
        database.run_command(doc! { "collMod": name, "validator": validator, "validationLevel": "strict" }).await?;
        let collection = database.collection::<Document>(name);
        let (by_term, others): (Vec<_>, Vec<_>) = indexes.into_iter().partition(is_by_term);
        if !others.is_empty() {
            collection.create_indexes(others).await?;
        }
        if extent == IndexSet::Whole {
            // Most of the work is to sort, which one thread does for all indexes that are asked for at once.
            try_join_all(by_term.into_iter().map(async |index| collection.create_index(index).await)).await?;
        }
    }
    Ok(())
}

fn is_by_term(index: &IndexModel) -> bool {
    let name = index.options.as_ref().and_then(|options| options.name.as_deref());
    name.is_some_and(products::is_by_term)
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

/// An index of a name of its own, by which a refused write is recognized.
pub(super) fn index(name: &str, keys: Document) -> IndexModel {
    let options = mongodb::options::IndexOptions::builder().name(name.to_owned()).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// An index that refuses a second document with the same keys.
pub(super) fn unique(name: &str, keys: Document) -> IndexModel {
    let options = mongodb::options::IndexOptions::builder().name(name.to_owned()).unique(true).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// [`unique`] among the documents that match a filter.
pub(super) fn unique_where(name: &str, keys: Document, filter: Document) -> IndexModel {
    let mut index = index_where(name, keys, filter);
    if let Some(options) = &mut index.options {
        options.unique = Some(true);
    }
    index
}

/// [`index`] of the documents that match a filter.
pub(super) fn index_where(name: &str, keys: Document, filter: Document) -> IndexModel {
    let mut index = index(name, keys);
    if let Some(options) = &mut index.options {
        options.partial_filter_expression = Some(filter);
    }
    index
}

/// An index by which the server removes documents this long after the moment in `field`.
pub(super) fn expiring(name: &str, field: &str, after: std::time::Duration) -> IndexModel {
    let mut index = index(name, doc! { field: 1 });
    if let Some(options) = &mut index.options {
        options.expire_after = Some(after);
    }
    index
}

/// [`expiring`] among the documents that match a filter.
pub(super) fn expiring_where(name: &str, field: &str, after: std::time::Duration, filter: Document) -> IndexModel {
    let mut index = expiring(name, field, after);
    if let Some(options) = &mut index.options {
        options.partial_filter_expression = Some(filter);
    }
    index
}

/// A validator that demands these fields and knows the types of those named in `properties`.
pub(super) fn validator(required: &[&str], properties: Document) -> Document {
    doc! { "$jsonSchema": { "bsonType": "object", "required": required, "properties": properties } }
}

/// What comes after a position in a list sorted by `field`, then by `_id`: one of two filters, each a
/// range of one index, however far down the list they begin.
pub(super) fn after(filter: &Document, field: &str, direction: i32, key: bson::Bson, id: bson::Bson) -> [Document; 2] {
    let beyond = if direction > 0 { "$gt" } else { "$lt" };
    let mut same_key = filter.clone();
    same_key.insert(field, key.clone());
    same_key.insert("_id", doc! { beyond: id });
    let mut further = filter.clone();
    further.insert(field, doc! { beyond: key });
    [same_key, further]
}
