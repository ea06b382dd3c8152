//! Stores a batch of products.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context as _, Result};
use ferrocart::AppState;
use ferrocart::db::products::SKU_UNIQUE;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::search::Language;
use futures_util::TryStreamExt as _;
use mongodb::bson::{Document, RawDocumentBuf, doc, serialize_to_raw_document_buf};
use mongodb::error::ErrorKind;
use tokio::task;

use super::parse::NumberedProduct;
use super::{ImportReport, RejectedLine};

/// Stores the products that do not exist yet. A product that the database rejects does not prevent the others.
pub(super) async fn store(shop: AppState, products: Vec<NumberedProduct>) -> Result<ImportReport> {
    let present = find_present(&shop, &products).await?;
    let (old, new): (Vec<_>, Vec<_>) = products.into_iter().partition(|(_, product)| present.contains(&product.id));
    let mut report = ImportReport { already_present: old.len(), ..ImportReport::default() };
    if new.is_empty() {
        return Ok(report);
    }
    let language = shop.config.catalogue_language;
    let (documents, new) =
        task::spawn_blocking(move || Ok::<_, anyhow::Error>((serialize(&new, language)?, new))).await??;
    let collection = shop.database.collection::<RawDocumentBuf>("products");
    let rejected: BTreeMap<usize, String> = match collection.insert_many(documents).ordered(false).await {
        Ok(_) => BTreeMap::new(),
        Err(error) => match error.kind.as_ref() {
            ErrorKind::InsertMany(errors) if errors.write_concern_error.is_none() => {
                let errors = errors.write_errors.iter().flatten();
                errors.map(|error| (error.index, rejection_reason(error.code, &error.message))).collect()
            }
            _ => return Err(error).context("cannot store the products"),
        },
    };
    report.added = new.len().saturating_sub(rejected.len());
    let lines = rejected.into_iter().filter_map(|(index, reason)| Some((new.get(index)?.0, reason)));
    report.rejected = lines.map(|(number, reason)| RejectedLine { number, reason }).collect();
    Ok(report)
}

/// Counts the products that do not exist yet.
pub(super) async fn count_new(shop: &AppState, products: &[NumberedProduct]) -> Result<u64> {
    let present = find_present(shop, products).await?;
    Ok(u64::try_from(products.len().saturating_sub(present.len()))?)
}

/// Serializes products for the insert command. It takes long enough to need a thread for blocking work.
fn serialize(products: &[NumberedProduct], language: Language) -> Result<Vec<RawDocumentBuf>> {
    products.iter().map(|(_, product)| Ok(serialize_to_raw_document_buf(&product.stored(language)?)?)).collect()
}

async fn find_present(shop: &AppState, products: &[NumberedProduct]) -> Result<HashSet<ProductId>> {
    let ids: Vec<ProductId> = products.iter().map(|(_, product)| product.id).collect();
    let collection = shop.database.collection::<Document>("products");
    let found = collection.find(doc! { "_id": { "$in": ids } }).projection(doc! { "_id": 1 }).await?;
    let found: Vec<Document> = found.try_collect().await.context("cannot look up the products")?;
    found.iter().map(|product| Ok(product.get_object_id("_id")?.into())).collect()
}

fn rejection_reason(code: i32, message: &str) -> String {
    const DUPLICATE_KEY: i32 = 11_000;
    if code == DUPLICATE_KEY && message.contains(SKU_UNIQUE) {
        // The message ends with the values: `dup key: { variants.sku: "TEE-M" }`.
        let sku = message.rsplit_once(": \"").and_then(|(_, rest)| rest.split('"').next());
        sku.map_or_else(
            || "another product has one of the SKUs".to_owned(),
            |sku| format!("another product has the SKU {sku}"),
        )
    } else if code == DUPLICATE_KEY {
        "another client has stored a product with the same id or first SKU during the import".to_owned()
    } else {
        message.to_owned()
    }
}
