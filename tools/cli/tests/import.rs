//! Runs `ferrocart import` and `ferrocart export` as processes, each test on its own database.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ferrocart_tests::TestShop;
use futures_util::TryStreamExt as _;
use mongodb::bson::{Bson, Document, doc};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Enough for several batches, and more than the empty shop has, so the import drops the term indexes.
const MANY: usize = 8_000;

fn ferrocart(shop: &TestShop, subcommand: &str, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
    command.arg(subcommand).arg(file).args(["--currency", "USD"]).env("MONGODB_DATABASE", shop.database().name());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a subcommand; returns its output and whether it succeeded.
fn run(shop: &TestShop, subcommand: &str, file: &Path) -> (String, bool) {
    let Output { status, stdout, stderr } = ferrocart(shop, subcommand, file).output().expect("ferrocart");
    let output = [String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)].concat();
    (output, status.success())
}

fn write(directory: &TempDir, name: &str, lines: &[String]) -> PathBuf {
    let path = directory.path().join(name);
    fs::write(&path, lines.join("\n")).expect("a file");
    path
}

fn line(number: usize) -> String {
    let variants = json!([{ "sku": format!("TEE-{number}"), "size": "M", "stock_quantity": 3 }]);
    let category = format!("Category {}", number % 3);
    let product = json!({
        "name": format!("Tee {number}"), "description": "", "category": category, "base_price": 19.9,
        "variants": variants,
    });
    product.to_string()
}

async fn count_products(shop: &TestShop) -> u64 {
    shop.database().collection::<Document>("products").count_documents(doc! {}).await.expect("a count")
}

#[tokio::test]
async fn good_lines_are_stored_and_bad_ones_are_reported_by_number() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let too_exact = line(5).replace("19.9", "19.99999");
    let same_sku = line(6).replace("TEE-6", "TEE-1");
    let lines = [line(1), "{ no JSON".to_owned(), line(3), too_exact, same_sku];
    let lines = write(&directory, "some.jsonl", &lines);
    let (output, succeeded) = run(&shop, "import", &lines);
    assert!(!succeeded, "{output}");
    for expected in [
        "line 2: is not valid JSON: key must be a string in column 3",
        "line 4: /base_price",
        "line 5: line 1",
        "added products: 2",
    ] {
        assert!(output.contains(expected), "{expected:?} is not in {output}");
    }
    assert_eq!(count_products(&shop).await, 2);
    let found = shop.visitor().get("/products?q=tee&size=M&sort=price_asc").await.expect(200);
    assert_eq!(found.at("/items").as_array().map(Vec::len), Some(2), "{found:?}");
    let (output, _) = run(&shop, "import", &lines);
    assert!(output.contains("added products: 0, already present: 2, rejected lines: 3"), "{output}");
}

/// The term indexes of the shop, each with the moment it was built.
async fn term_indexes(shop: &TestShop) -> Vec<(String, Bson)> {
    let products = shop.database().collection::<Document>("products");
    let stats = products.aggregate([doc! { "$indexStats": {} }]).await.expect("statistics");
    let stats: Vec<Document> = stats.try_collect().await.expect("statistics");
    let since = |index: Document| {
        let name = index.get_str("name").expect("a name").to_owned();
        let since = index.get_document("accesses").expect("accesses").get("since").expect("a moment").clone();
        name.starts_with("terms_").then_some((name, since))
    };
    let mut indexes: Vec<_> = stats.into_iter().filter_map(since).collect();
    indexes.sort_by(|(one, _), (other, _)| one.cmp(other));
    indexes
}

#[tokio::test]
async fn a_line_that_repeats_an_id_is_rejected_in_any_batch() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let given = |id: &str, number| line(number).replacen('{', &format!("{{\"id\":\"{id}\","), 1);
    let (id, other) = ("0123456789abcdef01234567", "0123456789abcdef01234568");
    let mut lines: Vec<String> = (0..2_500).map(line).collect();
    lines.extend([line(7).replace("Tee 7", "Cap"), given(id, 3_000), given(other, 3_001), given(id, 3_002)]);
    let lines = write(&directory, "twice.jsonl", &lines);
    for outcome in [
        "added products: 2502, already present: 0, rejected lines: 2",
        "added products: 0, already present: 2502, rejected lines: 2",
    ] {
        let (output, succeeded) = run(&shop, "import", &lines);
        assert!(!succeeded, "{output}");
        for expected in ["line 2501: line 8 has", "line 2504: line 2502 has", outcome] {
            assert!(output.contains(expected), "{expected:?} is not in {output}");
        }
    }
}

#[tokio::test]
async fn an_import_keeps_the_indexes_unless_it_doubles_the_catalogue() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let lines: Vec<String> = (0..3_000).map(line).collect();
    let half = write(&directory, "half.jsonl", &lines[..1_500]);
    run(&shop, "import", &half);
    let built = term_indexes(&shop).await;
    assert_eq!(built.len(), 4);
    // Every product of the file is already present.
    let (output, _) = run(&shop, "import", &half);
    assert!(output.contains("added products: 0, already present: 1500"), "{output}");
    assert_eq!(term_indexes(&shop).await, built);
    // Half of the file is already present, so the import does not double the catalogue.
    let more = write(&directory, "more.jsonl", &lines[..2_900]);
    let (output, _) = run(&shop, "import", &more);
    assert!(output.contains("added products: 1400, already present: 1500"), "{output}");
    assert_eq!(term_indexes(&shop).await, built);
    let others: Vec<String> = (10_000..14_000).map(line).collect();
    run(&shop, "import", &write(&directory, "others.jsonl", &others));
    let rebuilt = term_indexes(&shop).await;
    assert!(
        rebuilt.len() == 4 && rebuilt.iter().zip(&built).all(|(rebuilt, built)| rebuilt.1 != built.1),
        "{rebuilt:?}, {built:?}"
    );
}

