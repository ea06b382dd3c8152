//! `cargo xtask import`: products from a file into the catalogue, as many as there are.
//!
//! A product gets its id from its first SKU, so that the same file can be imported again: after
//! an import that was cut short only what is missing is added.

mod json;
mod rows;
mod source;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrocart::AppState;
use ferrocart::db::migration;
use ferrocart::db::products::{ProductDoc, SKU_UNIQUE};
use ferrocart::domain::id::ProductId;
use ferrocart_products::Details;
use futures_util::TryStreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use mongodb::bson::{Document, RawDocumentBuf, doc, serialize_to_raw_document_buf};
use mongodb::error::ErrorKind;
use tokio::sync::mpsc;
use tokio::task::{self, JoinSet};

use self::json::id_of;
use self::source::{Line, Source};
use crate::seed;
use crate::terminal::say;

/// How many products are stored at once.
const BATCH: usize = 1_000;
/// How many batches are stored at once, while others are read.
const AT_ONCE: usize = 3;
/// How many bad lines are told of one by one.
const TOLD: usize = 1_000;

#[derive(Args)]
pub(crate) struct Options {
    /// What to import: a `.jsonl` with a product a line, as `POST /products` takes it, or a `.csv`
    /// with a variant a line. See README.md.
    file: PathBuf,
    /// The data directory of the `cargo xtask dev` whose shop to fill [default: the shop at
    /// `MONGODB_URI`, or else .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// A line that was not imported, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bad {
    line: u64,
    reason: String,
}

/// What became of the lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    added: usize,
    there_before: usize,
    bad: Vec<Bad>,
}

/// The exit code tells whether every line was good.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = seed::unprepared_shop(options.data_dir).await?;
    let source = Source::open(&options.file)?;
    let progress = ProgressBar::new(source.bytes());
    let style = ProgressStyle::with_template("{wide_bar} {percent}% {bytes_per_sec} {msg} ETA {eta}")?;
    progress.set_style(style);
    let tally = import(&shop, source, &progress).await?;
    progress.finish_and_clear();
    for Bad { line, reason } in tally.bad.iter().take(TOLD) {
        say(format_args!("line {line}: {reason}"));
    }
    let (added, bad, seconds) = (tally.added, tally.bad.len(), progress.elapsed().as_secs());
    say(format_args!("{added} products added, {} there before, {bad} refused, in {seconds} s", tally.there_before));
    Ok(if tally.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn import(shop: &AppState, source: Source, progress: &ProgressBar) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut under_way = JoinSet::new();
    let mut known = HashSet::new();
    let (sender, mut batches) = mpsc::channel(1);
    let bytes = source.bytes();
    let reading = task::spawn_blocking({
        let shop = shop.clone();
        move || read(&shop, source, &sender)
    });
    let (mut is_prepared, mut before) = (false, 0);
    while let Some(Batch { products, words, bad, position }) = batches.recv().await {
        if !is_prepared {
            let new = new_among(shop, &products).await?;
            if new > 0 {
                // The rest of the file is taken to be as this part of it is.
                let rest = bytes.saturating_sub(position).saturating_mul(new);
                let rest = rest.checked_div(position.saturating_sub(before)).unwrap_or_default();
                let coming = new.saturating_add(rest);
                migration::prepare_bulk_import(&shop.database, coming).await.context("preparing the collections")?;
                is_prepared = true;
            }
            before = position;
        }
        tally.bad.extend(bad);
        let new: BTreeSet<String> = words.into_iter().filter(|word| known.insert(word.clone())).collect();
        shop.vocabulary.add_words(new).await.context("noting the words of the products")?;
        under_way.spawn(store(shop.clone(), products));
        while under_way.len() >= AT_ONCE
            && let Some(stored) = under_way.join_next().await
        {
            tally.extend(stored??);
        }
        progress.set_position(position);
        progress.set_message(format!("{} products", tally.added));
    }
    reading.await??;
    while let Some(stored) = under_way.join_next().await {
        tally.extend(stored??);
    }
    progress.set_message(format!("{} products, building the indexes", tally.added));
    migration::migrate(&shop.database).await.context("building the indexes")?;
    tally.bad.sort_by_key(|bad| bad.line);
    Ok(tally)
}

/// Lines that were read together.
struct Batch {
    products: Vec<(u64, ProductDoc)>,
    words: BTreeSet<String>,
    bad: Vec<Bad>,
    /// How much of the file was read by then, in bytes.
    position: u64,
}

/// Reads the file to its end, or until nobody listens any more.
fn read(shop: &AppState, mut source: Source, sender: &mpsc::Sender<Batch>) -> Result<()> {
    let mut seen = HashMap::new();
    loop {
        let lines = source.next_batch(BATCH)?;
        if lines.is_empty() {
            return Ok(());
        }
        let (mut products, mut words, mut bad) = (Vec::new(), BTreeSet::new(), Vec::new());
        for line in lines {
            match product(shop, line).and_then(|read| first_of_its_id(read, &mut seen)) {
                Ok((line, product)) => {
                    words.extend(product.title_words());
                    products.push((line, product));
                }
                Err(line) => bad.push(line),
            }
        }
        let batch = Batch { products, words, bad, position: source.position() };
        if sender.blocking_send(batch).is_err() {
            return Ok(());
        }
    }
}

