//! Imports beside other imports and edits.

use super::{counts, import, products, stored};
use ferrocart_tests::TestShop;
use futures_util::future::join_all;
use futures_util::join;
use serde_json::json;
use std::collections::BTreeMap;

#[tokio::test]
async fn of_concurrent_imports_of_one_file_each_product_is_created_once() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let reports = join_all((0..4).map(|_| import(&admin, products(1..=120)))).await;
    let numbers =
        reports.into_iter().map(|report| counts(&report.expect(200)).map(|it| it.as_u64().expect("a number")));
    let numbers: Vec<[u64; 3]> = numbers.collect();
    for [created, unchanged, rejected] in &numbers {
        assert_eq!((created.saturating_add(*unchanged), *rejected), (120, 0));
    }
    let created: u64 = numbers.iter().map(|[created, ..]| created).sum();
    assert_eq!((created, stored(&shop).await), (120, 120));
    let categories = shop.visitor().get("/products/categories").await.expect(200);
    let categories = categories.at("/items").as_array().expect("categories").iter();
    let counted: BTreeMap<_, _> =
        categories.map(|it| (it["category"].as_str(), it["product_count"].as_i64())).collect();
    let expected = ["Category 0", "Category 1", "Category 2"].map(|category| (Some(category), Some(40)));
    assert_eq!(counted, expected.into());
}

#[tokio::test]
async fn an_import_does_not_undo_a_concurrent_edit() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    import(&admin, products(1..=3)).await.expect(200);
    let path = format!("/products/{}", shop.visitor().get("/products/by-slug/tee-2").await.expect(200).text("/id"));
    let edit = json!({ "name": "Soft Tee", "base_price": 12 });
    let (edited, imported) = join!(admin.patch(&path, edit), import(&admin, products(1..=150)));
    edited.expect(200);
    assert_eq!(counts(&imported.expect(200)), [json!(147), json!(3), json!(0)]);
    let tee = shop.visitor().get(&path).await.expect(200);
    assert_eq!((tee.at("/name"), tee.at("/base_price")), (&json!("Soft Tee"), &json!(12.0)));
}

#[tokio::test]
async fn a_sku_that_is_taken_during_an_import_rejects_only_its_product() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = json!({
        "name": "Other", "description": "", "category": "Shirts", "base_price": 1,
        "variants": [{ "sku": "TEE-90" }],
    });
    let (created, imported) = join!(admin.post("/products", tee), import(&admin, products(1..=100)));
    let imported = imported.expect(200);
    // Either one wins.
    match created.status.as_u16() {
        201 => {
            assert_eq!(counts(&imported), [json!(99), json!(0), json!(1)], "{:#}", imported.body);
            assert_eq!(imported.at("/errors/0/line"), &json!(91));
        }
        _ => assert_eq!(counts(&imported), [json!(100), json!(0), json!(0)], "{:#}", imported.body),
    }
    assert_eq!(stored(&shop).await, 100);
}
