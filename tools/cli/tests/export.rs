//! Runs `ferrocart export` as a process.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use tempfile::TempDir;

/// Runs the command with a currency; returns its output and whether it succeeded.
fn run(shop: &TestShop, subcommand: &str, file: &Path, currency: &str) -> (String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
    command.arg(subcommand).arg(file).args(["--currency", currency]).env("MONGODB_DATABASE", shop.database().name());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let Output { status, stdout, stderr } = command.output().expect("ferrocart");
    ([String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)].concat(), status.success())
}

#[tokio::test]
async fn a_broken_product_is_reported_and_the_others_are_exported() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    shop.stock(product("Mug", 900, &[("MUG", 5)])).await;
    let products = shop.database().collection::<Document>("products");
    let mut broken = products.find_one(doc! { "_id": tee.id }).await.expect("a result").expect("a product");
    broken.remove("slugs");
    let id = ObjectId::from_bytes([1; 12]);
    broken.extend(doc! { "_id": id, "base_price": "cheap", "variants": [{ "sku": "BAD" }] });
    products.insert_one(broken).bypass_document_validation(true).await.expect("an insert");
    let file = directory.path().join("products.jsonl");
    let (output, succeeded) = run(&shop, "export", &file, "USD");
    assert!(!succeeded && output.contains(&id.to_hex()) && output.contains("2 products exported"), "{output}");
    assert_eq!(fs::read_to_string(file).expect("an export").lines().count(), 2);
}

#[tokio::test]
async fn prices_are_read_and_written_in_the_currency_of_the_catalogue_alone() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let (file, other) = (directory.path().join("products.jsonl"), directory.path().join("other.jsonl"));
    let line = r#"{"name":"Tee","description":"","category":"Tees","base_price":500,"variants":[{"sku":"TEE"}]}"#;
    fs::write(&file, line).expect("a file");
    let (output, succeeded) = run(&shop, "import", &file, "JPY");
    assert!(succeeded, "{output}");
    for (subcommand, file) in [("export", &other), ("import", &file)] {
        let (output, succeeded) = run(&shop, subcommand, file, "USD");
        assert!(!succeeded && output.contains("JPY"), "{subcommand}: {output}");
    }
    let (output, succeeded) = run(&shop, "export", &other, "JPY");
    assert!(succeeded, "{output}");
    assert!(fs::read_to_string(other).expect("an export").contains(r#""base_price":500,"#));
}

#[tokio::test]
async fn without_a_currency_nothing_is_imported() {
    let shop = TestShop::open().await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
    command.args(["import", "products.csv"]).env("MONGODB_DATABASE", shop.database().name());
    let output = command.output().expect("the output");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!output.status.success() && error.contains("--currency"), "{error}");
}
