//! `cargo xtask import` and `export`, as programs, on a database of their own.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ferrocart_tests::TestShop;
use futures_util::TryStreamExt as _;
use mongodb::bson::{Bson, Document, doc};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Several batches, and more than an empty shop has: it is imported without some of the indexes.
const MANY: usize = 8_000;

fn xtask(shop: &TestShop, subcommand: &str, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg(subcommand).arg(file).env("MONGODB_DATABASE", shop.database().name());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What it says, and whether it was content.
fn run(shop: &TestShop, subcommand: &str, file: &Path) -> (String, bool) {
    let Output { status, stdout, stderr } = xtask(shop, subcommand, file).output().expect("xtask");
    let said = [String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)].concat();
    (said, status.success())
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

async fn stored(shop: &TestShop) -> u64 {
    shop.database().collection::<Document>("products").count_documents(doc! {}).await.expect("a count")
}

#[tokio::test]
async fn good_lines_are_stored_and_bad_ones_are_told_with_their_numbers() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let too_exact = line(5).replace("19.9", "19.99999");
    let same_sku = line(6).replace("TEE-6", "TEE-1");
    let lines = [line(1), "{ no JSON".to_owned(), line(3), too_exact, same_sku];
    let lines = write(&directory, "some.jsonl", &lines);
    let (said, content) = run(&shop, "import", &lines);
    assert!(!content, "{said}");
    for expected in ["line 2: no object in JSON", "line 4: /base_price", "line 5: line 1", "2 products added"] {
        assert!(said.contains(expected), "{expected:?} is not in {said}");
    }
    assert_eq!(stored(&shop).await, 2);
    let found = shop.visitor().get("/products?q=tee&size=M&sort=price_asc").await.expect(200);
    assert_eq!(found.at("/items").as_array().map(Vec::len), Some(2), "{found:?}");
    let (said, _) = run(&shop, "import", &lines);
    assert!(said.contains("0 products added, 2 there before, 3 refused"), "{said}");
}

/// Since when the shop has each of its indexes by term.
async fn indexes_by_term(shop: &TestShop) -> Vec<(String, Bson)> {
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
async fn a_line_that_repeats_another_is_told_wherever_it_stands() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let given = |id: &str, number| line(number).replacen('{', &format!("{{\"id\":\"{id}\","), 1);
    let (id, other) = ("0123456789abcdef01234567", "0123456789abcdef01234568");
    let mut lines: Vec<String> = (0..2_500).map(line).collect();
    lines.extend([line(7).replace("Tee 7", "Cap"), given(id, 3_000), given(other, 3_001), given(id, 3_002)]);
    let lines = write(&directory, "twice.jsonl", &lines);
    for outcome in ["2502 products added, 0 there before, 2 refused", "0 products added, 2502 there before, 2 refused"]
    {
        let (said, content) = run(&shop, "import", &lines);
        assert!(!content, "{said}");
        for expected in ["line 2501: line 8 has", "line 2504: line 2502 has", outcome] {
            assert!(said.contains(expected), "{expected:?} is not in {said}");
        }
    }
}

#[tokio::test]
async fn visitors_keep_their_indexes_unless_more_comes_than_there_is() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let lines: Vec<String> = (0..3_000).map(line).collect();
    let half = write(&directory, "half.jsonl", &lines[..1_500]);
    run(&shop, "import", &half);
    let built = indexes_by_term(&shop).await;
    assert_eq!(built.len(), 3);
    // The end of the file tells that all of it is there.
    let (said, _) = run(&shop, "import", &half);
    assert!(said.contains("0 products added, 1500 there before"), "{said}");
    assert_eq!(indexes_by_term(&shop).await, built);
    // Half of the whole file is there, and no more than that is to come.
    let more = write(&directory, "more.jsonl", &lines[..2_900]);
    let (said, _) = run(&shop, "import", &more);
    assert!(said.contains("1400 products added, 1500 there before"), "{said}");
    assert_eq!(indexes_by_term(&shop).await, built);
    let others: Vec<String> = (10_000..14_000).map(line).collect();
    run(&shop, "import", &write(&directory, "others.jsonl", &others));
    let anew = indexes_by_term(&shop).await;
    assert!(anew.len() == 3 && anew.iter().zip(&built).all(|(anew, built)| anew.1 != built.1), "{anew:?}, {built:?}");
}

#[tokio::test]
async fn a_catalogue_in_rows_comes_out_and_goes_in_again_as_it_was() {
    let (shop, other) = (TestShop::open().await, TestShop::open().await);
    let directory = TempDir::new().expect("a directory");
    let rows = [
        "name,description,category,base_price,images,is_active,sku,size,color,stock_quantity,price_modifier",
        "Harbor Tee,Soft and heavy.,Shirts,19.90,https://images.example.com/1.jpg,true,TEE-M,M,Navy,12,",
        ",,,,,,TEE-XL,XL,Navy,3,2.50",
        "Cap,\"Plain, and blue.\",Caps,9,,false,CAP,,,0,",
    ];
    let (said, content) = run(&shop, "import", &write(&directory, "rows.csv", &rows.map(str::to_owned)));
    assert!(content && said.contains("2 products added"), "{said}");
    let (first, second) = (directory.path().join("first.jsonl"), directory.path().join("second.jsonl"));
    for (shop, subcommand, file) in [(&shop, "export", &first), (&other, "import", &first), (&other, "export", &second)]
    {
        let (said, content) = run(shop, subcommand, file);
        assert!(content, "{subcommand}: {said}");
    }
    let first = fs::read_to_string(first).expect("an export");
    assert_eq!(first, fs::read_to_string(second).expect("an export"));
    assert!(first.contains(r#""price_modifier":2.50"#) && first.contains("Plain, and blue."), "{first}");
}

#[tokio::test]
async fn what_a_killed_import_has_left_out_is_added_by_the_next() {
    let (shop, directory) = (TestShop::open().await, TempDir::new().expect("a directory"));
    let lines: Vec<String> = (0..MANY).map(line).collect();
    let lines = write(&directory, "many.jsonl", &lines);
    let mut first = xtask(&shop, "import", &lines).spawn().expect("xtask");
    while stored(&shop).await == 0 {
        assert!(first.try_wait().expect("a process").is_none(), "it ended before anything was stored");
    }
    first.kill().expect("a process to kill");
    first.wait().expect("a dead process");
    let (said, content) = run(&shop, "import", &lines);
    assert!(content && !said.contains(" 0 there before") && !said.starts_with("0 products"), "{said}");
    assert_eq!(stored(&shop).await, 8_000);
    let counts = [2_667, 2_667, 2_666].into_iter().enumerate();
    let expected: Vec<Value> = counts
        .map(|(number, count)| json!({ "category": format!("Category {number}"), "product_count": count }))
        .collect();
    assert_eq!(shop.visitor().get("/products/categories").await.expect(200).body, json!(expected));
    let found = shop.visitor().get("/products?q=tee+7999").await.expect(200);
    assert_eq!(found.text("/items/0/name"), "Tee 7999");
}
