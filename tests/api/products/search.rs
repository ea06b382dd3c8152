//! `GET /products?q=`: full-text search.

use super::list_products::all_pages;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Client, TestShop};
use serde_json::Value;

/// A small catalogue: name, category, description.
const CATALOGUE: [(&str, &str, &str); 9] = [
    ("Leather Jacket", "Outerwear", "Warm and waterproof. Goes with our boots."),
    ("Rain Boots", "Shoes", "For puddles."),
    ("Running Shoes", "Shoes", "Light, with a rubber sole."),
    ("Café Crème Mug", "Kitchen", "For berries, too."),
    ("Linen Shirt", "Shirts", "Natural fibres."),
    ("Pleated Skirt", "Skirts", "Swings."),
    ("Boot Brush", "Care", "Cleans leather."),
    ("MUG TREE", "Kitchen", "Holds six."),
    ("The Wallet", "Bags", "Real leather from a jacket."),
];

async fn open() -> TestShop {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (number, (price, (name, category, description))) in (10..).zip(CATALOGUE).enumerate() {
        let body = serde_json::json!({
            "name": name, "category": category, "description": description, "base_price": price,
            "variants": [{ "sku": format!("SKU-{number}"), "color": "Navy", "stock_quantity": 1 },
                         { "sku": format!("Only{}", "abcdefghi".chars().nth(number).expect("a letter")) }],
        });
        admin.post("/products", body).await.expect(201);
    }
    shop
}

pub(crate) async fn found(client: &Client, q: &str) -> Vec<String> {
    let q: String = encode(q);
    let items = all_pages(client, &format!("/products?q={q}"), 2, async |_| {}).await;
    items.iter().map(|item: &Value| item["name"].as_str().expect("a name").to_owned()).collect()
}

/// Percent-encodes a text.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn matching_ignores_inflection_case_accents_and_order() {
    let shop = open().await;
    for (q, names) in [
        ("leather jacket", &["Leather Jacket", "The Wallet"][..]),
        ("jackets LEATHER", &["Leather Jacket", "The Wallet"]),
        ("cafe creme", &["Café Crème Mug"]),
        ("CAFÉ", &["Café Crème Mug"]),
        ("run shoe", &["Running Shoes"]),
        ("shoes", &["Running Shoes", "Rain Boots"]),
        ("berry", &["Café Crème Mug"]),
        ("mug", &["MUG TREE", "Café Crème Mug"]),
        ("outerwear waterproof", &["Leather Jacket"]),
        ("navy linen", &["Linen Shirt"]),
        ("the boots for the puddles", &["Rain Boots"]),
        ("skirt", &["Pleated Skirt"]),
        ("leather puddle", &[]),
        ("tractor", &[]),
    ] {
        assert_eq!(found(shop.visitor(), q).await, names, "{q}");
    }
}

#[tokio::test]
async fn the_last_word_matches_as_a_prefix() {
    let shop = open().await;
    let word = "leather";
    for length in 1..=word.len() {
        let names = found(shop.visitor(), &word[..length]).await;
        assert!(names.contains(&"Leather Jacket".to_owned()), "{}: {names:?}", &word[..length]);
    }
    assert_eq!(found(shop.visitor(), "leather ja").await, ["Leather Jacket"]);
    assert_eq!(found(shop.visitor(), "the w").await, ["The Wallet"]);
    assert_eq!(found(shop.visitor(), "ja leather").await, Vec::<String>::new(), "only the last word may be a prefix");
}

