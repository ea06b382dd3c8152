//! The declaration of a collection: its validator and its indexes.

use bson::{Document, doc};
use mongodb::IndexModel;
use mongodb::options::Collation;

/// The declaration of a collection.
pub struct Declaration {
    /// The name.
    pub name: &'static str,
    /// The JSON schema that the server enforces for all writers.
    pub validator: Document,
    /// The indexes.
    pub indexes: Vec<IndexModel>,
}

/// Declares an index. Errors and query hints refer to it by name.
pub(super) fn index(name: &str, keys: Document) -> IndexModel {
    let options = mongodb::options::IndexOptions::builder().name(name.to_owned()).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// Gives an index the order of a language.
pub(super) fn collated(mut index: IndexModel, collation: Collation) -> IndexModel {
    if let Some(options) = &mut index.options {
        options.collation = Some(collation);
    }
    index
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
