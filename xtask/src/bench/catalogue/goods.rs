//! Products to measure with: as many as wanted, each different, the same for everybody.

use anyhow::{Context as _, Result};
use ferrocart::AppState;
use ferrocart::db::products::ProductDoc;
use ferrocart_products::Details;
use indicatif::ProgressBar;
use mongodb::bson::{Document, doc};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::import::{id_of, store};
use crate::seed::Chance;
use crate::terminal::say;

const BATCH: u32 = 1_000;
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
const WORDS: [&str; 16] = [
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
];

/// Fills a database up to that many products, whatever it has of them.
pub(super) async fn stock(shop: &AppState, count: u32) -> Result<()> {
    let there = shop.database.collection::<Document>("products").count_documents(doc! {}).await?;
    if there >= u64::from(count) {
        return Ok(());
    }
    say(format_args!("making {count} products"));
    let progress = ProgressBar::new(count.into());
    for start in (0..count).step_by(usize::try_from(BATCH)?) {
        let end = start.saturating_add(BATCH).min(count);
        let products = (start..end).map(|number| product(shop, number)).collect::<Result<Vec<_>>>()?;
        let words = products.iter().flat_map(|(_, product)| product.title());
        shop.vocabulary.learn(words).await?;
        store(shop, products).await?;
        progress.set_position(end.into());
    }
    progress.finish_and_clear();
    Ok(())
}

fn product(shop: &AppState, number: u32) -> Result<(u64, ProductDoc)> {
    let given: Box<RawValue> = RawValue::from_string(goods(number)?.to_string())?;
    let Ok(Details(details)) = Details::parse(&given, shop.config.currency) else {
        anyhow::bail!("product {number} is not acceptable");
    };
    let sku = details.variants.first().context("a variant")?.0.sku.clone();
    Ok((number.into(), ProductDoc::new(id_of(sku.as_str()), details, shop.now())))
}

fn goods(number: u32) -> Result<Value> {
    let mut chance = Chance::of(&format!("product {number}"));
    let (category, kinds) = one_of(&mut chance, &CATEGORIES)?;
    let (style, material) = (one_of(&mut chance, &STYLES)?, one_of(&mut chance, &MATERIALS)?);
    let kind = one_of(&mut chance, kinds)?;
    let words = (0..20).map(|_| one_of(&mut chance, &WORDS).copied()).collect::<Result<Vec<_>>>()?;
    let color = one_of(&mut chance, &COLORS)?;
    let variants: Vec<Value> = ["S", "M", "L"]
        .into_iter()
        .map(|size| {
            let sku = format!("B{number}-{size}");
            json!({ "sku": sku, "size": size, "color": color, "stock_quantity": chance.below(5) })
        })
        .collect();
    Ok(json!({
        "name": format!("{style} {material} {kind} {number}"), "description": words.join(" "), "category": category,
        "base_price": chance.below(300), "images": [format!("https://images.example.com/{number}.jpg")],
        "variants": variants,
    }))
}

fn one_of<'a, T>(chance: &mut Chance, choices: &'a [T]) -> Result<&'a T> {
    choices.get(chance.position(choices.len())).context("nothing to choose from")
}
