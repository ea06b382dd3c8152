//! `PUT /products/{id}`

use super::{tee, tee_with, tee_without};
use ferrocart::db::new_id;
use ferrocart::db::stock::{Pieces, Taker};
use ferrocart::domain::id::ProductId;
use ferrocart::domain::quantity::Quantity;
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
async fn the_details_are_replaced_and_the_stock_is_kept_where_none_is_given() {
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
async fn text_that_looks_like_an_operator_stays_text() {
    let (shop, admin, path) = shop_with_tee().await;
    let mut odd = tee();
    for (pointer, text) in [
        ("/name", "$name"),
        ("/description", "$$ROOT"),
        ("/category", "$category"),
        ("/variants/0/size", "$variants.sku"),
        ("/variants/0/color", "{$ne: null}"),
        ("/images/0", "https://images.example.com/$set"),
    ] {
        *odd.pointer_mut(pointer).expect("a field") = json!(text);
    }
    let answer = admin.put(&path, odd.clone()).await.expect(200);
    for field in ["/name", "/description", "/category", "/variants/0/size", "/variants/0/color", "/images/0"] {
        assert_eq!(answer.at(field), odd.pointer(field).expect("a field"));
    }
    let listed = shop.visitor().get("/products?category=%24category").await.expect(200);
    assert_eq!(listed.text("/items/0/name"), "$name");
}

#[tokio::test]
async fn an_older_version_is_not_overwritten() {
    let (_shop, admin, path) = shop_with_tee().await;
    admin.with_header("if-match", "\"1\"").put(&path, tee()).await.expect(200);
    assert_snapshot!(admin.with_header("if-match", "\"1\"").put(&path, tee()).await.shown());
    for stale in ["\"3\"", "2", "W/\"2\"", "\"x\"", ""] {
        admin.with_header("if-match", stale).put(&path, tee()).await.expect(412);
    }
    assert_eq!(admin.get(&path).await.at("/version"), 2);
    admin.with_header("if-match", "*").put(&path, tee()).await.expect(200);
    admin.put(&path, tee()).await.expect(200);
    assert_eq!(admin.get(&path).await.at("/version"), 4);
}

#[tokio::test]
async fn of_many_editors_of_one_version_one_wins() {
    let (_shop, admin, path) = shop_with_tee().await;
    let editor = admin.with_header("if-match", "\"1\"");
    let edits = (0..8).map(|n| editor.put(&path, tee_with("/name", json!(format!("Tee {n}")))));
    let answers = join_all(edits).await;
    let count = |status| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(200), count(412)), (1, 7));
}

#[tokio::test]
async fn a_bad_product_changes_nothing() {
    let (_shop, admin, path) = shop_with_tee().await;
    let before = admin.get(&path).await.body;
    for (pointer, value) in [
        ("/name", json!({ "$gt": "" })),
        ("/base_price", json!("$base_price")),
        ("/variants/1/sku", json!("TEE-M")),
        ("/variants/1/price_modifier", json!(-20)),
        ("/variants/0/stock_quantity", json!({ "$add": 1 })),
        ("/version", json!(1)),
        ("/created_at", json!("2026-11-22T10:00:00.000Z")),
        ("", json!([])),
    ] {
        let answer = admin.put(&path, tee_with(pointer, value.clone())).await.expect(422);
        assert_eq!(answer.text("/code"), "validation_failed", "{value}");
    }
    admin.put(&path, tee_without("/variants")).await.expect(422);
    assert_eq!(admin.get(&path).await.body, before);
}

#[tokio::test]
async fn another_products_sku_cannot_be_taken() {
    let (shop, admin, path) = shop_with_tee().await;
    shop.stock(product("Mug", 900, &[("MUG", 1)])).await;
    let answer = admin.put(&path, tee_with("/variants/1/sku", json!("MUG"))).await.expect(409);
    assert_eq!(answer.text("/code"), "sku_taken");
    assert_eq!(admin.get(&path).await.at("/version"), 1);
}

