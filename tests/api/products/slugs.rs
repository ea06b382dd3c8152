//! Slugs: derived, edited, reserved, and found again after a change.

use super::{tee, tee_with};
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::search::Language;
use ferrocart_migrate::run;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Returns the body of a product with a name, a SKU and perhaps a slug.
fn named(name: &str, sku: &str, slug: Option<&str>) -> Value {
    let mut body = json!({
        "name": name, "description": "", "category": "Shirts", "base_price": 1, "variants": [{ "sku": sku }],
    });
    if let Some(slug) = slug {
        body["slug"] = json!(slug);
    }
    body
}

/// Replaces a product with another slug.
async fn rename(admin: &Client, product: &Answer, slug: &str) -> Answer {
    let path = format!("/products/{}", product.text("/id"));
    let mut body = admin.get(&path).await.expect(200).body;
    body["slug"] = json!(slug);
    admin.put(&path, body).await
}

#[tokio::test]
async fn a_product_is_found_by_the_slug_of_its_name() {
    let shop = TestShop::open().await;
    let created = shop.admin().await.post("/products", tee()).await.expect(201);
    assert_eq!(created.at("/slug"), "rust-tee");
    let found = shop.visitor().get("/products/by-slug/rust-tee").await.expect(200);
    assert_eq!(found.body, created.body);
    assert_eq!((found.header("etag"), found.header("cache-control")), ("\"1\"", "public, max-age=30"));
    shop.visitor().with_header("if-none-match", "\"1\"").get("/products/by-slug/rust-tee").await.expect(304);
    for unknown in ["rust", "rust-tee-2", "Rust-Tee", "rust%20tee", "000000000000000000000000"] {
        shop.visitor().get(&format!("/products/by-slug/{unknown}")).await.expect(404);
    }
}

#[tokio::test]
async fn a_former_slug_redirects_to_the_current_one() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = admin.post("/products", tee()).await.expect(201);
    rename(&admin, &tee, "crab-tee").await.expect(200);
    rename(&admin, &tee, "iron-tee").await.expect(200);
    for former in ["rust-tee", "crab-tee", &tee.text("/id")] {
        let redirect = shop.visitor().get(&format!("/products/by-slug/{former}")).await.expect(308);
        assert_eq!(redirect.header("location"), "/api/v1/products/by-slug/iron-tee");
        assert_eq!(redirect.header("cache-control"), "public, max-age=30");
    }
    // A product may take back a slug that it had.
    rename(&admin, &tee, "rust-tee").await.expect(200);
    shop.visitor().get("/products/by-slug/rust-tee").await.expect(200);
    shop.visitor().get("/products/by-slug/iron-tee").await.expect(308);
}

#[tokio::test]
async fn an_edit_without_a_slug_keeps_it() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let created = admin.post("/products", tee_with("/slug", json!("crab-tee"))).await.expect(201);
    let path = format!("/products/{}", created.text("/id"));
    let renamed = admin.put(&path, tee_with("/name", json!("Iron Tee"))).await.expect(200);
    assert_eq!(renamed.at("/slug"), "crab-tee");
    let blank = admin.put(&path, tee_with("/slug", json!(""))).await.expect(200);
    assert_eq!(blank.at("/slug"), "crab-tee");
}

#[tokio::test]
async fn an_inactive_product_is_found_by_administrators_only() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = admin.post("/products", tee_with("/is_active", json!(false))).await.expect(201);
    admin.get("/products/by-slug/rust-tee").await.expect(200);
    shop.visitor().get("/products/by-slug/rust-tee").await.expect(404);
    rename(&admin, &tee, "crab-tee").await.expect(200);
    assert_eq!(admin.get("/products/by-slug/rust-tee").await.expect(308).header("cache-control"), "no-store");
    shop.visitor().get("/products/by-slug/rust-tee").await.expect(404);
}

#[tokio::test]
async fn a_slug_is_reserved_for_the_product_that_has_or_had_it() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = admin.post("/products", tee()).await.expect(201);
    rename(&admin, &tee, "crab-tee").await.expect(200);
    let mug = admin.post("/products", named("Mug", "MUG", None)).await.expect(201);
    for taken in ["rust-tee", "crab-tee"] {
        let rejected = admin.post("/products", named("Cap", "CAP", Some(taken))).await.expect(409);
        assert_eq!(rejected.at("/code"), "slug_taken");
        assert_eq!(rename(&admin, &mug, taken).await.expect(409).at("/code"), "slug_taken");
    }
    // A derived slug gets a suffix.
    let second = admin.post("/products", named("Rust Tee", "TEE-2", None)).await.expect(201);
    assert_eq!(second.at("/slug"), "rust-tee-2");
    admin.delete(&format!("/products/{}", second.text("/id"))).await.expect(204);
    let third = admin.post("/products", named("Rust, Tee!", "TEE-3", None)).await.expect(201);
    assert_eq!(third.at("/slug"), "rust-tee-3");
}