#[tokio::test]
async fn exporting_an_imported_export_gives_the_same_file() {
    let (shop, other) = (TestShop::open().await, TestShop::open().await);
    let directory = TempDir::new().expect("a directory");
    let rows = [
        "name,description,category,base_price,images,is_active,sku,size,color,stock_quantity,price_modifier,slug,compare_at_price",
        "Harbor Tee,Soft and heavy.,Shirts,19.90,https://images.example.com/1.jpg,true,TEE-M,M,Navy,12,,tee,24.90",
        ",,,,,,TEE-XL,XL,Navy,3,2.50,,",
        "Cap,\"Plain, and blue.\",Caps,9,,false,CAP,,,0,,,",
    ];
    let (output, succeeded) = run(&shop, "import", &write(&directory, "rows.csv", &rows.map(str::to_owned)));
    assert!(succeeded && output.contains("added products: 2"), "{output}");
    let url = "https://images.example.com/scarf.jpg";
    let scarf = json!({
        "name": "Scarf", "description": "", "category": "Scarves", "base_price": 30, "tags": ["New", "Warm"],
        "seo": { "title": "A scarf", "description": "Warm" }, "images": [url],
        "image_details": [{ "url": url, "alt": "A scarf", "width": 800, "height": 600 }],
        "options": [{ "name": "Material", "values": ["Wool", "Silk"] }],
        "variants": [{ "sku": "SILK", "options": { "Material": "Silk" } }, { "sku": "WOOL", "options": { "Material": "Wool" } }],
    });
    let (output, succeeded) = run(&shop, "import", &write(&directory, "scarf.jsonl", &[scarf.to_string()]));
    assert!(succeeded, "{output}");
    let (first, second) = (directory.path().join("first.jsonl"), directory.path().join("second.jsonl"));
    for (shop, subcommand, file) in [(&shop, "export", &first), (&other, "import", &first), (&other, "export", &second)]
    {
        let (output, succeeded) = run(shop, subcommand, file);
        assert!(succeeded, "{subcommand}: {output}");
    }
    let first = fs::read_to_string(first).expect("an export");
    assert_eq!(first, fs::read_to_string(second).expect("an export"));
    for expected in [
        r#""price_modifier":2.50"#,
        "Plain, and blue.",
        r#""slug":"tee""#,
        r#""compare_at_price":24.90"#,
        r#""slug":"cap""#,
        r#""alt":"A scarf","width":800,"height":600"#,
        r#""options":[{"name":"Material","values":["Wool","Silk"]}]"#,
        r#""options":{"Material":"Silk"}"#,
    ] {
        assert!(first.contains(expected), "{expected} is not in {first}");
    }
}

#[tokio::test]
async fn imported_products_of_one_name_get_different_slugs() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    // Several batches, which are stored at the same time.
    let named = |number| line(number).replace(&format!("Tee {number}\""), "Tee\"");
    let lines: Vec<String> = (0..2_500).map(named).collect();
    let (output, succeeded) = run(&shop, "import", &write(&directory, "tees.jsonl", &lines));
    assert!(succeeded && output.contains("added products: 2500"), "{output}");
    let taken = line(2_500).replacen('{', r#"{"slug":"tee","#, 1);
    let (output, succeeded) = run(&shop, "import", &write(&directory, "taken.jsonl", &[taken]));
    assert!(!succeeded && output.contains("line 1: another product has or had the slug tee"), "{output}");
    let products = shop.database().collection::<Document>("products");
    let slugs = products.distinct("slug", doc! {}).await.expect("slugs");
    assert_eq!(slugs.len(), 2_500);
}

#[tokio::test]
async fn an_import_adds_what_a_killed_import_left_out() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let lines: Vec<String> = (0..MANY).map(line).collect();
    let lines = write(&directory, "many.jsonl", &lines);
    let mut first = ferrocart(&shop, "import", &lines).spawn().expect("ferrocart");
    while count_products(&shop).await == 0 {
        assert!(first.try_wait().expect("a process").is_none(), "the import ended before it stored a product");
    }
    first.kill().expect("a killed process");
    first.wait().expect("a dead process");
    let (output, succeeded) = run(&shop, "import", &lines);
    assert!(succeeded && !output.contains(" 0 already present") && !output.starts_with("0 products"), "{output}");
    assert_eq!(count_products(&shop).await, 8_000);
    let counts = [2_667, 2_667, 2_666].into_iter().enumerate();
    let expected: Vec<Value> = counts
        .map(|(number, count)| json!({ "category": format!("Category {number}"), "product_count": count }))
        .collect();
    assert_eq!(shop.visitor().get("/products/categories").await.expect(200).body["items"], json!(expected));
    let found = shop.visitor().get("/products?q=tee+7999").await.expect(200);
    assert_eq!(found.text("/items/0/name"), "Tee 7999");
}
