//! `GET /products/categories`

use super::{tee, tee_with};
use ferrocart::db::migration::{migrate, prepare_bulk_import};
use ferrocart::domain::search::Language;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Client, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn categories(client: &Client) -> Value {
    client.get("/products/categories").await.expect(200).at("/items").clone()
}

#[tokio::test]
async fn categories_count_their_active_products() {
    let shop = TestShop::open().await;
    assert_eq!(categories(shop.visitor()).await, json!([]));
    for (number, (category, is_active)) in
        [("Shirts", true), ("Mugs", true), ("Shirts", true), ("Shirts", false), ("Secret", false)]
            .into_iter()
            .enumerate()
    {
        let mut thing = product("Thing", 100, &[(&format!("SKU-{number}"), 0)]);
        thing.category = category.parse().expect("a category");
        thing.is_active = is_active;
        shop.stock(thing).await;
    }
    let counts = json!([{ "category": "Mugs", "product_count": 1 }, { "category": "Shirts", "product_count": 2 }]);
    let answer = shop.visitor().get("/products/categories").await.expect(200);
    assert_eq!(answer.body, json!({ "items": counts, "next_cursor": null }));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(categories(&shop.admin().await).await, counts);
    let known = shop.visitor().with_header("if-none-match", answer.header("etag"));
    known.get("/products/categories").await.expect(304);
    shop.visitor().get("/products/categories?limit=1").await.expect(400);
}

/// The product count of each category, first as the API reports it, then counted from the products.
async fn reported_and_counted(shop: &TestShop) -> (BTreeMap<String, i64>, BTreeMap<String, i64>) {
    let reported = categories(shop.visitor()).await;
    let reported = reported.as_array().expect("a list").iter();
    let reported =
        reported.map(|it| (it["category"].as_str().expect("a text"), it["product_count"].as_i64().expect("a number")));
    let mut counted = BTreeMap::new();
    let products = shop.database().collection::<Document>("products");
    let mut for_sale = products.find(doc! { "is_active": true }).await.expect("products");
    while for_sale.advance().await.expect("a product") {
        let product = for_sale.deserialize_current().expect("a document");
        let category = product.get_str("category").expect("a category").to_owned();
        counted.entry(category).and_modify(|count: &mut i64| *count = count.saturating_add(1)).or_insert(1);
    }
    (reported.map(|(category, count)| (category.to_owned(), count)).collect(), counted)
}

/// Creates a product, changes its category and activity, and deletes every second one.
async fn edit_own_product(admin: Client, number: usize) {
    let mut categories = ["Shirts", "Mugs", "Bags"].into_iter().cycle().skip(number);
    let mut thing = tee_with("/category", json!(categories.next()));
    thing["variants"] = json!([{ "sku": format!("THING-{number}") }]);
    let path = format!("/products/{}", admin.post("/products", thing.clone()).await.expect(201).text("/id"));
    for (change_category, is_active) in [(false, false), (true, true), (false, number.is_multiple_of(3)), (true, true)]
    {
        if change_category {
            thing["category"] = json!(categories.next());
        }
        thing["is_active"] = json!(is_active);
        admin.put(&path, thing.clone()).await.expect(200);
    }
    if number.is_multiple_of(2) {
        admin.delete(&path).await.expect(204);
    }
}

/// The administrator on an environment of its own, so that writes waiting for a transaction do not use up the
/// connections that the transaction needs.
async fn admin_on_own_environment(shop: &TestShop) -> Client {
    let login = json!({ "email": "admin@example.com", "password": "correct horse" });
    let client = shop.reopen_with(&[]).await;
    let token = client.post("/auth/login", login).await.expect(200).text("/access_token");
    client.with_token(&token)
}

/// Changes the category of a product that others edit, too, and deactivates it in between.
async fn edit_shared_product(admin: Client, path: String, number: usize) {
    for category in ["Tops", "Shirts", "Mugs"].into_iter().cycle().skip(number).take(6) {
        let mut moved = tee_with("/category", json!(category));
        moved["is_active"] = json!(true);
        admin.put(&path, moved).await.expect(200);
        if number.is_multiple_of(4) {
            admin.delete(&path).await.expect(204);
        }
    }
}

#[tokio::test]
async fn concurrent_edits_keep_the_counts_correct() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let path = format!("/products/{}", admin.post("/products", tee()).await.expect(201).text("/id"));
    let mut tasks = Vec::new();
    for number in 0..8 {
        tasks.push(tokio::spawn(edit_own_product(admin_on_own_environment(&shop).await, number)));
        tasks.push(tokio::spawn(edit_shared_product(admin_on_own_environment(&shop).await, path.clone(), number)));
    }
    for done in join_all(tasks).await {
        done.expect("no panic");
    }
    let (reported, counted) = reported_and_counted(&shop).await;
    assert_eq!(reported, counted);
    assert!(reported.values().sum::<i64>() > 3, "{reported:?}");
}

#[tokio::test]
async fn rejected_products_are_not_counted() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    admin.post("/products", tee()).await.expect(201);
    admin.post("/products", tee_with("/category", json!("Tops"))).await.expect(409);
    let other = tee_with("/variants", json!([{ "sku": "OTHER" }]));
    let path = format!("/products/{}", admin.post("/products", other).await.expect(201).text("/id"));
    admin.put(&path, tee_with("/category", json!("Tops"))).await.expect(409);
    admin.with_header("if-match", "\"9\"").put(&path, tee_with("/category", json!("Tops"))).await.expect(412);
    admin.delete(&path).await.expect(204);
    admin.delete(&path).await.expect(204);
    assert_eq!(categories(shop.visitor()).await, json!([{ "category": "Shirts", "product_count": 1 }]));
}

#[tokio::test]
async fn uncounted_imports_are_included_and_migrations_fix_counts() {
    let shop = TestShop::open().await;
    shop.stock(product("Tee", 100, &[("TEE", 0)])).await;
    prepare_bulk_import(shop.database(), Language::English, 1).await.expect("a database");
    let stored = product("Mug", 100, &[("MUG", 0)]);
    let products = shop.database().collection("products");
    products.insert_one(stored.stored(Language::English).expect("a document")).await.expect("a product");
    let (reported, counted) = reported_and_counted(&shop).await;
    assert_eq!(reported, counted);
    migrate(shop.database(), Language::English).await.expect("a migration");
    assert_eq!(reported_and_counted(&shop).await, (counted.clone(), counted.clone()));

    // The next migration corrects wrong counts of any origin.
    let categories = shop.database().collection::<Document>("categories");
    categories.update_many(doc! {}, doc! { "$inc": { "product_count": 7_i64 } }).await.expect("an update");
    categories.insert_one(doc! { "_id": "Gone", "product_count": 3_i64 }).await.expect("a category");
    assert_ne!(reported_and_counted(&shop).await.0, counted);
    migrate(shop.database(), Language::English).await.expect("a migration");
    assert_eq!(reported_and_counted(&shop).await.0, counted);
}