#[tokio::test]
async fn malformed_slugs_are_rejected() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for bad in [
        json!("Rust"),
        json!("a b"),
        json!("a--b"),
        json!("0123456789abcdef01234567"),
        json!("a".repeat(121)),
        json!(7),
    ] {
        let rejected = admin.post("/products", tee_with("/slug", bad.clone())).await.expect(422);
        assert_eq!(rejected.at("/errors/0/pointer"), "/slug", "{bad}");
    }
}

#[tokio::test]
async fn concurrent_products_of_one_name_get_different_slugs() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let created = join_all((0..16).map(async |number| {
        let body = named("Rust Tee", &format!("TEE-{number}"), None);
        admin.post("/products", body).await.expect(201).text("/slug")
    }))
    .await;
    let slugs: BTreeSet<String> = created.into_iter().collect();
    assert_eq!(slugs.len(), 16, "{slugs:?}");
    assert!(slugs.contains("rust-tee") && slugs.iter().all(|slug| slug.starts_with("rust-tee")), "{slugs:?}");
}

#[tokio::test]
async fn one_of_concurrent_claims_of_a_slug_succeeds() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let mug = admin.post("/products", named("Mug", "MUG", None)).await.expect(201);
    let creates = (0..6).map(async |number| {
        admin.post("/products", named("Tee", &format!("TEE-{number}"), Some("best-tee"))).await.status.as_u16()
    });
    let (created, renamed) = futures_util::join!(join_all(creates), rename(&admin, &mug, "best-tee"));
    let mut statuses: Vec<u16> = created.into_iter().chain([renamed.status.as_u16()]).collect();
    statuses.sort_unstable();
    assert!([200, 201].contains(&statuses[0]), "{statuses:?}");
    assert_eq!(statuses[1..], [409; 6]);
}

#[tokio::test]
async fn a_former_slug_is_not_lost_to_a_concurrent_create() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = admin.post("/products", named("Tee", "TEE", Some("first"))).await.expect(201);
    for round in 0..8 {
        let slug = format!("round-{round}");
        let sku = format!("ROUND-{round}");
        let (renamed, created) = futures_util::join!(
            rename(&admin, &tee, &slug),
            admin.post("/products", named("Other", &sku, Some("first")))
        );
        renamed.expect(200);
        created.expect(409);
    }
}

/// Turns a product into one of a release without slugs.
async fn without_slug(shop: &TestShop, tee: &ProductDoc) {
    let products = shop.database().collection::<Document>("products");
    let former = doc! { "$unset": { "slug": 1, "slugs": 1 }, "$set": { "terms_version": "en-1" } };
    products.update_one(doc! { "_id": tee.id }, former).await.expect("an update");
}

#[tokio::test]
async fn products_of_a_release_without_slugs_get_them_by_the_migration() {
    let shop = TestShop::open().await;
    let mut tees = Vec::new();
    for number in 0..12 {
        tees.push(shop.stock(product("Rust Tee", 1999, &[(&format!("TEE-{number}"), 1)])).await);
    }
    for tee in &tees {
        without_slug(&shop, tee).await;
    }
    // Until then its id is its slug.
    let path = format!("/products/by-slug/{}", tees[0].id);
    assert_eq!(shop.visitor().get(&path).await.expect(200).text("/slug"), tees[0].id.to_string());
    let kept = shop.stock(product("Rust Tee", 1999, &[("KEPT", 1)])).await;
    assert_eq!(kept.slug().as_str(), "rust-tee");

    run(shop.database(), Language::English).await.expect("a migration");
    let list = shop.visitor().get("/products?limit=20").await.expect(200);
    let mut slugs = BTreeSet::new();
    for item in list.at("/items").as_array().expect("items") {
        let id = item["id"].as_str().expect("an id");
        let slug = shop.visitor().get(&format!("/products/{id}")).await.expect(200).text("/slug");
        assert!(slug.starts_with("rust-tee"), "{slug}");
        shop.visitor().get(&format!("/products/by-slug/{slug}")).await.expect(200);
        slugs.insert(slug);
    }
    assert_eq!(slugs.len(), 13);
    assert_eq!(
        shop.visitor()
            .get(&path)
            .await
            .expect(308)
            .header("location")
            .split('/')
            .next_back()
            .map(|slug| slugs.contains(slug)),
        Some(true)
    );
    let again = shop.state().products.get(kept.id).await.expect("a result").expect("a product");
    assert_eq!(again.slug, kept.slug);
}
