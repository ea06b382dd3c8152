//! Products to measure with: as many as wanted, each different, the same for everybody.

use crate::say::say;
use anyhow::{Context as _, Result, anyhow, bail};
use fastrand::Rng;
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::time::Timestamp;
use ferrocart_products::Details;
use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use mongodb::bson::Document;
use mongodb::options::WriteConcern;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const BATCH: u32 = 1_000;
/// How many batches are made and stored at once.
const AT_ONCE: usize = 4;
/// How often it is told how far things are.
const TOLD: u32 = 100_000;
/// When the first product came into the catalogue; each further one comes a second later.
const OPENED: Timestamp = Timestamp::from_millis(1_600_000_000_000);

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
/// Of three of these a maker's name is made, so that the vocabulary has as many words as a real one.
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

/// Makes the products if they are not there: first all of them, then the indexes, which is several times as fast
/// as to enter each product into each.
pub(crate) async fn stock(shop: &AppState, count: u32) -> Result<()> {
    let products = shop.database.collection::<Document>("products");
    let there = products.estimated_document_count().await.context("counting products")?;
    if there != u64::from(count) {
        // What was begun and not ended is made anew.
        shop.database.drop().await.context("dropping what was there")?;
        let start = Instant::now();
        say(format_args!("making {count} products"));
        let batches: Vec<u32> = (0..count).step_by(usize::try_from(BATCH)?).collect();
        let made = iter(batches).map(|first| {
            let shop = shop.clone();
            let made = tokio::spawn(async move { batch(&shop, first, first.saturating_add(BATCH).min(count)).await });
            async move { made.await.map_err(|panic| anyhow!(panic)).flatten() }
        });
        let mut made = made.buffer_unordered(AT_ONCE);
        let mut done: u32 = 0;
        while made.try_next().await?.is_some() {
            done = done.saturating_add(BATCH).min(count);
            if done.checked_rem(TOLD) == Some(0) {
                say(format_args!("{done} products after {} s", start.elapsed().as_secs()));
            }
        }
        say("building the indexes");
    }
    let start = Instant::now();
    ferrocart::db::schema::migrate(&shop.database).await.context("making the indexes")?;
    if there != u64::from(count) {
        say(format_args!("built in {} s", start.elapsed().as_secs()));
    }
    Ok(())
}

async fn batch(shop: &AppState, first: u32, end: u32) -> Result<()> {
    let products = (first..end).map(|number| product(shop, number)).collect::<Result<Vec<_>>>()?;
    let words: BTreeSet<String> = products.iter().flat_map(ProductDoc::title).collect();
    shop.vocabulary.learn(words).await?;
    let stored = products.iter().map(ProductDoc::stored).collect::<Result<Vec<_>, _>>()?;
    let collection = shop.database.collection("products");
    collection.insert_many(stored).ordered(false).write_concern(WriteConcern::nodes(1)).await?;
    Ok(())
}

fn product(shop: &AppState, number: u32) -> Result<ProductDoc> {
    let given = to_raw_value(&goods(number)?).context("a product in JSON")?;
    let Ok(Details(details)) = Details::parse(&given, shop.config.currency) else {
        bail!("product {number} is not acceptable");
    };
    let made = OPENED.plus(Duration::from_secs(number.into()));
    // As MongoDB makes them: the later, the larger.
    let mut id = [0; 12];
    id.iter_mut().skip(8).zip(number.to_be_bytes()).for_each(|(id, byte)| *id = byte);
    Ok(ProductDoc::new(ProductId::from_bytes(id), details, made))
}

fn goods(number: u32) -> Result<Value> {
    let mut chance = Rng::with_seed(number.into());
    let (category, kinds) = one_of(&mut chance, &CATEGORIES)?;
    let (style, material) = (one_of(&mut chance, &STYLES)?, one_of(&mut chance, &MATERIALS)?);
    let kind = one_of(&mut chance, kinds)?;
    let maker = (0..3).map(|_| one_of(&mut chance, &SYLLABLES).copied()).collect::<Result<String>>()?;
    let words = (0..25).map(|_| one_of(&mut chance, &WORDS).copied()).collect::<Result<Vec<_>>>()?;
    let color = one_of(&mut chance, &COLORS)?;
    let variants: Vec<Value> = ["S", "M", "L"]
        .into_iter()
        .map(|size| {
            let sku = format!("B{number}-{size}");
            json!({ "sku": sku, "size": size, "color": color, "stock_quantity": chance.u32(0..5) })
        })
        .collect();
    Ok(json!({
        "name": format!("{maker} {style} {material} {kind}"), "description": words.join(" "), "category": category,
        "base_price": chance.u32(1..300), "images": [format!("https://images.example.com/products/{number}.jpg")],
        "variants": variants,
    }))
}

fn one_of<'a, T>(chance: &mut Rng, choices: &'a [T]) -> Result<&'a T> {
    choices.get(chance.usize(0..choices.len())).context("nothing to choose from")
}
