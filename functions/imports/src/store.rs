//! Stores products that do not exist yet. Those that exist are never changed.

use crate::file::{NumberedProduct, RejectedLine};
use ferrocart::db::products::{CategoryCounts, EncodedProducts, ProductDoc, TakenValues};
use ferrocart::db::violated_index;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::slug::Slug;
use ferrocart::{AppState, Error, Result};
use std::collections::HashMap;
use tokio::task;

/// How often products are inserted, each time without those with values that others have taken in the meantime.
const MAX_ATTEMPTS: u32 = 10;

/// Products, compared with the catalogue.
#[derive(Debug, Default)]
pub struct Checked {
    /// The products that do not exist yet.
    pub new: Vec<NumberedProduct>,
    /// The number of products that exist.
    pub already_present: usize,
    /// The products with a SKU or a slug of another one.
    pub rejected: Vec<RejectedLine>,
}

/// What was done with products.
#[derive(Debug, Default)]
pub struct Stored {
    /// The number of products that were added.
    pub added: usize,
    /// The number of products that exist.
    pub already_present: usize,
    /// The products with a SKU or a slug of another one.
    pub rejected: Vec<RejectedLine>,
}

/// The lines of the SKUs and slugs of a file.
#[derive(Default)]
struct Lines {
    skus: HashMap<Sku, u64>,
    slugs: HashMap<Slug, u64>,
}

/// Finds out which products exist, and which have a SKU or a slug of another product.
pub async fn check(shop: &AppState, products: Vec<NumberedProduct>) -> Result<Checked> {
    let taken = shop.products.find_taken(products.iter().map(|(_, product)| product)).await?;
    let (mut checked, mut lines) = (Checked::default(), Lines::default());
    for (number, product) in products {
        if taken.ids.contains(&product.id) {
            checked.already_present = checked.already_present.saturating_add(1);
        } else if let Some(conflict) = conflict(&product, &taken, &lines) {
            checked.rejected.push(RejectedLine::whole(number, conflict));
        } else {
            lines.skus.extend(product.variants.iter().map(|variant| (variant.sku.clone(), number)));
            lines.slugs.extend(product.slug.clone().map(|slug| (slug, number)));
            checked.new.push((number, product));
        }
    }
    Ok(checked)
}

/// Stores the products that do not exist yet and have no value of another product: with [`CategoryCounts::Now`] all at once.
///
/// # Errors
/// The database failed. With [`CategoryCounts::Now`] no product was stored.
pub async fn store(shop: &AppState, mut products: Vec<NumberedProduct>, counts: CategoryCounts) -> Result<Stored> {
    let mut stored = Stored::default();
    let mut attempt = 1_u32;
    loop {
        let Checked { new, already_present, rejected } = check(shop, products).await?;
        if attempt > 1 && counts == CategoryCounts::Later {
            // The previous attempt has stored them.
            stored.added = stored.added.saturating_add(already_present);
        } else {
            stored.already_present = stored.already_present.saturating_add(already_present);
        }
        stored.rejected.extend(rejected);
        if new.is_empty() {
            return Ok(stored);
        }
        match insert(shop, &new, counts).await {
            Ok(()) => {
                stored.added = stored.added.saturating_add(new.len());
                return Ok(stored);
            }
            // Another request has taken an id, a SKU or a slug in the meantime.
            Err(Error::Database(error)) if attempt < MAX_ATTEMPTS && violated_index(&error).is_some() => {
                products = new;
                attempt = attempt.saturating_add(1);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Inserts products. Those without a slug get one that is derived from the name.
async fn insert(shop: &AppState, products: &[NumberedProduct], counts: CategoryCounts) -> Result<()> {
    let mut products: Vec<ProductDoc> = products.iter().map(|(_, product)| product.clone()).collect();
    shop.products.assign_slugs(&mut products).await?;
    let language = shop.config.catalogue_language;
    let encoded = task::spawn_blocking(move || EncodedProducts::encode(&products, language));
    let encoded = encoded.await.map_err(|_error| Error::System("encoding products was interrupted"))??;
    shop.products.insert_all(&encoded, counts).await
}

/// Says which value of a product another one has.
fn conflict(product: &ProductDoc, taken: &TakenValues, lines: &Lines) -> Option<String> {
    let slug = product.slug.iter().find_map(|slug| match lines.slugs.get(slug) {
        Some(line) => Some(format!("line {line} has the slug {slug}")),
        None => taken.slugs.contains(slug).then(|| format!("another product has or had the slug {slug}")),
    });
    let skus = product.variants.iter().map(|variant| &variant.sku);
    slug.or_else(|| {
        skus.into_iter().find_map(|sku| match lines.skus.get(sku) {
            Some(line) => Some(format!("line {line} has the SKU {sku}")),
            None => taken.skus.contains(sku).then(|| format!("another product has the SKU {sku}")),
        })
    })
}