#[tokio::test]
async fn only_an_administrator_does_it_and_only_to_what_is_there() {
    let (shop, admin, path) = shop_with_tee().await;
    shop.visitor().put(&path, tee()).await.expect(401);
    shop.customer("ada").await.put(&path, tee()).await.expect(403);
    for nothing in ["/products/0123456789abcdef01234567", "/products/tee"] {
        admin.put(nothing, tee()).await.expect(404);
        admin.with_header("if-match", "\"1\"").put(nothing, tee()).await.expect(404);
    }
    assert_eq!(admin.get(&path).await.at("/version"), 1);
}

#[tokio::test]
async fn a_product_can_be_taken_off_sale_and_back() {
    let (shop, admin, path) = shop_with_tee().await;
    admin.put(&path, tee_with("/is_active", json!(false))).await.expect(200);
    shop.visitor().get(&path).await.expect(404);
    // Who edits what is off sale does not bring it back by saying nothing of it.
    assert_eq!(admin.put(&path, tee()).await.expect(200).at("/is_active"), false);
    shop.visitor().get(&path).await.expect(404);
    admin.put(&path, tee_with("/is_active", json!(true))).await.expect(200);
    shop.visitor().get(&path).await.expect(200);
    assert_eq!(admin.put(&path, tee()).await.expect(200).at("/is_active"), true);
}

#[tokio::test]
async fn pictures_are_kept_unless_others_are_given() {
    let (_shop, admin, path) = shop_with_tee().await;
    let kept = admin.put(&path, tee_without("/images")).await.expect(200);
    assert_eq!(kept.at("/images"), &tee()["images"]);
    let gone = admin.put(&path, tee_with("/images", json!([]))).await.expect(200);
    assert_eq!(*gone.at("/images"), json!([]));
}

#[tokio::test]
async fn a_sale_is_in_the_way_of_an_edit_only_when_that_sets_the_stock() {
    let (_shop, admin, path) = shop_with_tee().await;
    // What a sale does, too: another version, and nothing else of what is edited.
    admin.post(&format!("{path}/stock"), json!({ "sku": "TEE-M", "delta": -1 })).await.expect(200);
    let seen = admin.with_header("if-match", "\"1\"");
    seen.put(&path, tee()).await.expect(412);
    let edited = seen.put(&path, edited(1, 1)).await.expect(200);
    assert_eq!(*edited.at("/variants/0/stock_quantity"), json!(4));
    assert_eq!(edited.header("etag"), "\"3\"");
    // Since then the details are others.
    seen.put(&path, self::edited(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"2\"").put(&path, self::edited(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"4\"").put(&path, self::edited(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"1\", \"3\"").put(&path, tee()).await.expect(200);
    admin.delete(&path).await.expect(204);
    admin.with_header("if-match", "\"4\"").put(&path, self::edited(1, 2)).await.expect(412);
    admin.with_header("if-match", "\"5\"").put(&path, self::edited(1, 2)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_never_undoes_a_sale_that_happens_meanwhile() {
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
            let pieces =
                [Pieces { sku: "TEE-M".parse().expect("a SKU"), quantity: Quantity::try_from(2).expect("two") }];
            let taker = Taker { order: new_id(), cart: new_id() };
            let state = shop.state();
            let taken = state.products.take_stock(taker, tee_id, &pieces, state.now()).await.expect("an answer");
            assert!(taken.is_some(), "there is enough for all");
        }
    };
    let edit = |editor: i64| {
        let (admin, path) = (&admin, &path);
        async move {
            for edit in 0..EDITS {
                admin.put(path, edited(editor, edit)).await.expect(200);
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

/// An edit that says nothing of the stock.
fn edited(editor: i64, edit: i64) -> Value {
    let mut body = tee_with("/description", json!(format!("Edit {edit} of {editor}")));
    for variant in body["variants"].as_array_mut().expect("variants") {
        variant.as_object_mut().expect("a variant").remove("stock_quantity");
    }
    body
}
