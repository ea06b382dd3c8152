//! `ferrocart import`: adds the products of a file to the catalogue.
//!
//! One task reads and validates the file in batches; up to [`CONCURRENT_BATCHES`] tasks store batches. A product
//! without an id gets one derived from its first SKU, so an interrupted import can be repeated: it adds what is
//! missing.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrocart::AppState;
use ferrocart::db::migration;
use ferrocart::db::products::CategoryCounts;
use ferrocart_imports::{Batch, FileError, NumberedProduct, ProductReader, RejectedLine, Source, Stored, check, store};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;
use tokio::task::{self, JoinSet};

use crate::shop::{CurrencyOption, DatabaseOptions};
use crate::terminal::print_status;

/// How many products one batch has at most.
const BATCH_SIZE: usize = 1_000;
/// How many batches are stored at the same time.
const CONCURRENT_BATCHES: usize = 3;
/// How many rejected lines are reported one by one.
const MAX_REPORTED: usize = 1_000;

/// Add the products of a file to the catalogue
///
/// Rejected lines are reported with line number and reason; all others are imported. A product is
/// imported with all its variants or not at all. Products that already exist are left unchanged, so
/// an interrupted import can be repeated.
///
/// A .jsonl file has one product per line: a JSON object as `POST /products` takes it, and
/// optionally its `id`. A .csv file in UTF-8 has a header and one variant per line; a line without
/// a `name`, or with the same one, is a further variant of the product above it:
///
///     name,description,category,base_price,images,is_active,sku,size,color,stock_quantity,price_modifier
///     Harbor Tee,Soft and heavy.,Shirts,19.90,https://images.example.com/1.jpg,true,TEE-M,M,Navy,12,
///     ,,,,,,TEE-XL,XL,Navy,3,2.50
///
/// Columns may come in any order, and optional ones may be missing. Several `images` are separated by
/// spaces. `is_active` is true, yes, y, 1, false, no, n or 0. A product without an `id` gets one derived
/// from its first SKU. Product exports of Shopify and WooCommerce are recognized by their header; what
/// they contain beyond a product of Ferrocart is reported once.
///
/// Customers can shop during an import; if it adds more products than the shop has, searches and
/// filters are slower until it ends.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// File to import, with the extension `.jsonl`, `.ndjson` or `.csv`.
    file: PathBuf,
    #[command(flatten)]
    currency: CurrencyOption,
    #[command(flatten)]
    database: DatabaseOptions,
}

/// What an import did with the lines of a file.
#[derive(Debug, Default, PartialEq, Eq)]
struct ImportReport {
    added: usize,
    already_present: usize,
    rejected: Vec<RejectedLine>,
    /// What was not taken over from the file.
    notices: Vec<String>,
}

/// Imports the file. The exit code is a failure if a line was rejected.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = options.database.open(Some(options.currency.setting())).await?;
    shop.verify_currency().await.context("cannot import prices in this currency")?;
    shop.settings.fix_currency(shop.config.currency).await.context("cannot import prices in this currency")?;
    if let Some(stored) = shop.products.outdated_terms_version().await.context("cannot read the products")? {
        bail!(
            "the products have search terms of {stored}, but not of the language {}: pass the --catalogue-language of the \
             deployment, or run `ferrocart migrate` first",
            shop.config.catalogue_language.code()
        );
    }
    let source = Source::open(&options.file, shop.config.currency)?;
    let progress = ProgressBar::new(source.bytes());
    let style = ProgressStyle::with_template("{wide_bar} {percent}% {bytes_per_sec} {msg} ETA {eta}")?;
    progress.set_style(style);
    let report = import(&shop, source, &progress).await?;
    progress.finish_and_clear();
    print_report(&report, progress.elapsed().as_secs());
    Ok(if report.rejected.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_report(report: &ImportReport, seconds: u64) {
    let ImportReport { added, already_present, rejected, notices } = report;
    for notice in notices {
        print_status(notice);
    }
    for line in rejected.iter().take(MAX_REPORTED) {
        print_status(format_args!("line {}: {line}", line.number));
    }
    let unreported = rejected.len().saturating_sub(MAX_REPORTED);
    if unreported > 0 {
        print_status(format_args!("{unreported} more lines were rejected"));
    }
    let rejected = rejected.len();
    print_status(format_args!(
        "added products: {added}, already present: {already_present}, rejected lines: {rejected}, in {seconds} s"
    ));
}

async fn import(shop: &AppState, source: Source, progress: &ProgressBar) -> Result<ImportReport> {
    let mut report = ImportReport::default();
    let mut storing = JoinSet::new();
    let mut seen_words = HashSet::new();
    let (sender, mut batches) = mpsc::channel(1);
    let file_size = source.bytes();
    let reader = ProductReader::new(source, shop);
    let reading = task::spawn_blocking(move || read(reader, &sender));
    let (mut is_prepared, mut previous_position) = (false, 0);
    while let Some(Batch { products, words, rejected, position }) = batches.recv().await {
        if !is_prepared {
            let new = count_new(shop, &products).await?;
            if new > 0 {
                // Assumes that the rest of the file has the same share of new products as this batch.
                let rest = file_size.saturating_sub(position).saturating_mul(new);
                let rest = rest.checked_div(position.saturating_sub(previous_position)).unwrap_or_default();
                let expected = new.saturating_add(rest);
                migration::prepare_bulk_import(&shop.database, shop.config.catalogue_language, expected)
                    .await
                    .context("cannot prepare the collections")?;
                is_prepared = true;
            }
            previous_position = position;
        }
        report.rejected.extend(rejected);
        let new: BTreeSet<String> = words.into_iter().filter(|word| seen_words.insert(word.clone())).collect();
        shop.vocabulary.add_words(new).await.context("cannot store the vocabulary")?;
        let shop = shop.clone();
        storing.spawn(async move { store(&shop, products, CategoryCounts::Later).await });
        while storing.len() >= CONCURRENT_BATCHES
            && let Some(stored) = storing.join_next().await
        {
            report.add(stored?.context("cannot store the products")?);
        }
        progress.set_position(position);
        progress.set_message(format!("{} products", report.added));
    }
    report.notices = reading.await??;
    while let Some(stored) = storing.join_next().await {
        report.add(stored?.context("cannot store the products")?);
    }
    progress.set_message(format!("{} products, building the indexes", report.added));
    migration::migrate(&shop.database, shop.config.catalogue_language).await.context("cannot build the indexes")?;
    report.rejected.sort_by_key(|line| line.number);
    Ok(report)
}

/// Reads the file to its end, or until the receiver is dropped. Returns what was not taken over from the file.
fn read(mut reader: ProductReader, sender: &mpsc::Sender<Batch>) -> Result<Vec<String>, FileError> {
    while let Some(batch) = reader.next_batch(BATCH_SIZE)? {
        if sender.blocking_send(batch).is_err() {
            break;
        }
    }
    Ok(reader.into_notices())
}

/// Counts the products that do not exist yet.
async fn count_new(shop: &AppState, products: &[NumberedProduct]) -> Result<u64> {
    let checked = check(shop, products.to_vec()).await.context("cannot look up the products")?;
    Ok(u64::try_from(checked.new.len())?)
}

impl ImportReport {
    fn add(&mut self, Stored { added, already_present, rejected }: Stored) {
        self.added = self.added.saturating_add(added);
        self.already_present = self.already_present.saturating_add(already_present);
        self.rejected.extend(rejected);
    }
}
