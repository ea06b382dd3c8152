//! `POST /admin/imports`: imports products from a file.

use crate::file::{FileError, Kind, NumberedProduct, ProductReader, RejectedLine, Source};
use crate::product_import::ProductImport;
use crate::store::{Checked, check, store};
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use ferrocart::db::products::CategoryCounts;
use ferrocart::http::{Admin, Json, Query, has_media_type};
use ferrocart::{AppState, Error, Result, from_parameters};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::task;

/// The maximum size of a file in bytes. Lambda receives at most 6 MB, in which the file is encoded as JSON or as base64, which adds
/// a third.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The maximum number of products in a file. Larger ones take longer than a request may.
const MAX_PRODUCTS: usize = 2_000;
/// How many products are stored at once.
const BATCH_SIZE: usize = 100;
/// When no further batch is started, so that the last one ends before the deadline of the request.
const TIME_LIMIT: Duration = Duration::from_secs(6);

/// How a file is imported.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportProducts {
    /// Whether to only report what the import would do.
    #[param(value_type = Option<bool>, default = false)]
    dry_run: bool,
}

from_parameters!(ImportProducts { dry_run = false });

/// Imports products from a file
///
/// The file is CSV with a row for each variant, a product export of Shopify or WooCommerce, or JSON Lines: the body of
/// `POST /products` on each line, optionally with an `id`. A product without an `id` gets one that is derived from its first
/// SKU. Products that exist already are not changed, so that an import can be repeated. A product is imported with all its
/// variants or not at all, and errors do not affect other products.
#[utoipa::path(
    post,
    path = "/api/v1/admin/imports",
    tag = "admin",
    params(ImportProducts),
    request_body(description = "The file, in UTF-8", content(
        (String = "text/csv", example = "name,category,base_price,sku,size,stock_quantity\nHarbor Tee,Shirts,19.90,TEE-M,M,12\n,,,TEE-L,L,7\n"),
        (String = "application/x-ndjson", example = r#"{"name":"Canvas Bag","description":"","category":"Bags","base_price":35,"variants":[{"sku":"BAG","stock_quantity":4}]}"#),
    )),
    responses(
        (status = 200, description = "The report", body = ProductImport),
        (status = 413, description = "`import_too_large`: the file has more than 2,000 products or 4 MiB; split it, or use the command `ferrocart import`"),
        (status = 415, description = "`unsupported_media_type`: the content type must be `text/csv` or `application/x-ndjson`"),
        (status = 422, description = "`unusable_file`: the file is no table of products; `reason` says what to do"),
    )
)]
pub(crate) async fn import_products(
    State(shop): State<AppState>,
    _: Admin,
    Query(ImportProducts { dry_run }): Query<ImportProducts>,
    request: Request,
) -> Result<Json<ProductImport>> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let kind = kind_of(&parts.headers)?;
    let content = to_bytes(body, MAX_BYTES).await.map_err(|_error| too_large())?;
    let reading = task::spawn_blocking({
        let shop = shop.clone();
        move || read(content.into(), kind, &shop)
    });
    let File { products, words, mut rejected, notices } =
        reading.await.map_err(|_error| Error::System("reading a file was interrupted"))??;
    let mut import = ProductImport::new(dry_run, notices);
    let Checked { new, already_present, rejected: conflicts } = check(&shop, products).await?;
    import.unchanged = already_present;
    rejected.extend(conflicts);
    if dry_run {
        shop.settings.expect_currency(shop.config.currency).await?;
        import.created = new.len();
    } else if !new.is_empty() {
        shop.settings.fix_currency(shop.config.currency).await?;
        shop.vocabulary.add_words(words).await?;
        rejected.extend(store_in_batches(&shop, new, started, &mut import).await?);
    }
    import.reject(rejected);
    Ok(Json(import))
}

/// A file that was read.
#[derive(Default)]
struct File {
    products: Vec<NumberedProduct>,
    words: BTreeSet<String>,
    rejected: Vec<RejectedLine>,
    notices: Vec<String>,
}

fn kind_of(headers: &HeaderMap) -> Result<Kind> {
    match headers {
        _ if has_media_type(headers, "text/csv") => Ok(Kind::Csv),
        _ if has_media_type(headers, "application/x-ndjson") => Ok(Kind::JsonLines),
        _ => Err(Error::UnsupportedMediaType("text/csv or application/x-ndjson")),
    }
}

/// Reads and validates a file. That takes long enough to need a thread for blocking work.
fn read(content: Vec<u8>, kind: Kind, shop: &AppState) -> Result<File> {
    let source = Source::sent(content, kind, shop.config.currency).map_err(into_error)?;
    let mut reader = ProductReader::new(source, shop);
    let first = reader.next_batch(MAX_PRODUCTS).map_err(into_error)?;
    if reader.next_batch(1).map_err(into_error)?.is_some() {
        return Err(too_large());
    }
    let notices = reader.into_notices();
    Ok(first.map_or_else(File::default, |batch| File {
        products: batch.products,
        words: batch.words,
        rejected: batch.rejected,
        notices,
    }))
}

/// Stores the products until the time is over or the database fails. Returns the lines that were rejected.
async fn store_in_batches(
    shop: &AppState,
    mut products: Vec<NumberedProduct>,
    started: Instant,
    import: &mut ProductImport,
) -> Result<Vec<RejectedLine>> {
    let mut rejected = Vec::new();
    while let Some((line, _)) = products.first() {
        let line = *line;
        let rest = products.split_off(products.len().min(BATCH_SIZE));
        let stored =
            if started.elapsed() < TIME_LIMIT { Some(store(shop, products, CategoryCounts::Now).await) } else { None };
        match stored {
            Some(Ok(stored)) => {
                import.created = import.created.saturating_add(stored.added);
                import.unchanged = import.unchanged.saturating_add(stored.already_present);
                rejected.extend(stored.rejected);
            }
            // Without a report of the products that are stored, the administrator would have to search for them.
            Some(Err(error)) if import.created > 0 => {
                tracing::error!(%error, line, "an import stopped");
                import.stopped_at_line = Some(line);
                break;
            }
            Some(Err(error)) => return Err(error),
            None => {
                tracing::warn!(line, "an import stopped because its time was over");
                import.stopped_at_line = Some(line);
                break;
            }
        }
        products = rest;
    }
    Ok(rejected)
}

const fn too_large() -> Error {
    Error::ImportTooLarge { max_products: MAX_PRODUCTS, max_bytes: MAX_BYTES }
}

fn into_error(error: FileError) -> Error {
    match error {
        FileError::Unusable(reason) => Error::UnusableFile(reason),
        FileError::Unreadable { .. } | FileError::Conversion(_) => Error::System("a file could not be read"),
    }
}
