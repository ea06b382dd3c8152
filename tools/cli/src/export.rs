//! `ferrocart export`: writes the whole catalogue to a file that `ferrocart import` reads.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use ferrocart::db::decode;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::image_details::ImageDetails;
use ferrocart::domain::money::{Amount, Currency};
use ferrocart::domain::product::{Seo, Variant};
use ferrocart::domain::product_options::{ProductOption, VariantOption};
use ferrocart::domain::slug::Slug;
use ferrocart::domain::text::Label;
use futures_util::TryStreamExt as _;
use indicatif::ProgressBar;
use mongodb::bson::{RawDocumentBuf, doc};
use serde::Serialize;

use crate::shop::{CurrencyOption, DatabaseOptions};
use crate::terminal::print_status;

/// Write the whole catalogue to a file.
///
/// The file has one JSON object per line and product, with the product's id and stock. `ferrocart
/// import` reads it. The command only reads from the database.
#[derive(Args)]
pub(crate) struct Options {
    /// File to write, by convention with the extension `.jsonl`. An existing file is overwritten.
    file: PathBuf,
    #[command(flatten)]
    currency: CurrencyOption,
    #[command(flatten)]
    database: DatabaseOptions,
}

/// A product in the format that `import` reads.
#[derive(Serialize)]
struct ExportedProduct<'a> {
    id: String,
    /// A product that `migrate` has not given a slug gets one from the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<&'a str>,
    name: &'a str,
    description: &'a str,
    category: &'a str,
    base_price: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    compare_at_price: Option<Amount>,
    #[serde(skip_serializing_if = "Seo::is_empty")]
    seo: &'a Seo,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [Label],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    options: &'a [ProductOption],
    images: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    image_details: Vec<ImageDetails>,
    is_active: bool,
    variants: Vec<ExportedVariant<'a>>,
}

#[derive(Serialize)]
struct ExportedVariant<'a> {
    sku: &'a str,
    size: Option<&'a str>,
    color: Option<&'a str>,
    /// The options other than size and colour.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    options: BTreeMap<&'a str, &'a str>,
    stock_quantity: u32,
    price_modifier: Amount,
}

/// Exports all products, ordered by id. The exit code is a failure if a product cannot be decoded.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = options.database.open(Some(options.currency.setting())).await?;
    let currency = shop.config.currency;
    shop.settings.expect_currency(currency).await.context("cannot export prices in this currency")?;
    let products = shop.database.collection::<RawDocumentBuf>("products");
    let count = products.estimated_document_count().await.context("cannot count the products")?;
    let progress = ProgressBar::new(count);
    let file = File::create(&options.file).with_context(|| format!("cannot create {}", options.file.display()))?;
    let mut file = BufWriter::new(file);
    let internal = doc! { "holds": 0, "terms": 0, "terms_version": 0, "edited_version": 0, "slugs": 0 };
    // A deployment check may have a product of its own at this moment.
    let catalogue = doc! { "exclusive_to": { "$exists": false } };
    let mut found = products.find(catalogue).sort(doc! { "_id": 1 }).projection(internal).await?;
    let (mut exported, mut skipped) = (0_u64, 0_u64);
    while let Some(document) = found.try_next().await.context("cannot read the products")? {
        let Some(product) = decode::<ProductDoc>("products", &document) else {
            let id = document.get_object_id("_id").map_or_else(|_| "unknown".to_owned(), |id| id.to_hex());
            print_status(format_args!("product {id} cannot be decoded and is not exported"));
            skipped = skipped.saturating_add(1);
            continue;
        };
        let product = ExportedProduct::new(&product, currency);
        serde_json::to_writer(&mut file, &product).context("cannot write a product")?;
        file.write_all(b"\n").context("cannot write a product")?;
        exported = exported.saturating_add(1);
        progress.inc(1);
    }
    file.flush().context("cannot write the file")?;
    progress.finish_and_clear();
    print_status(format_args!("{exported} products exported to {}", options.file.display()));
    Ok(if skipped == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl<'a> ExportedProduct<'a> {
    fn new(product: &'a ProductDoc, currency: Currency) -> Self {
        Self {
            id: product.id.to_string(),
            slug: product.slug.as_ref().map(Slug::as_str),
            name: product.name.as_str(),
            description: product.description.as_str(),
            category: product.category.as_str(),
            base_price: product.base_price.of(currency),
            compare_at_price: product.compare_at_price.map(|price| price.of(currency)),
            seo: &product.seo,
            tags: &product.tags,
            options: &product.options,
            images: &product.images,
            image_details: known_details(product),
            is_active: product.is_active,
            variants: product.variants.iter().map(|variant| ExportedVariant::new(variant, currency)).collect(),
        }
    }
}

/// Returns the details of the images that the product still has.
fn known_details(product: &ProductDoc) -> Vec<ImageDetails> {
    product.image_details.iter().filter(|details| product.images.contains(&details.url)).cloned().collect()
}

impl<'a> ExportedVariant<'a> {
    fn new(variant: &'a Variant, currency: Currency) -> Self {
        Self {
            sku: variant.sku.as_str(),
            size: variant.size.as_ref().map(|size| size.as_str()),
            color: variant.color.as_ref().map(|color| color.as_str()),
            options: variant
                .options
                .iter()
                .map(|VariantOption { name, value }| (name.as_str(), value.as_str()))
                .collect(),
            stock_quantity: variant.stock_quantity.get(),
            price_modifier: variant.price_modifier.of(currency),
        }
    }
}
