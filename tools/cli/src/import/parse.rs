//! Reads and validates a file, batch by batch.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::ProductId;
use ferrocart_products::Details;
use tokio::sync::mpsc;

use super::jsonl::derive_id;
use super::source::{Line, Source};
use super::{BATCH_SIZE, RejectedLine};

/// A valid product and the number of its line.
pub(super) type NumberedProduct = (u64, ProductDoc);

/// Consecutive lines of the file.
pub(super) struct Batch {
    pub(super) products: Vec<NumberedProduct>,
    /// The words of the products' titles, for the vocabulary.
    pub(super) words: BTreeSet<String>,
    pub(super) rejected: Vec<RejectedLine>,
    /// Where the batch ends in the file, in bytes.
    pub(super) position: u64,
}

/// Reads the file to its end, or until the receiver is dropped.
pub(super) fn parse_file(shop: &AppState, mut source: Source, sender: &mpsc::Sender<Batch>) -> Result<()> {
    let mut first_lines = HashMap::new();
    loop {
        let lines = source.next_batch(BATCH_SIZE)?;
        if lines.is_empty() {
            return Ok(());
        }
        let (mut products, mut words, mut rejected) = (Vec::new(), BTreeSet::new(), Vec::new());
        for line in lines {
            match parse_line(shop, line).and_then(|product| reject_repeated_id(product, &mut first_lines)) {
                Ok((number, product)) => {
                    words.extend(product.title_words());
                    products.push((number, product));
                }
                Err(line) => rejected.push(line),
            }
        }
        let batch = Batch { products, words, rejected, position: source.position() };
        if sender.blocking_send(batch).is_err() {
            return Ok(());
        }
    }
}

fn parse_line(shop: &AppState, Line { number, content }: Line) -> Result<NumberedProduct, RejectedLine> {
    let reject = |reason: String| RejectedLine { number, reason };
    let input = content.map_err(reject)?;
    let Details(details) = Details::parse(&input.product, shop.config.currency).map_err(|errors| {
        let reasons = errors.iter().map(|field| format!("{} {}", field.pointer, field.error)).collect::<Vec<_>>();
        reject(reasons.join("; "))
    })?;
    let id = match (&input.id, details.variants.first()) {
        (Some(id), _) => id.parse().map_err(|invalid| reject(format!("/id {invalid}")))?,
        (None, Some((variant, _))) => derive_id(variant.sku.as_str()),
        (None, None) => return Err(reject("the product has no variants".to_owned())),
    };
    Ok((number, ProductDoc::new(id, details, shop.now())))
}

/// Rejects a product whose id an earlier line has. In the database it would look like a product that was already
/// present before the import.
fn reject_repeated_id(
    (number, product): NumberedProduct,
    first_lines: &mut HashMap<ProductId, u64>,
) -> Result<NumberedProduct, RejectedLine> {
    match first_lines.entry(product.id) {
        Entry::Vacant(vacant) => {
            vacant.insert(number);
            Ok((number, product))
        }
        Entry::Occupied(first) => {
            Err(RejectedLine { number, reason: format!("line {} has the same id or first SKU", first.get()) })
        }
    }
}
