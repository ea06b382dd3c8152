//! Stores a batch of products.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context as _, Result};
use ferrocart::AppState;
use ferrocart::db::ID_UNIQUE;
use ferrocart::db::products::{ProductDoc, SKU_UNIQUE, SLUG_UNIQUE};
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
    let mut remaining = new;
    let mut rejected = Vec::new();
    let total = remaining.len();
    while !remaining.is_empty() {
        // Those without a slug, also in the file, get one that is derived from the name.
        let unnamed: HashSet<ProductId> =
            remaining.iter().filter(|(_, product)| product.slug.is_none()).map(|(_, product)| product.id).collect();
        let products = remaining.iter_mut().map(|(_, product)| product);
        shop.products.assign_slugs(products).await.context("cannot derive slugs")?;
        let (inserted, failures) = insert(&shop, remaining).await?;
        remaining = Vec::new();
        for (index, failure) in failures {
            let Some((number, product)) = inserted.get(index) else { continue };
            if failure.is_of(SLUG_UNIQUE) && unnamed.contains(&product.id) {
                // Another batch has taken the slug in the meantime.
                remaining.push((*number, ProductDoc { slug: None, ..product.clone() }));
            } else {
                rejected.push(RejectedLine { number: *number, reason: failure.reason() });
            }
        }
    }
    report.added = total.saturating_sub(rejected.len());
    report.rejected = rejected;
    Ok(report)
}

/// Inserts products; returns them with the failures by their positions.
async fn insert(
    shop: &AppState,
    products: Vec<NumberedProduct>,
) -> Result<(Vec<NumberedProduct>, BTreeMap<usize, Failure>)> {
    let language = shop.config.catalogue_language;
    let (documents, products) =
        task::spawn_blocking(move || Ok::<_, anyhow::Error>((serialize(&products, language)?, products))).await??;
    let collection = shop.database.collection::<RawDocumentBuf>("products");
    let failures = match collection.insert_many(documents).ordered(false).await {
        Ok(_) => BTreeMap::new(),
        Err(error) => match error.kind.as_ref() {
            ErrorKind::InsertMany(errors) if errors.write_concern_error.is_none() => {
                let errors = errors.write_errors.iter().flatten();
                errors
                    .map(|error| (error.index, Failure { code: error.code, message: error.message.clone() }))
                    .collect()
            }
            _ => return Err(error).context("cannot store the products"),
        },
    };
    Ok((products, failures))
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

/// Why the database rejects a product.
struct Failure {
    code: i32,
    message: String,
}

impl Failure {
    /// Returns whether the product violates a unique index.
    fn is_of(&self, index: &str) -> bool {
        const DUPLICATE_KEY: i32 = 11_000;
        self.code == DUPLICATE_KEY && self.message.contains(&format!(" index: {index} "))
    }

    fn reason(&self) -> String {
        // The message ends with the values: `dup key: { variants.sku: "TEE-M" }`.
        let value = self.message.rsplit_once(": \"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
        if self.is_of(SKU_UNIQUE) {
            format!("another product has the SKU {value}")
        } else if self.is_of(SLUG_UNIQUE) {
            format!("another product has or had the slug {value}")
        } else if self.is_of(ID_UNIQUE) {
            "another client has stored a product with the same id or first SKU during the import".to_owned()
        } else {
            self.message.clone()
        }
    }
}
