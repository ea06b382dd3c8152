//! `cargo xtask export`: the whole catalogue into a file, as `cargo xtask import` reads it.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::money::{Amount, Currency};
use ferrocart::domain::product::Variant;
use futures_util::TryStreamExt as _;
use indicatif::ProgressBar;
use mongodb::bson::doc;
use serde::Serialize;

use crate::seed;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct Options {
    /// Where to write it: a product a line, in JSON.
    file: PathBuf,
    /// The data directory of the `cargo xtask dev` whose shop to read [default: the shop at
    /// `MONGODB_URI`, or else .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// A product as `import` takes it.
#[derive(Serialize)]
struct Exported<'a> {
    id: String,
    name: &'a str,
    description: &'a str,
    category: &'a str,
    base_price: Amount,
    images: &'a [String],
    is_active: bool,
    variants: Vec<ExportedVariant<'a>>,
}

#[derive(Serialize)]
struct ExportedVariant<'a> {
    sku: &'a str,
    size: Option<&'a str>,
    color: Option<&'a str>,
    stock_quantity: u32,
    price_modifier: Amount,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = seed::shop(options.data_dir).await?;
    let products = shop.database.collection::<ProductDoc>("products");
    let progress = ProgressBar::new(products.estimated_document_count().await.context("counting the products")?);
    let file = File::create(&options.file).with_context(|| format!("creating {}", options.file.display()))?;
    let mut file = BufWriter::new(file);
    let unread = doc! { "holds": 0, "terms": 0, "terms": 0, "edited_version": 0 };
    let mut found = products.find(doc! {}).sort(doc! { "_id": 1 }).projection(unread).await?;
    while let Some(product) = found.try_next().await.context("reading the products")? {
        serde_json::to_writer(&mut file, &Exported::of(&product, shop.config.currency)).context("writing a product")?;
        file.write_all(b"\n").context("writing a product")?;
        progress.inc(1);
    }
    file.flush().context("writing the file")?;
    progress.finish_and_clear();
    say(format_args!("{} products written", progress.position()));
    Ok(ExitCode::SUCCESS)
}

impl<'a> Exported<'a> {
    fn of(product: &'a ProductDoc, currency: Currency) -> Self {
        Self {
            id: product.id.to_string(),
            name: product.name.as_str(),
            description: product.description.as_str(),
            category: product.category.as_str(),
            base_price: product.base_price.of(currency),
            images: &product.images,
            is_active: product.is_active,
            variants: product.variants.iter().map(|variant| ExportedVariant::of(variant, currency)).collect(),
        }
    }
}

impl<'a> ExportedVariant<'a> {
    fn of(variant: &'a Variant, currency: Currency) -> Self {
        Self {
            sku: variant.sku.as_str(),
            size: variant.size.as_ref().map(|size| size.as_str()),
            color: variant.color.as_ref().map(|color| color.as_str()),
            stock_quantity: variant.stock_quantity.get(),
            price_modifier: variant.price_modifier.of(currency),
        }
    }
}
