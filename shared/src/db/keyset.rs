//! Keyset pagination: the range of an index that follows a position.

use bson::{Document, doc};

/// Returns the filters for the documents after a position in a list sorted by `field`, then `_id` (keyset pagination).
/// Each is one range of an index; a document matches one of them.
pub(in crate::db) fn after(
    filter: &Document,
    field: &str,
    direction: i32,
    key: bson::Bson,
    id: bson::Bson,
) -> [Document; 2] {
    let beyond = if direction > 0 { "$gt" } else { "$lt" };
    let mut same_key = filter.clone();
    same_key.insert(field, key.clone());
    same_key.insert("_id", doc! { beyond: id });
    let mut further = filter.clone();
    further.insert(field, doc! { beyond: key });
    [same_key, further]
}
