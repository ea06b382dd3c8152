//! `GET /health`, `GET /openapi.json` and `GET /docs`.

use ferrocart_tests::TestShop;
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn health_reports_ok_and_the_version() {
    let shop = TestShop::open().await;
    let answer = shop.visitor().get("/health").await.expect(200);
    assert_eq!(answer.body, json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn health_reports_an_unreachable_database_within_4_seconds() {
    for host in ["127.0.0.1:9", "192.0.2.1:27017"] {
        let shop = TestShop::without_database(&format!("mongodb://{host}/")).await;
        let started = Instant::now();
        let answer = shop.get("/health").await.expect(503);
        assert!(started.elapsed() < Duration::from_secs(4), "{host} took {:?}", started.elapsed());
        assert_eq!(answer.text("/code"), "unavailable");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("retry-after"), "2");
        assert!(!answer.body.to_string().contains(host), "{:#}", answer.body);
    }
}

#[tokio::test]
async fn openapi_json_is_the_committed_document_and_cacheable() {
    let shop = TestShop::open().await;
    let answer = shop.visitor().get("/openapi.json").await.expect(200);
    let committed: serde_json::Value = serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
    assert_eq!(answer.body, committed);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let tag = answer.header("etag").to_owned();
    let again = shop.visitor().with_header("if-none-match", &tag).get("/openapi.json").await.expect(304);
    assert!(again.body.is_null());
}

#[tokio::test]
async fn the_docs_page_runs_its_own_script_only() {
    let shop = TestShop::open().await;
    let answer = shop.visitor().get("/docs").await.expect(200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = answer.text("");
    for (tag, count) in [("<script>", 1), ("<style>", 1), ("{style}", 0), ("{script}", 0)] {
        assert_eq!(page.matches(tag).count(), count, "{tag}");
    }
    for forbidden in ["src=", "href=\"http", "@import", "url(", "onclick", "style=", "innerHTML", "eval("] {
        assert!(!page.contains(forbidden), "the page has {forbidden}");
    }
    let tag = answer.header("etag").to_owned();
    shop.visitor().with_header("if-none-match", &tag).get("/docs").await.expect(304);
}