#[tokio::test]
async fn matches_in_the_name_rank_before_mentions() {
    let shop = open().await;
    assert_eq!(found(shop.visitor(), "boots").await, ["Boot Brush", "Rain Boots", "Leather Jacket"]);
    assert_eq!(found(shop.visitor(), "leather").await, ["Leather Jacket", "The Wallet", "Boot Brush"]);
    let cheapest = all_pages(shop.visitor(), "/products?q=leather&sort=price_desc", 1, async |_| {}).await;
    let names: Vec<_> = cheapest.iter().map(|item| item["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["The Wallet", "Boot Brush", "Leather Jacket"]);
}

#[tokio::test]
async fn typos_in_longer_words_are_corrected_if_nothing_matches() {
    let shop = open().await;
    for (q, name) in [
        ("leahter", "Leather Jacket"),
        ("lether jacket", "Leather Jacket"),
        ("leather jakcet", "Leather Jacket"),
        ("runing shose", "Running Shoes"),
        ("outterwear", "Leather Jacket"),
        ("kitchin mug", "MUG TREE"),
    ] {
        let names = found(shop.visitor(), q).await;
        assert!(names.contains(&name.to_owned()), "{q}: {names:?}");
    }
    // A word of the catalogue and a short word are not corrected.
    assert_eq!(found(shop.visitor(), "shirt").await, ["Linen Shirt"]);
    assert_eq!(found(shop.visitor(), "mgu").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_sku_finds_its_product() {
    let shop = open().await;
    for (q, name) in [
        ("SKU-3", "Café Crème Mug"),
        ("sku-3", "Café Crème Mug"),
        ("Sku-3", "Café Crème Mug"),
        ("sKU 3", "Café Crème Mug"),
        (" SKU-0 ", "Leather Jacket"),
        ("Onlyb", "Rain Boots"),
        ("oNLYB", "Rain Boots"),
        ("sku.3", "Café Crème Mug"),
        ("SKU_3", "Café Crème Mug"),
        ("ｓｋｕ－３", "Café Crème Mug"),
    ] {
        assert_eq!(found(shop.visitor(), q).await, [name], "{q}");
    }
    assert_eq!(found(shop.visitor(), "SKU-33").await, Vec::<String>::new());
    let filtered = shop.visitor().get("/products?q=SKU-3&category=Shoes").await.expect(200);
    assert_eq!(filtered.at("/items").as_array().map(Vec::len), Some(0));
    let by_price = shop.visitor().get("/products?q=sku-3&sort=price_asc").await.expect(200);
    assert_eq!(by_price.text("/items/0/name"), "Café Crème Mug");
}

#[tokio::test]
async fn the_beginning_of_a_sku_finds_its_products() {
    let shop = TestShop::open().await;
    for (name, sku) in [("Harbor Tee", "Har-Tee-NAVY-M"), ("Harbor Cap", "Har-Cap-1"), ("Tea", "H-1")] {
        shop.stock(product(name, 100, &[(sku, 1)])).await;
    }
    for (q, names) in [
        ("har-tee", &["Harbor Tee"][..]),
        ("HAR-TEE-navy", &["Harbor Tee"]),
        ("har_cap", &["Harbor Cap"]),
        ("har-", &["Harbor Cap", "Harbor Tee"]),
        ("har-tee-n", &[]),
        ("h-", &["Harbor Cap", "Harbor Tee"]),
    ] {
        assert_eq!(found(shop.visitor(), q).await, names, "{q}");
    }
}

#[tokio::test]
async fn inactive_products_are_not_found() {
    let shop = open().await;
    let admin = shop.admin_again().await;
    let jacket = shop.visitor().get("/products?q=jacket&limit=1").await.text("/items/0/id");
    admin.delete(&format!("/products/{jacket}")).await.expect(204);
    for q in ["leather jacket", "SKU-0", "Onlya", "outerwear", "leahter jacket"] {
        assert!(!found(&admin, q).await.contains(&"Leather Jacket".to_owned()), "{q}");
    }
}

#[tokio::test]
async fn search_text_is_not_interpreted_as_a_pattern() {
    let shop = open().await;
    for q in [
        ".*",
        "^",
        "(",
        "[",
        "a|b",
        "\\",
        "leather.*",
        "\"leather\"",
        "-leather",
        "leather -jacket",
        "{\"$gt\":\"\"}",
        "$where",
        "$terms",
        "' || true",
        "%",
        "\u{1F}category",
        "***",
        "🧥",
    ] {
        let answer = shop.visitor().get(&format!("/products?q={}", encode(q))).await;
        assert!([200, 400].contains(&answer.status.as_u16()), "{q}: {}", answer.status);
    }
    assert_eq!(found(shop.visitor(), "-leather").await.len(), 3, "a hyphen excludes nothing");
    assert_eq!(found(shop.visitor(), ".*").await, Vec::<String>::new());
    assert_eq!(found(shop.visitor(), "*").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_search_has_1_to_200_characters() {
    let shop = TestShop::open().await;
    shop.stock(product("Tee", 1, &[("T", 1)])).await;
    shop.visitor().get(&format!("/products?q={}", "x".repeat(200))).await.expect(200);
    for (q, code) in [("", "empty"), ("%20", "empty"), ("a%00b", "invisible_character")] {
        let answer = shop.visitor().get(&format!("/products?q={q}")).await.expect(400);
        assert_eq!(answer.text("/errors/0/code"), code);
    }
    for length in [201, 10_000] {
        let answer = shop.visitor().get(&format!("/products?q={}", "x".repeat(length))).await.expect(400);
        assert_eq!(answer.text("/errors/0/code"), "too_long");
        assert_eq!(answer.text("/errors/0/pointer"), "q");
    }
}
