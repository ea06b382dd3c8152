//! `GET /products/sitemap.xml` and `GET /products/sitemap/{start}`

use ferrocart::db::products::ExportPosition;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::Value;
use std::time::Duration;

/// The sitemap of a small catalogue.
const FIRST: &str = "/products/sitemap/0-000000000000000000000000";

async fn document(client: &Client, path: &str) -> String {
    let answer = client.get(path).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/xml");
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    answer.body.as_str().expect("a text").to_owned()
}

/// Returns the texts of all elements of a name.
fn texts<'a>(xml: &'a str, element: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(&start).skip(1).map(|rest| rest.split(&end).next().expect("an end")).collect()
}

#[tokio::test]
async fn the_index_leads_to_a_sitemap_of_all_active_products() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    shop.stock(product("Hat & <Cap>", 999, &[("HAT", 0)])).await;
    let mut hidden = product("Hidden", 999, &[("HIDDEN", 1)]);
    hidden.is_active = false;
    shop.stock(hidden).await;
    let visitor = shop.visitor().with_header("host", "api.example.com").with_header("x-forwarded-proto", "https");
    let index = document(&visitor, "/products/sitemap.xml").await;
    assert_eq!(
        index,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
            <sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
            <sitemap><loc>https://api.example.com/api/v1{FIRST}</loc></sitemap></sitemapindex>"
        )
    );
    let sitemap = document(&visitor, FIRST).await;
    assert!(sitemap.contains("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>"), "{sitemap}");
    let urls = texts(&sitemap, "loc");
    assert_eq!(urls, ["https://shop.example.com/products/tee", "https://shop.example.com/products/hat-cap"]);
    assert_eq!(texts(&sitemap, "lastmod")[0], tee.updated_at.to_string());
    // A renamed product has its new URL alone.
    let admin = shop.admin().await;
    admin.patch(&format!("/products/{}", tee.id), serde_json::json!({ "slug": "soft-tee" })).await.expect(200);
    let urls = document(&visitor, FIRST).await;
    assert_eq!(texts(&urls, "loc")[0], "https://shop.example.com/products/soft-tee");
}

#[tokio::test]
async fn pages_contain_every_product_once_and_none_is_empty() {
    let shop = TestShop::open().await;
    let products = &shop.state().products;
    let mut expected = Vec::new();
    for number in 0_u32..12 {
        let mut product = product(&format!("Tee {number}"), 1999, &[(&format!("TEE-{number}"), 5)]);
        // Several were created at the same time.
        product.created_at = Timestamp::from_millis(1_790_000_000_000).plus(Duration::from_hours((number / 5).into()));
        let product = shop.stock(product).await;
        expected.push((product.created_at, product.id, product.slug()));
    }
    expected.sort();
    let expected: Vec<_> = expected.into_iter().map(|(_, _, slug)| slug).collect();
    for (length, pages) in [(1, 12), (3, 4), (4, 3), (5, 3), (11, 2), (12, 1), (100, 1)] {
        let starts = products.export_pages(length).await.expect("pages");
        assert_eq!(starts.len(), pages, "{length} a page");
        assert_eq!(starts[0], ExportPosition::START);
        let mut found = Vec::new();
        for start in starts {
            let page = products.sitemap_page(start, length).await.expect("a page");
            found.extend(page.iter().map(|entry| entry.slug()));
        }
        assert_eq!(found, expected, "{length} a page");
    }
}

#[tokio::test]
async fn the_index_reads_keys_alone() {
    let shop = TestShop::open().await;
    for number in 0..30 {
        shop.stock(product(&format!("Tee {number}"), 1999, &[(&format!("TEE-{number}"), 5)])).await;
    }
    shop.database().run_command(doc! { "profile": 2 }).await.expect("a profiler");
    shop.state().products.export_pages(4).await.expect("pages");
    shop.database().run_command(doc! { "profile": 0 }).await.expect("no profiler");
    let profile = shop.database().collection::<Document>("system.profile");
    let namespace = format!("{}.products", shop.database().name());
    let mut found = profile.find(doc! { "ns": namespace }).await.expect("a profile");
    let mut keys = 0;
    while found.advance().await.expect("a profile") {
        let operation = found.deserialize_current().expect("a document");
        assert_eq!(operation.get_i32("docsExamined").ok(), Some(0), "{operation}");
        keys += operation.get_i32("keysExamined").expect("a number");
    }
    assert!((30..70).contains(&keys), "{keys} keys");
}

#[tokio::test]
async fn documents_are_revalidated_by_their_tags() {
    let shop = TestShop::open().await;
    shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    for path in ["/products/sitemap.xml", FIRST, "/products/feed.xml"] {
        let tag = shop.visitor().get(path).await.expect(200).header("etag").to_owned();
        let known = shop.visitor().with_header("if-none-match", &tag);
        assert_eq!(known.get(path).await.expect(304).body, Value::Null, "{path}");
        let compressed =
            shop.visitor().with_header("accept-encoding", "gzip").get("/products/feed.xml").await.expect(200);
        assert_eq!(compressed.header("vary"), "accept-encoding, authorization, cookie, origin");
    }
}

#[tokio::test]
async fn without_the_url_of_the_storefront_there_is_neither_sitemap_nor_feed() {
    let shop = TestShop::open().await;
    let visitor = shop.reopen_with(&[("STOREFRONT_PRODUCT_URL", "")]).await;
    for path in ["/products/sitemap.xml", FIRST, "/products/feed.xml"] {
        let problem = visitor.get(path).await.expect(404);
        assert_eq!(problem.at("/code"), "not_found");
        assert!(problem.text("/detail").ends_with("because the URL of its storefront is not configured"), "{path}");
    }
    for path in ["/products/sitemap/0", "/products/sitemap/x-000000000000000000000000", "/products/sitemap/"] {
        shop.visitor().get(path).await.expect(404);
    }
    shop.visitor().get("/products/feed.xml?start=0").await.expect(400);
}
