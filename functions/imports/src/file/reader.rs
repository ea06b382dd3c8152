//! Reads and validates a file, batch by batch.

use super::error::FileError;
use super::input::{Line, ProductInput};
use super::jsonl::derive_id;
use super::notices::Notices;
use super::rejected_line::RejectedLine;
use super::source::Source;
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::money::Currency;
use ferrocart::domain::search::Language;
use ferrocart::domain::time::Timestamp;
use ferrocart::error::FieldError;
use ferrocart::http::product_input::Details;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// A valid product and the number of its line.
pub type NumberedProduct = (u64, ProductDoc);

/// Consecutive lines of the file.
#[derive(Debug)]
pub struct Batch {
    /// The valid products.
    pub products: Vec<NumberedProduct>,
    /// The words of the products' titles, for the vocabulary.
    pub words: BTreeSet<String>,
    /// The lines that are not imported.
    pub rejected: Vec<RejectedLine>,
    /// Where the batch ends in the file, in bytes.
    pub position: u64,
}

/// Validates the products of a file as `POST /products` does.
pub struct ProductReader {
    source: Source,
    currency: Currency,
    language: Language,
    now: Timestamp,
    /// The line of each product, to find repeated ones.
    first_lines: HashMap<ProductId, u64>,
    notices: Notices,
}

impl ProductReader {
    /// Starts at the beginning of a file, for the catalogue of a shop.
    #[must_use]
    pub fn new(source: Source, shop: &AppState) -> Self {
        let notices = Notices::new(source.notices());
        let (currency, language) = (shop.config.currency, shop.config.catalogue_language);
        Self { source, currency, language, now: shop.now(), first_lines: HashMap::new(), notices }
    }

    /// Reads at most `size` products; `None` at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn next_batch(&mut self, size: usize) -> Result<Option<Batch>, FileError> {
        let (mut products, mut words, mut rejected) = (Vec::new(), BTreeSet::new(), Vec::new());
        for lines_read in 0..size {
            let Some(line) = self.source.next()? else {
                if lines_read == 0 {
                    return Ok(None);
                }
                break;
            };
            let product = parse_line(line, self.currency, self.now, &mut self.notices);
            match product.and_then(|product| self.reject_repeated_id(product)) {
                Ok((number, product)) => {
                    words.extend(product.title_words(self.language));
                    products.push((number, product));
                }
                Err(lines) => rejected.extend(lines),
            }
        }
        Ok(Some(Batch { products, words, rejected, position: self.source.position() }))
    }

    /// Returns what was not taken over from the lines that were read.
    #[must_use]
    pub fn into_notices(self) -> Vec<String> {
        self.notices.into_lines()
    }

    /// Rejects a product whose id an earlier line has. In the database it would look like a product that was already
    /// present before the import.
    fn reject_repeated_id(&mut self, (number, product): NumberedProduct) -> Result<NumberedProduct, Vec<RejectedLine>> {
        match self.first_lines.entry(product.id) {
            Entry::Vacant(vacant) => {
                vacant.insert(number);
                Ok((number, product))
            }
            Entry::Occupied(first) => {
                let message = format!("line {} has the same id or first SKU", first.get());
                Err(vec![RejectedLine::whole(number, message)])
            }
        }
    }
}

/// Validates a product.
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
        (None, None) => return Err(vec![RejectedLine::whole(number, "the product has no variants")]),
    };
    new_notices.into_iter().for_each(|notice| notices.add(notice));
    Ok((number, ProductDoc::new(id, details, now)))
}
