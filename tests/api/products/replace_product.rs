//! `PUT /products/{id}`

use super::{tee, tee_with, tee_without};
use ferrocart::db::new_id;
use ferrocart::db::stock::HoldOwner;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::sku::SkuQuantity;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Client, TestShop};
use futures_util::future::{join, join_all};
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn shop_with_tee() -> (TestShop, Client, String) {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let id = admin.post("/products", tee()).await.expect(201).text("/id");
    (shop, admin, format!("/products/{id}"))
}

#[tokio::test]
async fn details_are_replaced_and_stock_is_kept_unless_given() {
    let (shop, admin, path) = shop_with_tee().await;
    let changed = json!({
        "name": "Crab Tee", "description": "New.", "category": "Tops", "base_price": 21,
        "variants": [
            { "sku": "TEE-M", "color": "Blue" },
            { "sku": "TEE-XL", "size": "XL", "stock_quantity": 9, "price_modifier": -1 },
            { "sku": "TEE-S" },
        ],
    });
    let answer = admin.put(&path, changed).await.expect(200);
    assert_eq!(answer.header("etag"), "\"2\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_snapshot!(answer.shown());
    assert_eq!(shop.visitor().get(&path).await.expect(200).body, answer.body);
    let listed = shop.visitor().get("/products?category=Tops").await.expect(200);
    assert_eq!(*listed.at("/items/0/min_price"), json!(20.0));
    assert_eq!(*listed.at("/items/0/max_price"), json!(21.0));
}

#[tokio::test]
async fn a_product_can_be_sent_back_as_it_was_read() {
    let (_shop, admin, path) = shop_with_tee().await;
    let read = admin.get(&path).await.expect(200).body;
    let sent_back = admin.put(&path, read.clone()).await.expect(200);
    for name in ["id", "name", "base_price", "currency", "images", "variants", "created_at"] {
        assert_eq!(sent_back.body[name], read[name], "{name}");
    }
    let with = |pointer: &str, value: Value| {
        let mut edited = read.clone();
        *edited.pointer_mut(pointer).expect("a field") = value;
        edited
    };
    for (pointer, value, code) in [
        ("/id", json!("0123456789abcdef01234567"), "mismatch"),
        ("/currency", json!("JPY"), "mismatch"),
        ("/variants/0/price", json!(0.01), "contradiction"),
        ("/created_at", json!("yesterday"), "invalid_time"),
        ("/version", json!("one"), "invalid_type"),
    ] {
        let rejected = admin.put(&path, with(pointer, value)).await.expect(422);
        assert_eq!((rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code")), (&json!(pointer), &json!(code)));
    }
    let price = json!({ "price": 1 });
    assert_eq!(admin.put(&path, with("/variants/0", price)).await.expect(422).at("/errors/0/code"), "required");
    assert_eq!(admin.get(&path).await.expect(200).at("/variants"), &read["variants"]);
    // A new product has none of these fields yet.
    let rejected = admin.post("/products", read).await.expect(422);
    assert_eq!(rejected.at("/errors/0/code"), "unknown");
}

#[tokio::test]
async fn text_that_looks_like_an_operator_is_stored_as_text() {
    let (shop, admin, path) = shop_with_tee().await;
    let mut body = tee();
    for (pointer, text) in [
        ("/name", "$name"),
        ("/description", "$$ROOT"),
        ("/category", "$category"),
        ("/variants/0/size", "$variants.sku"),
        ("/variants/0/color", "{$ne: null}"),
        ("/images/0", "https://images.example.com/$set"),
    ] {
        *body.pointer_mut(pointer).expect("a field") = json!(text);
    }
    let answer = admin.put(&path, body.clone()).await.expect(200);
    for field in ["/name", "/description", "/category", "/variants/0/size", "/variants/0/color", "/images/0"] {
        assert_eq!(answer.at(field), body.pointer(field).expect("a field"));
    }
    let listed = shop.visitor().get("/products?category=%24category").await.expect(200);
    assert_eq!(listed.text("/items/0/name"), "$name");
}

#[tokio::test]
async fn a_stale_version_is_rejected() {
    let (_shop, admin, path) = shop_with_tee().await;
    admin.with_header("if-match", "\"1\"").put(&path, tee()).await.expect(200);
    assert_snapshot!(admin.with_header("if-match", "\"1\"").put(&path, tee()).await.shown());
    for stale in ["\"3\"", "2", "W/\"1\"", "W/2", "\"x\"", ""] {
        admin.with_header("if-match", stale).put(&path, tee()).await.expect(412);
    }
    assert_eq!(admin.get(&path).await.at("/version"), 2);
    admin.with_header("if-match", "*").put(&path, tee()).await.expect(200);
    admin.put(&path, tee()).await.expect(200);
    assert_eq!(admin.get(&path).await.at("/version"), 4);
}

#[tokio::test]
async fn a_tag_that_a_proxy_has_weakened_names_its_version() {
    let (_shop, admin, path) = shop_with_tee().await;
    admin.with_header("if-match", "W/\"1\"").put(&path, tee()).await.expect(200);
    admin.with_header("if-match", "W/\"1\"").put(&path, tee()).await.expect(412);
    admin.with_header("if-match", "\"1\", W/\"2\"").put(&path, tee()).await.expect(200);
}

#[tokio::test]
async fn of_8_concurrent_edits_of_one_version_one_succeeds() {
    let (_shop, admin, path) = shop_with_tee().await;
    let editor = admin.with_header("if-match", "\"1\"");
    let edits = (0..8).map(|n| editor.put(&path, tee_with("/name", json!(format!("Tee {n}")))));
    let answers = join_all(edits).await;
    let count = |status| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(200), count(412)), (1, 7));
}

#[tokio::test]
async fn an_invalid_product_changes_nothing() {
    let (_shop, admin, path) = shop_with_tee().await;
    let before = admin.get(&path).await.body;
    for (pointer, value) in [
        ("/name", json!({ "$gt": "" })),
        ("/base_price", json!("$base_price")),
        ("/variants/1/sku", json!("TEE-M")),
        ("/variants/1/price_modifier", json!(-20)),
        ("/variants/0/stock_quantity", json!({ "$add": 1 })),
        ("", json!([])),
    ] {
        let answer = admin.put(&path, tee_with(pointer, value.clone())).await.expect(422);
        assert_eq!(answer.text("/code"), "validation_failed", "{value}");
    }
    admin.put(&path, tee_without("/variants")).await.expect(422);
    assert_eq!(admin.get(&path).await.body, before);
}

#[tokio::test]
async fn the_sku_of_another_product_is_rejected() {
    let (shop, admin, path) = shop_with_tee().await;
    shop.stock(product("Mug", 900, &[("MUG", 1)])).await;
    let answer = admin.put(&path, tee_with("/variants/1/sku", json!("MUG"))).await.expect(409);
    assert_eq!(answer.text("/code"), "sku_taken");
    assert_eq!(admin.get(&path).await.at("/version"), 1);
}

#[tokio::test]
async fn only_administrators_may_replace_existing_products() {
    let (shop, admin, path) = shop_with_tee().await;
    shop.visitor().put(&path, tee()).await.expect(401);
    shop.customer("ada").await.put(&path, tee()).await.expect(403);
    for unknown in ["/products/0123456789abcdef01234567", "/products/tee"] {
        admin.put(unknown, tee()).await.expect(404);
        admin.with_header("if-match", "\"1\"").put(unknown, tee()).await.expect(404);
    }
    assert_eq!(admin.get(&path).await.at("/version"), 1);
}

#[tokio::test]
async fn a_product_can_be_deactivated_and_reactivated() {
    let (shop, admin, path) = shop_with_tee().await;
    admin.put(&path, tee_with("/is_active", json!(false))).await.expect(200);
    shop.visitor().get(&path).await.expect(404);
    // Without `is_active` an edit keeps the product inactive.
    assert_eq!(admin.put(&path, tee()).await.expect(200).at("/is_active"), false);
    shop.visitor().get(&path).await.expect(404);
    admin.put(&path, tee_with("/is_active", json!(true))).await.expect(200);
    shop.visitor().get(&path).await.expect(200);
    assert_eq!(admin.put(&path, tee()).await.expect(200).at("/is_active"), true);
}

#[tokio::test]
async fn images_are_kept_unless_given() {
    let (_shop, admin, path) = shop_with_tee().await;
    let kept = admin.put(&path, tee_without("/images")).await.expect(200);
    assert_eq!(kept.at("/images"), &tee()["images"]);
    let gone = admin.put(&path, tee_with("/images", json!([]))).await.expect(200);
    assert_eq!(*gone.at("/images"), json!([]));
}

#[tokio::test]
async fn a_sale_conflicts_only_with_edits_that_set_the_stock() {
    let (_shop, admin, path) = shop_with_tee().await;
    // Like a sale, this raises the version and changes only the stock.
    admin.post(&format!("{path}/stock"), json!({ "sku": "TEE-M", "delta": -1 })).await.expect(200);
    let seen = admin.with_header("if-match", "\"1\"");
    seen.put(&path, tee()).await.expect(412);
    let edited = seen.put(&path, without_stock(1, 1)).await.expect(200);
    assert_eq!(*edited.at("/variants/0/stock_quantity"), json!(4));
    assert_eq!(edited.header("etag"), "\"3\"");
    // The edit changed the details, so version 1 is stale.
    seen.put(&path, without_stock(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"2\"").put(&path, without_stock(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"4\"").put(&path, without_stock(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"1\", \"3\"").put(&path, tee()).await.expect(200);
    admin.delete(&path).await.expect(204);
    admin.with_header("if-match", "\"4\"").put(&path, without_stock(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"5\"").put(&path, without_stock(1, 2)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_never_undoes_a_concurrent_sale() {
    const BUYERS: i64 = 16;
    const SALES: i64 = 6;
    const EDITORS: i64 = 4;
    const EDITS: i64 = 6;
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let stocked = tee_with("/variants/0/stock_quantity", json!(1000));
    let tee_id: ProductId = admin.post("/products", stocked).await.expect(201).text("/id").parse().expect("an id");
    let path = format!("/products/{tee_id}");

    let buy = || async {
        for _ in 0..SALES {
            let lines =
                [SkuQuantity { sku: "TEE-M".parse().expect("a SKU"), quantity: Quantity::try_from(2).expect("two") }];
            let owner = HoldOwner { order: new_id(), cart: new_id(), buyer: new_id() };
            let state = shop.state();
            let reserved = state.products.reserve_stock(owner, tee_id, &lines, state.now()).await.expect("an answer");
            assert!(reserved.is_some(), "the stock is sufficient for all");
        }
    };
    let edit = |editor: i64| {
        let (admin, path) = (&admin, &path);
        async move {
            for edit in 0..EDITS {
                admin.put(path, without_stock(editor, edit)).await.expect(200);
                let delta = if edit % 2 == 0 { 7 } else { -3 };
                let change = json!({ "sku": "TEE-M", "delta": delta });
                admin.post(&format!("{path}/stock"), change).await.expect(200);
            }
        }
    };
    join(join_all((0..BUYERS).map(|_| buy())), join_all((0..EDITORS).map(edit))).await;

    let tee = admin.get(&path).await.expect(200);
    assert_eq!(*tee.at("/variants/0/stock_quantity"), json!(1000 - BUYERS * SALES * 2 + EDITORS * EDITS / 2 * (7 - 3)));
    assert_eq!(*tee.at("/variants/1/stock_quantity"), json!(0));
    assert_eq!(*tee.at("/version"), json!(1 + BUYERS * SALES + EDITORS * EDITS * 2));
    assert!(tee.text("/description").starts_with("Edit"));
}

/// An edit without stock quantities.
fn without_stock(editor: i64, edit: i64) -> Value {
    let mut body = tee_with("/description", json!(format!("Edit {edit} of {editor}")));
    for variant in body["variants"].as_array_mut().expect("variants") {
        variant.as_object_mut().expect("a variant").remove("stock_quantity");
    }
    body
}
