//! `POST /admin/imports`: products from files.

mod errors;
mod races;
mod rejected_files;

use ferrocart_tests::{Answer, Client, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

const HEADER: &str = "name,description,category,base_price,is_active,sku,size,stock_quantity\n";

/// Imports a CSV file.
async fn import(client: &Client, file: impl Into<String>) -> Answer {
    client.post_file("/admin/imports", "text/csv", file.into()).await
}

/// Reports what importing a CSV file would do.
async fn dry_run(client: &Client, file: impl Into<String>) -> Answer {
    client.post_file("/admin/imports?dry_run=true", "text/csv", file.into()).await
}

/// Returns a file of products with these numbers, in three categories.
fn products(numbers: impl Iterator<Item = usize>) -> String {
    let rows = numbers.map(|number| format!("Tee {number},,Category {},9.50,,TEE-{number},M,3\n", number % 3));
    [HEADER.to_owned()].into_iter().chain(rows).collect()
}

/// Returns the numbers of created and unchanged products, and of rejected lines.
fn counts(answer: &Answer) -> [Value; 3] {
    ["/created", "/unchanged", "/rejected_lines"].map(|name| answer.at(name).clone())
}

async fn stored(shop: &TestShop) -> u64 {
    shop.database().collection::<Document>("products").count_documents(doc! {}).await.expect("a count")
}

#[tokio::test]
async fn a_dry_run_stores_nothing() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let report = dry_run(&admin, products(1..=5)).await.expect(200);
    assert_eq!(report.at("/dry_run"), &json!(true));
    assert_eq!(counts(&report), [json!(5), json!(0), json!(0)]);
    assert_eq!(stored(&shop).await, 0);
    assert_eq!(shop.visitor().get("/products/categories").await.expect(200).at("/items"), &json!([]));
}

#[tokio::test]
async fn imported_products_are_for_sale_and_counted() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let file = format!("{HEADER}Harbor Tee,Soft.,Shirts,19.90,yes,TEE-M,M,12\n,,,,,TEE-L,L,7\nCap,,Caps,9,no,CAP,,1\n");
    let report = import(&admin, file).await.expect(200);
    assert_eq!(counts(&report), [json!(2), json!(0), json!(0)]);
    assert_eq!(report.at("/stopped_at_line"), &Value::Null);
    let tee = shop.visitor().get("/products/by-slug/harbor-tee").await.expect(200);
    assert_eq!(tee.at("/variants/1/sku"), "TEE-L");
    assert_eq!(tee.at("/variants/0/stock_quantity"), &json!(12));
    let found = shop.visitor().get("/products?q=harbro").await.expect(200);
    assert_eq!(found.at("/items/0/name"), "Harbor Tee", "a typo is corrected by the vocabulary");
    // The cap is not for sale.
    let categories = shop.visitor().get("/products/categories").await.expect(200);
    assert_eq!(categories.at("/items"), &json!([{ "category": "Shirts", "product_count": 1 }]));
}

#[tokio::test]
async fn a_repeated_import_changes_nothing() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    import(&admin, products(1..=250)).await.expect(200);
    let tee = shop.visitor().get("/products/by-slug/tee-7").await.expect(200);
    let sold = json!({ "sku": "TEE-7", "delta": -2 });
    admin.post(&format!("/products/{}/stock", tee.text("/id")), sold).await.expect(200);
    for (imported, expected) in
        [(dry_run(&admin, products(1..=251)).await, 1), (import(&admin, products(1..=251)).await, 1)]
    {
        assert_eq!(counts(&imported.expect(200)), [json!(expected), json!(250), json!(0)]);
    }
    assert_eq!(stored(&shop).await, 251);
    let tee = shop.visitor().get("/products/by-slug/tee-7").await.expect(200);
    assert_eq!(tee.at("/variants/0/stock_quantity"), &json!(1), "the file does not restock it");
    let categories = shop.visitor().get("/products/categories").await.expect(200);
    let counted: i64 = categories
        .at("/items")
        .as_array()
        .expect("categories")
        .iter()
        .filter_map(|category| category["product_count"].as_i64())
        .sum();
    assert_eq!(counted, 251);
}

#[tokio::test]
async fn json_lines_are_imported() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let mug = json!({
        "id": "0123456789abcdef01234567", "name": "Mug", "description": "", "category": "Mugs", "base_price": 9.5,
        "tags": ["gift"], "seo": { "title": "A mug" }, "variants": [{ "sku": "MUG", "stock_quantity": 2 }],
    });
    let file = format!("{mug}\n{{\"name\":\"Cup\"}}\n");
    let report = admin.post_file("/admin/imports", "application/x-ndjson", file).await.expect(200);
    assert_eq!(counts(&report), [json!(1), json!(0), json!(1)]);
    assert_eq!(report.at("/errors/0/line"), &json!(2));
    let mug = shop.visitor().get("/products/0123456789abcdef01234567").await.expect(200);
    assert_eq!((mug.at("/tags"), mug.at("/seo/title")), (&json!(["gift"]), &json!("A mug")));
}

#[tokio::test]
async fn the_examples_of_the_document_are_imported() {
    let document = crate::operations::document();
    let content = document.pointer("/paths/~1admin~1imports/post/requestBody/content").expect("content");
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (media_type, content) in content.as_object().expect("media types") {
        let example = content["example"].as_str().expect("a file").to_owned();
        let report = admin.post_file("/admin/imports", media_type, example).await.expect(200);
        assert_eq!(counts(&report), [json!(1), json!(0), json!(0)], "{media_type}");
    }
}

#[tokio::test]
async fn an_export_of_another_shop_is_imported_with_notices() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let file = "Handle,Title,Body (HTML),Type,Tags,Variant SKU,Variant Price,Variant Inventory Qty,Vendor\n\
        mug,Mug,<p>For <b>tea</b></p>,Mugs,gift,MUG,9.50,4,Acme\n";
    let report = import(&admin, file).await.expect(200);
    assert_eq!(counts(&report), [json!(1), json!(0), json!(0)]);
    assert_eq!(report.at("/notices"), &json!(["the file is a product export of Shopify", "ignored columns: Vendor"]));
    let mug = shop.visitor().get("/products/by-slug/mug").await.expect(200);
    assert_eq!(mug.at("/description"), "For tea");
}
