//! Files and requests that are rejected as a whole.

use super::{HEADER, dry_run, import, products, stored};
use axum::body::Body;
use axum::http::Request;
use ferrocart_tests::TestShop;
use serde_json::json;

#[tokio::test]
async fn a_file_that_is_no_table_of_products_is_rejected_with_advice() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let files: [(&[u8], &str); 9] = [
        (b"", "the file is empty"),
        (b"name,category,base_price,sku\n", "the file has a header, but no products"),
        (b"name;category;base_price;sku\nTee;Tees;5;T\n", "separate them by commas"),
        (b"\xFF\xFEn\0a\0m\0e\0", "save it as UTF-8"),
        (b"PK\x03\x04workbook", "export the sheet as CSV"),
        (b"<!doctype html><html></html>", "download the export itself"),
        (b"name,price,sku\nTee,5,T\n", "did you mean base_price?"),
        (b"name,category,sku\nTee,Tees,T\n", "the column base_price is missing"),
        (b"{\"name\":\"Tee\"}\n", "the file contains JSON"),
    ];
    for (file, advice) in files {
        let answer = admin.post_file("/admin/imports", "text/csv", file).await.expect(422);
        assert_eq!(answer.text("/code"), "unusable_file");
        assert!(answer.text("/reason").contains(advice), "{advice}: {:#}", answer.body);
    }
    assert_eq!(stored(&shop).await, 0);
}

#[tokio::test]
async fn files_beyond_the_limits_are_rejected_at_once() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let long = format!("{HEADER}Tee,{},Shirts,5,,T,M,1\n", "x".repeat(4 * 1024 * 1024));
    for file in [long, products(1..=2_001)] {
        let answer = import(&admin, file).await.expect(413);
        assert_eq!(answer.text("/code"), "import_too_large");
        assert_eq!((answer.at("/max_products"), answer.at("/max_bytes")), (&json!(2_000), &json!(4_194_304)));
    }
    assert_eq!(stored(&shop).await, 0);
    dry_run(&admin, products(1..=2_000)).await.expect(200);
}

#[tokio::test]
async fn other_content_types_and_parameters_are_rejected() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let file = products(1..=1);
    for content_type in ["application/json", "text/plain", "multipart/form-data", "text/csv; charset=windows-1252"] {
        let answer = admin.post_file("/admin/imports", content_type, file.clone()).await.expect(415);
        assert_eq!(answer.text("/code"), "unsupported_media_type");
    }
    let request = Request::post("/api/v1/admin/imports").body(Body::from(file.clone())).expect("a request");
    admin.send_raw(request).await.expect(415);
    admin.post_file("/admin/imports", "text/csv; charset=utf-8", file.clone()).await.expect(200);
    for query in ["dry_run=1", "dry_run=", "dryrun=true", "dry_run=true&dry_run=false"] {
        let path = format!("/admin/imports?{query}");
        assert_eq!(
            admin.post_file(&path, "text/csv", file.clone()).await.expect(400).text("/code"),
            "malformed_request"
        );
    }
}

#[tokio::test]
async fn only_administrators_import() {
    let shop = TestShop::open().await;
    let customer = shop.customer("ada").await;
    import(&customer, products(1..=1)).await.expect(403);
    import(shop.visitor(), products(1..=1)).await.expect(401);
    // The file is not read, and its type does not matter.
    customer.post_file("/admin/imports", "text/plain", "x".repeat(5_000_000)).await.expect(403);
    assert_eq!(stored(&shop).await, 0);
}
