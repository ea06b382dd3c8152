//! Generates the products of the benchmarks: any number, all different, the same in every run.

use crate::terminal::print_status;
use anyhow::{Context as _, Result, anyhow, bail};
use fastrand::Rng;
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::product_input::Details;
use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use mongodb::bson::Document;
use mongodb::options::WriteConcern;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The number of products that are inserted by one command.
const BATCH_SIZE: u32 = 1_000;
/// The number of batches that are generated and inserted at a time.
const CONCURRENT_BATCHES: usize = 4;
/// The number of products between two progress messages.
const PROGRESS_INTERVAL: u32 = 100_000;
/// The time at which the first product was created; each further one was created a second later.
const FIRST_CREATED_AT: Timestamp = Timestamp::from_millis(1_600_000_000_000);

const MATERIALS: [&str; 10] =
    ["Leather", "Cotton", "Linen", "Wool", "Canvas", "Denim", "Silk", "Suede", "Waxed", "Merino"];
const STYLES: [&str; 10] =
    ["Classic", "Harbor", "Alpine", "River", "Trail", "Urban", "Coastal", "Vintage", "Summit", "Plain"];
const CATEGORIES: [(&str, [&str; 4]); 5] = [
    ("Shirts", ["Tee", "Shirt", "Polo", "Blouse"]),
    ("Coats", ["Jacket", "Coat", "Parka", "Vest"]),
    ("Shoes", ["Boots", "Sneakers", "Loafers", "Sandals"]),
    ("Bags", ["Tote", "Backpack", "Wallet", "Pouch"]),
    ("Kitchen", ["Mug", "Skillet", "Kettle", "Bowl"]),
];
const COLORS: [&str; 6] = ["Red", "Blue", "Black", "Sand", "Navy", "Green"];
/// A brand's name has three of these syllables, so the vocabulary is as large as that of a real catalogue.
const SYLLABLES: [&str; 16] =
    ["ba", "co", "de", "fi", "gu", "ha", "jo", "ka", "le", "mi", "no", "pa", "ri", "so", "tu", "va"];
const WORDS: [&str; 30] = [
    "soft",
    "durable",
    "washable",
    "breathable",
    "reinforced",
    "recycled",
    "warm",
    "light",
    "pocket",
    "lining",
    "zip",
    "handmade",
    "everyday",
    "travel",
    "office",
    "weekend",
    "strong",
    "seam",
    "button",
    "collar",
    "woven",
    "dyed",
    "stone",
    "rubber",
    "sole",
    "steel",
    "grip",
    "handle",
    "strap",
    "brass",
];

/// Inserts the products unless they exist. The indexes are built last, which is several times as fast as updating them
/// with each product.
pub(crate) async fn insert_products(shop: &AppState, count: u32) -> Result<()> {
    let products = shop.database.collection::<Document>("products");
    let existing = products.estimated_document_count().await.context("counting products")?;
    let is_complete = existing == u64::from(count);
    if !is_complete {
        // An interrupted run leaves a part of the products.
        shop.database.drop().await.context("dropping incomplete products")?;
        insert_batches(shop, count).await?;
        print_status("building the indexes");
    }
    let start = Instant::now();
    ferrocart::db::migration::migrate(&shop.database, shop.config.catalogue_language)
        .await
        .context("building the indexes")?;
    if !is_complete {
        print_status(format_args!("built the indexes in {} s", start.elapsed().as_secs()));
    }
    Ok(())
}

async fn insert_batches(shop: &AppState, count: u32) -> Result<()> {
    let start = Instant::now();
    print_status(format_args!("inserting {count} products"));
    let batches: Vec<u32> = (0..count).step_by(usize::try_from(BATCH_SIZE)?).collect();
    let tasks = iter(batches).map(|first| {
        let shop = shop.clone();
        let end = first.saturating_add(BATCH_SIZE).min(count);
        let task = tokio::spawn(async move { insert_batch(&shop, first, end).await });
        async move { task.await.map_err(|panic| anyhow!(panic)).flatten() }
    });
    let mut tasks = tasks.buffer_unordered(CONCURRENT_BATCHES);
    let mut inserted: u32 = 0;
    while tasks.try_next().await?.is_some() {
        inserted = inserted.saturating_add(BATCH_SIZE).min(count);
        if inserted.checked_rem(PROGRESS_INTERVAL) == Some(0) {
            print_status(format_args!("{inserted} products after {} s", start.elapsed().as_secs()));
        }
    }
    Ok(())
}

async fn insert_batch(shop: &AppState, first: u32, end: u32) -> Result<()> {
    let products = (first..end).map(|number| product(shop, number)).collect::<Result<Vec<_>>>()?;
    let language = shop.config.catalogue_language;
    let words: BTreeSet<String> = products.iter().flat_map(|product| product.title_words(language)).collect();
    shop.vocabulary.add_words(words).await?;
    let stored = products.iter().map(|product| product.stored(language)).collect::<Result<Vec<_>, _>>()?;
    let collection = shop.database.collection("products");
    collection.insert_many(stored).ordered(false).write_concern(WriteConcern::nodes(1)).await?;
    Ok(())
}

fn product(shop: &AppState, number: u32) -> Result<ProductDoc> {
    let input = to_raw_value(&product_input(number)?).context("writing a product as JSON")?;
    let Ok(Details(details)) = Details::parse(&input, shop.config.currency) else {
        bail!("product {number} is invalid");
    };
    let created_at = FIRST_CREATED_AT.plus(Duration::from_secs(number.into()));
    // Ids grow with time, as those of MongoDB do.
    let mut id = [0; 12];
    id.iter_mut().skip(8).zip(number.to_be_bytes()).for_each(|(id, byte)| *id = byte);
    Ok(ProductDoc::new(ProductId::from_bytes(id), details, created_at))
}

/// Returns a product as an administrator would send it. The number is the seed.
fn product_input(number: u32) -> Result<Value> {
    let mut rng = Rng::with_seed(number.into());
    let (category, kinds) = choose(&mut rng, &CATEGORIES)?;
    let (style, material) = (choose(&mut rng, &STYLES)?, choose(&mut rng, &MATERIALS)?);
    let kind = choose(&mut rng, kinds)?;
    let brand = (0..3).map(|_| choose(&mut rng, &SYLLABLES).copied()).collect::<Result<String>>()?;
    let words = (0..25).map(|_| choose(&mut rng, &WORDS).copied()).collect::<Result<Vec<_>>>()?;
    let color = choose(&mut rng, &COLORS)?;
    let variants: Vec<Value> = ["S", "M", "L"]
        .into_iter()
        .map(|size| {
            let sku = format!("B{number}-{size}");
            json!({ "sku": sku, "size": size, "color": color, "stock_quantity": rng.u32(0..5) })
        })
        .collect();
    Ok(json!({
        "slug": format!("product-{number}"), "name": format!("{brand} {style} {material} {kind}"), "description": words.join(" "), "category": category,
        "base_price": rng.u32(1..300), "images": [format!("https://images.example.com/products/{number}.jpg")],
        "variants": variants,
    }))
}

fn choose<'a, T>(rng: &mut Rng, choices: &'a [T]) -> Result<&'a T> {
    rng.choice(choices).context("nothing to choose from")
}
