//! `migrate` recomputes search terms after a change of the catalogue's language.

use crate::migrate::{search_counts, stock_thirty_tees};
use ferrocart::db::products::Products;
use ferrocart::domain::search::Language;
use ferrocart_migrate::run;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::{Document, doc};

/// The versions of stored terms.
async fn terms_versions(shop: &TestShop) -> Vec<String> {
    let versions = shop.database().collection::<Document>("products").distinct("terms_version", doc! {}).await;
    versions.expect("versions").iter().filter_map(|version| version.as_str().map(str::to_owned)).collect()
}

/// The names that a list shows.
async fn listed(visitor: &Client, query: &str) -> Vec<String> {
    let list = visitor.get(&format!("/products?{query}")).await.expect(200);
    let items = list.at("/items").as_array().expect("a list").clone();
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn a_changed_language_recomputes_terms_and_order() {
    let shop = TestShop::open().await;
    for (name, sku) in [("Öl", "A"), ("Ofen", "B"), ("Opal", "C")] {
        shop.stock(product(name, 100, &[(sku, 1)])).await;
    }
    assert_eq!(listed(shop.visitor(), "q=oel").await, [""; 0]);
    let german = shop.reopen_state(&[("CATALOGUE_LANGUAGE", "de")]).await;
    assert_eq!(german.products.outdated_terms_version().await.expect("an answer").as_deref(), Some("en-3"));
    assert_eq!(Products::stored_languages(shop.database()).await.expect("an answer"), [Language::English]);
    // Until the migration, lists by name are complete and sorted, though without an index.
    let visitor = shop.reopen_with(&[("CATALOGUE_LANGUAGE", "de")]).await;
    assert_eq!(listed(&visitor, "sort=name").await, ["Ofen", "Öl", "Opal"]);
    assert_eq!(listed(&visitor, "sort=name&q=ofen&color=Red").await, ["Ofen"]);
    visitor.get("/products/categories").await.expect(200);

    let etag = |answer: &ferrocart_tests::Answer| answer.header("etag").to_owned();
    let opal = format!("/products/{}", shop.visitor().get("/products?q=opal").await.text("/items/0/id"));
    let before = etag(&visitor.get(&opal).await);
    run(shop.database(), Language::German).await.expect("a migration");
    assert_eq!(etag(&visitor.get(&opal).await), before, "recomputing is no edit");
    assert_eq!(terms_versions(&shop).await, ["de-3"]);
    assert_eq!(german.products.outdated_terms_version().await.expect("an answer"), None);
    assert_eq!(listed(&visitor, "q=oel&sort=name").await, ["Öl"]);
    let names = shop.database().collection::<Document>("products").list_index_names().await.expect("names");
    let by_name: Vec<&String> = names.iter().filter(|name| name.contains("name")).collect();
    assert_eq!(by_name, ["name_de", "terms_name_de"]);
}

#[tokio::test]
async fn an_interrupted_recomputation_continues() {
    let shop = TestShop::open().await;
    stock_thirty_tees(&shop).await;
    let products = shop.database().collection::<Document>("products");
    // As after an interruption, and with the terms of an earlier release.
    let wrong = doc! { "$set": { "terms": [1_i64], "terms_version": "de-1" } };
    let some = doc! { "variants.sku": { "$in": (0..13).map(|number| format!("TEE-{number}")).collect::<Vec<_>>() } };
    products.update_many(some, wrong).await.expect("an update");
    shop.database().collection::<Document>("vocabulary").delete_many(doc! {}).await.expect("a deletion");
    assert_eq!(search_counts(&shop).await, [7; 4]);
    let languages = Products::stored_languages(shop.database()).await.expect("an answer");
    assert_eq!(languages, [Language::German, Language::English]);
    run(shop.database(), Language::English).await.expect("a migration");
    assert_eq!(search_counts(&shop).await, [20; 4]);
    assert_eq!(terms_versions(&shop).await, ["en-3"]);
    assert_eq!(Products::stored_languages(shop.database()).await.expect("an answer"), [Language::English]);
}

#[tokio::test]
async fn a_document_that_cannot_be_decoded_stops_no_migration() {
    let shop = TestShop::open().await;
    stock_thirty_tees(&shop).await;
    let products = shop.database().collection::<Document>("products");
    products.update_many(doc! {}, doc! { "$set": { "terms_version": "de-1" } }).await.expect("an update");
    let broken = doc! { "$set": { "variants.0.price_modifier": i64::MAX } };
    let unchecked = doc! {
        "update": "products", "bypassDocumentValidation": true,
        "updates": [{ "q": { "variants.sku": "TEE-3" }, "u": broken }],
    };
    shop.database().run_command(unchecked).await.expect("an update");
    shop.database()
        .run_command(doc! {
            "update": "products", "bypassDocumentValidation": true,
            "updates": [{ "q": { "variants.sku": "TEE-4" }, "u": { "$set": { "base_price": "free" } } }],
        })
        .await
        .expect("an update");
    run(shop.database(), Language::English).await.expect("a migration");
    let outdated = products.count_documents(doc! { "terms_version": "de-1" }).await.expect("a count");
    assert_eq!(outdated, 2);
}
