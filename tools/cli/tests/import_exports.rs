//! Imports product exports of other shop systems by `ferrocart import`, each test into its own database.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use std::path::Path;
use std::process::{Command, Output};

use ferrocart_tests::TestShop;
use serde_json::json;

/// Imports a file of `functions/imports/tests/files`; returns the output and whether no line was rejected.
fn import(shop: &TestShop, name: &str) -> (String, bool) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions/imports/tests/files").join(name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
    command.arg("import").arg(file).args(["--currency", "USD"]).env("MONGODB_DATABASE", shop.database().name());
    let Output { status, stdout, stderr } = command.output().expect("ferrocart");
    ([String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)].concat(), status.success())
}

#[tokio::test]
async fn a_shopify_export_is_sold_at_its_prices() {
    let shop = TestShop::open().await;
    let (output, succeeded) = import(&shop, "shopify.csv");
    assert!(succeeded && output.contains("added products: 3, already present: 0, rejected lines: 0"), "{output}");
    for notice in ["ignored columns: Vendor, Barcode, ", "line 4: a negative stock quantity is imported as 0"] {
        assert_eq!(output.matches(notice).count(), 1, "{output}");
    }
    let found = shop.visitor().get("/products?q=harbor").await.expect(200);
    let path = format!("/products/{}", found.text("/items/0/id"));
    let tee = shop.visitor().get(&path).await.expect(200);
    assert_eq!(tee.at("/images").as_array().map(Vec::len), Some(5), "{tee:?}");
    let prices: Vec<_> = (0..3).map(|index| tee.at(&format!("/variants/{index}/price_modifier")).clone()).collect();
    assert_eq!((tee.at("/base_price").clone(), prices), (json!(19.90), vec![json!(0.0), json!(0.0), json!(2.50)]));
    let (output, succeeded) = import(&shop, "shopify.csv");
    assert!(succeeded && output.contains("added products: 0, already present: 3"), "{output}");
}

#[tokio::test]
async fn a_woocommerce_export_is_imported_except_its_bad_rows() {
    let shop = TestShop::open().await;
    let (output, succeeded) = import(&shop, "woocommerce.csv");
    assert!(!succeeded && output.contains("added products: 4, already present: 0, rejected lines: 3"), "{output}");
    for rejected in ["line 9: Parent \"id:999\"", "line 10: Type \"grouped\"", "line 11: the variable product has no"] {
        assert!(output.contains(rejected), "{output}");
    }
    let found = shop.visitor().get("/products?q=beanie").await.expect(200);
    assert_eq!(found.at("/items/0/min_price").clone(), json!(20.0), "{found:?}");
    assert_eq!(shop.visitor().get("/products?q=hoodie").await.expect(200).at("/items"), &json!([]));
}

#[tokio::test]
async fn a_sku_of_an_earlier_product_is_named() {
    let (shop, directory) = (TestShop::open().await, tempfile::tempdir().expect("a directory"));
    let file = directory.path().join("twice.csv");
    let rows = "name,category,base_price,sku\nTee,Shirts,5,T-1\n,,,T-2\nCap,Caps,5,C-1\n,,,T-2\n";
    std::fs::write(&file, rows).expect("a file");
    let (output, succeeded) = import(&shop, file.to_str().expect("a path"));
    assert!(!succeeded && output.contains("line 4: line 2 has the SKU T-2"), "{output}");
}