impl Tally {
    fn extend(&mut self, Self { added, there_before, bad }: Self) {
        self.added = self.added.saturating_add(added);
        self.there_before = self.there_before.saturating_add(there_before);
        self.bad.extend(bad);
    }
}

/// The product that a line is about, as it is stored.
fn product(shop: &AppState, Line { number, given }: Line) -> Result<(u64, ProductDoc), Bad> {
    let bad = |reason: String| Bad { line: number, reason };
    let given = given.map_err(bad)?;
    let Details(details) = Details::parse(&given.product, shop.config.currency).map_err(|refusal| {
        let told = refusal.iter().map(|field| format!("{} {}", field.pointer, field.invalid)).collect::<Vec<_>>();
        bad(told.join("; "))
    })?;
    let id = match (&given.id, details.variants.first()) {
        (Some(id), _) => id.parse().map_err(|invalid| bad(format!("/id {invalid}")))?,
        (None, Some((variant, _))) => id_of(variant.sku.as_str()),
        (None, None) => return Err(bad("has no variant".to_owned())),
    };
    Ok((number, ProductDoc::new(id, details, shop.now())))
}

/// Refuses what an earlier line has given: in the shop it would be taken for what was there before.
fn first_of_its_id(
    (line, product): (u64, ProductDoc),
    seen: &mut HashMap<ProductId, u64>,
) -> Result<(u64, ProductDoc), Bad> {
    match seen.entry(product.id) {
        Entry::Vacant(vacant) => {
            vacant.insert(line);
            Ok((line, product))
        }
        Entry::Occupied(first) => {
            Err(Bad { line, reason: format!("line {} has this id, or this first SKU, already", first.get()) })
        }
    }
}

/// Stores what is not there yet, and keeps the good when some are refused.
async fn store(shop: AppState, products: Vec<(u64, ProductDoc)>) -> Result<Tally> {
    let there = present(&shop, products.iter().map(|(_, product)| product.id).collect()).await?;
    let mut tally = Tally { there_before: 0, ..Tally::default() };
    let (old, new): (Vec<_>, Vec<_>) = products.into_iter().partition(|(_, product)| there.contains(&product.id));
    tally.there_before = old.len();
    if new.is_empty() {
        return Ok(tally);
    }
    let (stored, new) = task::spawn_blocking(move || Ok::<_, anyhow::Error>((documents(&new)?, new))).await??;
    let collection = shop.database.collection::<RawDocumentBuf>("products");
    let refused: BTreeMap<usize, String> = match collection.insert_many(stored).ordered(false).await {
        Ok(_) => BTreeMap::new(),
        Err(error) => match error.kind.as_ref() {
            ErrorKind::InsertMany(errors) if errors.write_concern_error.is_none() => {
                let refused = errors.write_errors.iter().flatten();
                refused.map(|refused| (refused.index, reason(refused.code, &refused.message))).collect()
            }
            _ => return Err(error).context("storing products"),
        },
    };
    tally.added = new.len().saturating_sub(refused.len());
    let lines = refused.into_iter().filter_map(|(index, reason)| Some((new.get(index)?.0, reason)));
    tally.bad = lines.map(|(line, reason)| Bad { line, reason }).collect();
    Ok(tally)
}

/// How many of these are not in the shop yet.
async fn new_among(shop: &AppState, products: &[(u64, ProductDoc)]) -> Result<u64> {
    let there = present(shop, products.iter().map(|(_, product)| product.id).collect()).await?;
    Ok(u64::try_from(products.len().saturating_sub(there.len()))?)
}

/// As they are sent, so that this is not done while others wait.
fn documents(products: &[(u64, ProductDoc)]) -> Result<Vec<RawDocumentBuf>> {
    products.iter().map(|(_, product)| Ok(serialize_to_raw_document_buf(&product.stored()?)?)).collect()
}

async fn present(shop: &AppState, ids: Vec<ProductId>) -> Result<HashSet<ProductId>> {
    let products = shop.database.collection::<Document>("products");
    let found = products.find(doc! { "_id": { "$in": ids } }).projection(doc! { "_id": 1 }).await?;
    let found: Vec<Document> = found.try_collect().await.context("looking for products")?;
    found.iter().map(|product| Ok(product.get_object_id("_id")?.into())).collect()
}

fn reason(code: i32, message: &str) -> String {
    const DUPLICATE_KEY: i32 = 11_000;
    if code == DUPLICATE_KEY && message.contains(SKU_UNIQUE) {
        "another product has one of the SKUs".to_owned()
    } else if code == DUPLICATE_KEY {
        "somebody else has just stored a product of this id, or this first SKU".to_owned()
    } else {
        message.to_owned()
    }
}

/// Refuses a file of a kind that nobody can read.
fn unknown_kind(path: &std::path::Path) -> Result<Source> {
    bail!("{} is neither .jsonl nor .csv", path.display())
}
