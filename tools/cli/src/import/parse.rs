//! Reads and validates a file, batch by batch.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::money::Currency;
use ferrocart::domain::time::Timestamp;
use ferrocart::error::FieldError;
use ferrocart_products::Details;
use tokio::sync::mpsc;

use super::input::ProductInput;
use super::jsonl::derive_id;
use super::notices::Notices;
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

/// Reads the file to its end, or until the receiver is dropped. Returns what was not taken over from the file.
pub(super) fn parse_file(shop: &AppState, mut source: Source, sender: &mpsc::Sender<Batch>) -> Result<Vec<String>> {
    let mut first_lines = HashMap::new();
    let mut notices = Notices::new(source.notices());
    loop {
        let lines = source.next_batch(BATCH_SIZE)?;
        if lines.is_empty() {
            return Ok(notices.into_lines());
        }
        let (mut products, mut words, mut rejected) = (Vec::new(), BTreeSet::new(), Vec::new());
        for line in lines {
            let product = parse_line(line, shop.config.currency, shop.now(), &mut notices);
            match product.and_then(|product| reject_repeated_id(product, &mut first_lines)) {
                Ok((number, product)) => {
                    words.extend(product.title_words(shop.config.catalogue_language));
                    products.push((number, product));
                }
                Err(lines) => rejected.extend(lines),
            }
        }
        let batch = Batch { products, words, rejected, position: source.position() };
        if sender.blocking_send(batch).is_err() {
            return Ok(Vec::new());
        }
    }
}

/// Validates a product as `POST /products` does.
pub(super) fn parse_line(
    Line { number, content }: Line,
    currency: Currency,
    now: Timestamp,
    notices: &mut Notices,
) -> Result<NumberedProduct, Vec<RejectedLine>> {
    let ProductInput { id, product, origin, notices: new_notices } = content?;
    let details = Details::parse(&product, currency);
    let given_id = id.map(|id| id.parse::<ProductId>()).transpose();
    let (Details(details), given_id) = match (details, given_id) {
        (Ok(details), Ok(id)) if !origin.has_problems() => (details, id),
        (details, id) => {
            let mut errors = details.err().unwrap_or_default();
            let id_error = id.err().map(|error| FieldError { pointer: "/id".to_owned(), error });
            errors.extend(id_error);
            return Err(origin.report(number, &errors));
        }
    };
    let id = match (given_id, details.variants.first()) {
        (Some(id), _) => id,
        (None, Some((variant, _))) => derive_id(variant.sku.as_str()),
        (None, None) => return Err(reject(number, "the product has no variants".to_owned())),
    };
    new_notices.into_iter().for_each(|notice| notices.add(notice));
    Ok((number, ProductDoc::new(id, details, now)))
}

fn reject(number: u64, reason: String) -> Vec<RejectedLine> {
    vec![RejectedLine { number, reason }]
}

/// Rejects a product whose id an earlier line has. In the database it would look like a product that was already
/// present before the import.
fn reject_repeated_id(
    (number, product): NumberedProduct,
    first_lines: &mut HashMap<ProductId, u64>,
) -> Result<NumberedProduct, Vec<RejectedLine>> {
    match first_lines.entry(product.id) {
        Entry::Vacant(vacant) => {
            vacant.insert(number);
            Ok((number, product))
        }
        Entry::Occupied(first) => Err(reject(number, format!("line {} has the same id or first SKU", first.get()))),
    }
}
