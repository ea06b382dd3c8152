//! `GET /products`

use ferrocart::db::products::ProductDoc;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Client, TestShop};
use futures_util::TryStreamExt;
use insta::assert_snapshot;
use mongodb::bson::{Document, doc};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

const SORTS: [&str; 4] = ["newest", "price_asc", "price_desc", "name"];

/// Stores products of which several share a time, a price or a name.
async fn fill(shop: &TestShop, count: usize) -> Vec<ProductDoc> {
    let mut products = Vec::new();
    for n in 0..count {
        let sku = format!("SKU-{n}");
        let (name, cents) = [("Alpha", 0), ("beta", 100), ("Gamma", 200)][n % 3];
        let mut product = product(name, cents, &[(&sku, i64::from(n != 0))]);
        product.created_at = created_at(n / 4);
        product.category = ["Shirts", "Mugs"][n % 2].parse().expect("a category");
        products.push(shop.stock(product).await);
    }
    products
}

/// A creation time of a product.
fn created_at(millis: usize) -> Timestamp {
    let millis = millis.try_into().expect("a small number");
    Timestamp::from_millis(1_790_000_000_000).plus(Duration::from_millis(millis))
}

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().expect("a list").clone()
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

/// Every item of a list, page by page; `between` runs before each page but the first.
pub(crate) async fn all_pages(
    client: &Client,
    list: &str,
    limit: usize,
    mut between: impl AsyncFnMut(usize),
) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = None::<String>;
    for page in 0..100 {
        let after = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let answer = client.get(&format!("{list}&limit={limit}{after}")).await.expect(200);
        let found = items(&answer.body);
        assert!(found.len() <= limit);
        all.extend(found);
        match answer.at("/next_cursor") {
            Value::Null => return all,
            next => cursor = Some(next.as_str().expect("a cursor").to_owned()),
        }
        between(page).await;
    }
    panic!("the list has no end");
}

#[tokio::test]
async fn the_list_shows_active_products() {
    let shop = TestShop::open().await;
    let mut tee = product("Tee", 1999, &[("TEE-M", 0), ("TEE-L", 3)]);
    tee.max_price = ferrocart::domain::money::Money::from_minor(2499);
    shop.stock(tee).await;
    let mut hidden = product("Hidden", 1, &[("HIDDEN", 3)]);
    hidden.is_active = false;
    shop.stock(hidden).await;
    shop.stock(product("Mug", 900, &[("MUG", 0)])).await;
    assert_snapshot!(shop.visitor().get("/products?sort=name").await.shown());
    let seen_by_admin = shop.admin().await.get("/products").await.expect(200);
    assert_eq!(items(&seen_by_admin.body).len(), 2);
}

#[tokio::test]
async fn an_empty_list_has_no_items_and_no_cursor() {
    let shop = TestShop::open().await;
    assert_snapshot!(shop.visitor().get("/products?category=Nothing").await.shown());
}

