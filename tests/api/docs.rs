//! `GET /health`, `GET /openapi.json`, `GET /docs` and its scripts.

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

/// The name of each script with its text.
async fn scripts(shop: &TestShop) -> [(&'static str, String); 2] {
    let text = async |name| shop.visitor().get(&format!("/docs/{name}")).await.expect(200).text("").to_owned();
    [("start.js", text("start.js").await), ("scalar.js", text("scalar.js").await)]
}

#[tokio::test]
async fn the_docs_page_allows_its_own_scripts_only() {
    let shop = TestShop::open().await;
    let [first, second] = [shop.visitor().get("/docs").await, shop.visitor().get("/docs").await];
    let mut nonces = Vec::new();
    for answer in [first.expect(200), second.expect(200)] {
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-store");
        let page = answer.text("");
        let (_, rest) = page.split_once("property=\"csp-nonce\" content=\"").expect("a nonce");
        let (nonce, _) = rest.split_once('"').expect("a nonce");
        assert_eq!(nonce.len(), 22, "{nonce}");
        assert_eq!(
            answer.header("content-security-policy"),
            format!(
                "default-src 'none'; script-src 'self'; style-src-elem 'nonce-{nonce}'; \
                 style-src-attr 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'"
            )
        );
        let sources: Vec<&str> = page.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(sources, ["docs/start.js", "docs/scalar.js"]);
        for forbidden in ["<script>", "<style", "style=", "onclick", "http:", "https:"] {
            assert!(!page.contains(forbidden), "the page has {forbidden}");
        }
        nonces.push(nonce.to_owned());
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn the_scripts_of_the_docs_page_are_compressed_on_request_and_cacheable() {
    let shop = TestShop::open().await;
    for (name, text) in scripts(&shop).await {
        let path = format!("/docs/{name}");
        for accepted in ["gzip", "br, GZIP;q=0.5", "gzip, br"] {
            let answer = shop.visitor().with_header("accept-encoding", accepted).get(&path).await.expect(200);
            assert!(answer.headers.contains_key("content-encoding"), "{name} {accepted}");
            assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
            assert_eq!(answer.header("cache-control"), "public, max-age=300");
            assert!(answer.text("") == text, "{name} differs with {accepted}");
            let known = shop.visitor().with_header("if-none-match", answer.header("etag"));
            known.with_header("accept-encoding", accepted).get(&path).await.expect(304);
        }
        for accepted in ["identity", "gzip;q=0", "gzip; q=0.000, br;q=0"] {
            let answer = shop.visitor().with_header("accept-encoding", accepted).get(&path).await.expect(200);
            assert!(!answer.headers.contains_key("content-encoding"), "{name} {accepted}");
            assert!(answer.text("") == text, "{name} differs with {accepted}");
        }
    }
    shop.visitor().get("/docs/scalar.map").await.expect(404);
}

#[tokio::test]
async fn the_docs_page_starts_the_pinned_version_of_scalar() {
    let shop = TestShop::open().await;
    let [(_, start), (_, scalar)] = scripts(&shop).await;
    assert!(start.contains("Scalar.createApiReference(\"#reference\""));
    // `start.js` overwrites how style elements are created, which a new version may do in another way: see
    // docs/decisions/api-reference.md.
    assert!(scalar.contains("1.76.4"), "another version of Scalar: check the page in a browser");
}
