//! Reads lists without the documents that cannot be decoded, such as one that a newer version has written: the others
//! are returned, and each skipped one is logged and counted.

use crate::telemetry::{BusinessEvent, record_new};
use bson::{Document, RawBsonRef, RawDocument};
use mongodb::error::Error;
use mongodb::options::FindOptions;
use mongodb::{Collection, Cursor};
use serde::de::DeserializeOwned;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The number of documents that are read at once to replace skipped ones.
const REFILL_BATCH: u32 = 100;

/// Returns the first `limit` documents that match the filter and can be decoded; all of them if `limit` is 0.
///
/// Skipped documents are replaced by the next ones, so that fewer than `limit` documents mean the end of the list.
pub(super) async fn find_page<D, T>(
    collection: &Collection<D>,
    filter: Document,
    options: FindOptions,
    limit: i64,
) -> Result<Vec<T>, Error>
where
    D: Send + Sync,
    T: DeserializeOwned + Send + Sync + Unpin,
{
    find_page_of(collection, || (filter.clone(), options.clone()), limit).await
}

/// Like [`find_page`], with a query that is built again to replace skipped documents, so that other pages need no clone of it.
pub(super) async fn find_page_of<D, T>(
    collection: &Collection<D>,
    query: impl Fn() -> (Document, FindOptions),
    limit: i64,
) -> Result<Vec<T>, Error>
where
    D: Send + Sync,
    T: DeserializeOwned + Send + Sync + Unpin,
{
    let wanted = usize::try_from(limit).unwrap_or_default();
    let typed = collection.clone_with_type::<T>();
    let (filter, options) = query();
    let mut found = typed.find(filter).with_options(options).limit(limit).await?;
    let (mut page, mut read) = (Vec::new(), 0_usize);
    while found.advance().await? {
        read = read.saturating_add(1);
        page.extend(decode_current(collection.name(), &found));
    }
    if page.len() == read || read < wanted || wanted == 0 {
        return Ok(page);
    }
    let (filter, mut options) = query();
    options.skip = u64::try_from(read).ok();
    options.batch_size = Some(REFILL_BATCH);
    let mut found = typed.find(filter).with_options(options).await?;
    while page.len() < wanted && found.advance().await? {
        page.extend(decode_current(collection.name(), &found));
    }
    Ok(page)
}

/// Returns all documents of a cursor that can be decoded. `collection` is where they come from.
pub(super) async fn collect<T>(collection: &str, mut found: Cursor<T>) -> Result<Vec<T>, Error>
where
    T: DeserializeOwned,
{
    let mut documents = Vec::new();
    while found.advance().await? {
        documents.extend(decode_current(collection, &found));
    }
    Ok(documents)
}

/// Decodes a document of a collection; `None` if that is impossible.
pub fn decode<T: DeserializeOwned>(collection: &str, document: &RawDocument) -> Option<T> {
    let decoded = bson::deserialize_from_slice(document.as_bytes());
    decoded.map_err(|_error: bson::error::Error| report_undecodable(collection, document)).ok()
}

fn decode_current<T: DeserializeOwned>(collection: &str, found: &Cursor<T>) -> Option<T> {
    found.deserialize_current().map_err(|_error| report_undecodable(collection, found.current())).ok()
}

/// Logs and counts a skipped document, once per request or job. The error of the decoder may quote personal data, so it
/// is not logged.
pub(super) fn report_undecodable(collection: &str, document: &RawDocument) {
    let id = match document.get("_id") {
        Ok(Some(RawBsonRef::ObjectId(id))) => id.to_hex(),
        Ok(Some(RawBsonRef::String(id))) => id.escape_default().to_string(),
        _ => "unknown".to_owned(),
    };
    let mut hasher = DefaultHasher::new();
    (collection, &id).hash(&mut hasher);
    if record_new(BusinessEvent::UndecodableDocument(hasher.finish())) {
        tracing::error!(collection, id, "skipped a document that cannot be decoded");
    }
}