#[tokio::test]
async fn a_page_can_be_cached_and_revalidated() {
    let shop = TestShop::open().await;
    fill(&shop, 3).await;
    let answer = shop.visitor().get("/products").await.expect(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=30");
    let tag = answer.header("etag").to_owned();
    let revalidating = shop.visitor().with_header("if-none-match", &tag);
    let again = revalidating.get("/products").await.expect(304);
    assert!(again.body.is_null());
    assert_eq!(again.header("etag"), tag);
    revalidating.get("/products?limit=2").await.expect(200);
    shop.stock(product("New", 1, &[("NEW", 1)])).await;
    revalidating.get("/products").await.expect(200);
}

#[tokio::test]
async fn every_sort_order_pages_without_gaps_or_repeats() {
    let shop = TestShop::open().await;
    let products = fill(&shop, 23).await;
    for sort in SORTS {
        for limit in [1, 4, 23, 100] {
            let all = all_pages(shop.visitor(), &format!("/products?sort={sort}"), limit, async |_| {}).await;
            let mut sorted = products.clone();
            sorted.sort_by(|a, b| match sort {
                "newest" => (b.created_at, b.id).cmp(&(a.created_at, a.id)),
                "price_asc" => (a.base_price, a.id).cmp(&(b.base_price, b.id)),
                "price_desc" => (b.base_price, b.id).cmp(&(a.base_price, a.id)),
                _ => (a.name.as_str().to_lowercase(), a.id).cmp(&(b.name.as_str().to_lowercase(), b.id)),
            });
            let expected: Vec<String> = sorted.iter().map(|product| product.id.to_string()).collect();
            assert_eq!(ids(&all), expected, "{sort} by {limit}");
        }
        let shirts =
            all_pages(shop.visitor(), &format!("/products?sort={sort}&category=Shirts"), 5, async |_| {}).await;
        assert_eq!(shirts.len(), 12);
        assert!(shirts.iter().all(|item| item["category"] == "Shirts"));
    }
}

#[tokio::test]
async fn products_added_between_pages_neither_repeat_nor_hide_others() {
    for sort in SORTS {
        let shop = TestShop::open().await;
        let products = fill(&shop, 20).await;
        let shop = &shop;
        let all = all_pages(shop.visitor(), &format!("/products?sort={sort}"), 3, async |page| {
            // One at either end of every sort order, and one among equals.
            for (name, cents, age) in [("aaa", 0, 0), ("zzz", 999, 999), ("Gamma", 100, 2)] {
                let mut added = product(name, cents, &[(&format!("ADDED-{page}-{name}"), 1)]);
                added.created_at = created_at(age);
                shop.stock(added).await;
            }
        })
        .await;
        let all = ids(&all);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "{sort}: a product repeats");
        for product in &products {
            assert!(all.contains(&product.id.to_string()), "{sort}: {} is missing", product.id);
        }
    }
}

#[tokio::test]
async fn a_cursor_is_valid_for_its_own_list_only() {
    let shop = TestShop::open().await;
    fill(&shop, 10).await;
    let cursor = shop.visitor().get("/products?limit=2&category=Mugs&sort=name").await.text("/next_cursor");
    shop.visitor().get(&format!("/products?limit=3&category=Mugs&sort=name&cursor={cursor}")).await.expect(200);
    let forged = format!("{}{}", &cursor[..cursor.len() - 1], if cursor.ends_with('A') { 'B' } else { 'A' });
    for (filters, cursor) in [
        ("category=Mugs&sort=newest", cursor.as_str()),
        ("category=Mugs&sort=price_asc", &cursor),
        ("category=Mugs", &cursor),
        ("category=Shirts&sort=name", &cursor),
        ("category=Mugs&sort=name&q=gamma", &cursor),
        ("category=Mugs&sort=name&size=M", &cursor),
        ("category=Mugs&sort=name&color=Red", &cursor),
        ("category=Mugs&sort=name&in_stock=true", &cursor),
        ("category=Mugs&sort=name&min_price=0", &cursor),
        ("category=Mugs&sort=name&max_price=9999", &cursor),
        ("sort=name", &cursor),
        ("category=Mugs&sort=name", &forged),
        ("category=Mugs&sort=name", &cursor[..10]),
        ("category=Mugs&sort=name", ""),
        ("category=Mugs&sort=name", "%7B%22%24gt%22%3A%22%22%7D"),
    ] {
        let answer = shop.visitor().get(&format!("/products?{filters}&cursor={cursor}")).await.expect(400);
        assert_eq!(answer.text("/code"), "invalid_cursor", "{filters} {cursor}");
    }
}

#[tokio::test]
async fn invalid_query_parameters_are_reported() {
    let shop = TestShop::open().await;
    for (query, parameter, code) in [
        ("limit=0", "limit", "out_of_range"),
        ("limit=-1", "limit", "out_of_range"),
        ("limit=101", "limit", "out_of_range"),
        ("limit=1000000000", "limit", "out_of_range"),
        ("limit=1e1", "limit", "invalid_type"),
        ("limit=", "limit", "invalid_type"),
        ("limit=5&limit=6", "limit", "duplicate"),
        ("sort=cheap", "sort", "invalid_choice"),
        ("sort=Name", "sort", "invalid_choice"),
        ("sort=$natural", "sort", "invalid_choice"),
        ("sort=relevance", "sort", "invalid_choice"),
        ("min_price=-1", "min_price", "negative"),
        ("max_price=-0.01", "max_price", "negative"),
        ("min_price=19.99999", "min_price", "too_many_decimals"),
        ("min_price=cheap", "min_price", "invalid_type"),
        ("min_price=1e400", "min_price", "too_large"),
        ("min_price=20&max_price=19.99", "max_price", "out_of_range"),
        ("max_price[$gt]=1", "max_price[$gt]", "unknown"),
        ("in_stock=1", "in_stock", "invalid_type"),
        ("in_stock=", "in_stock", "invalid_type"),
        ("size=", "size", "empty"),
        ("color=%00", "color", "invisible_character"),
        ("category=", "category", "empty"),
        ("category=a%00b", "category", "invisible_character"),
        ("category[$ne]=x", "category[$ne]", "unknown"),
        ("page=2", "page", "unknown"),
        ("Limit=2", "Limit", "unknown"),
    ] {
        let answer = shop.visitor().get(&format!("/products?{query}")).await.expect(400);
        assert_eq!(answer.text("/code"), "malformed_request", "{query}");
        assert_eq!(answer.text("/errors/0/pointer"), parameter, "{query}");
        assert_eq!(answer.text("/errors/0/code"), code, "{query}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_snapshot!(shop.visitor().get("/products?limit=0&sort=cheap&page=2").await.shown());
    let operator = shop.visitor().get("/products?category=%7B%22%24gt%22%3A%22%22%7D").await.expect(200);
    assert_eq!(items(&operator.body), Vec::<Value>::new());
}

#[tokio::test]
async fn a_page_of_20_long_products_is_smaller_than_12_kb() {
    let shop = TestShop::open().await;
    for n in 0..20 {
        let skus: Vec<String> = (0..12).map(|variant| format!("LONG-WINDED-SKU-{n}-{variant}")).collect();
        let variants: Vec<(&str, i64)> = skus.iter().map(|sku| (sku.as_str(), 5)).collect();
        let name = format!("Women's waterproof hooded trekking jacket with recycled down lining, model {n}");
        let mut jacket = product(&name, 123_456, &variants);
        jacket.category = "Outdoor clothing for women".parse().expect("a category");
        jacket.description = "x".repeat(5_000).parse().expect("a description");
        jacket.images =
            vec![format!("https://d1234567890abc.cloudfront.net/products/{}/{}.jpg", jacket.id, jacket.id); 5];
        shop.stock(jacket).await;
    }
    let page = shop.visitor().get("/products?q=jacket").await.expect(200);
    assert_eq!(items(&page.body).len(), 20);
    let bytes = page.body.to_string().len();
    assert!(bytes < 12_000, "{bytes} bytes");
}

#[tokio::test]
async fn listing_reads_neither_descriptions_nor_unlisted_products() {
    let shop = TestShop::open().await;
    for n in 0..40 {
        let mut long = product("Tee", [100, 200, 300, 400][n % 4], &[(&format!("SKU-{n}"), 1)]);
        long.description = "x".repeat(10_000).parse().expect("a description");
        shop.stock(long).await;
    }
    shop.database().run_command(doc! { "profile": 2 }).await.expect("a profiler");
    for sort in SORTS {
        for filter in ["", "&category=Things"] {
            assert_eq!(
                all_pages(shop.visitor(), &format!("/products?sort={sort}{filter}"), 10, async |_| {}).await.len(),
                40
            );
        }
    }
    shop.database().run_command(doc! { "profile": 0 }).await.expect("the profiler to stop");

    let finds = doc! { "op": "query", "command.find": "products" };
    let profile = shop.database().collection::<Document>("system.profile");
    let finds: Vec<Document> = profile.find(finds).await.expect("a profile").try_collect().await.expect("a profile");
    assert_eq!(finds.len(), SORTS.len() * 2 * 4);
    for find in finds {
        let number = |name: &str| find.get(name).and_then(number).unwrap_or_else(|| panic!("no {name} in {find}"));
        assert!(number("responseLength") < 6_000, "a description is read: {find}");
        assert!(number("docsExamined") <= 12, "a page reads more than it shows: {find}");
        assert!(!find.get_str("planSummary").expect("a plan").contains("COLLSCAN"), "{find}");
        assert!(find.get("hasSortStage").is_none(), "{find}");
    }
}

fn number(value: &mongodb::bson::Bson) -> Option<i64> {
    value.as_i64().or_else(|| value.as_i32().map(i64::from))
}
