//! `POST /products/{id}/stock`

use super::tee;
use ferrocart_tests::{Client, TestShop};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn shop_with_tee() -> (TestShop, Client, String) {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let id = admin.post("/products", tee()).await.expect(201).text("/id");
    (shop, admin, format!("/products/{id}"))
}

#[tokio::test]
async fn stock_is_added_and_removed_but_never_below_0() {
    let (shop, admin, path) = shop_with_tee().await;
    let stock = format!("{path}/stock");
    let more = admin.post(&stock, json!({ "sku": "TEE-M", "delta": 3 })).await.expect(200);
    assert_eq!(*more.at("/variants/0/stock_quantity"), json!(8));
    assert_eq!(more.header("etag"), "\"2\"");
    assert_eq!(shop.visitor().get(&path).await.expect(200).body, more.body);
    admin.post(&stock, json!({ "sku": "TEE-M", "delta": -8 })).await.expect(200);
    let short = admin.post(&stock, json!({ "sku": "TEE-M", "delta": -1 })).await.expect(409);
    assert_eq!(short.text("/code"), "insufficient_stock");
    assert_eq!(*short.at("/items"), json!([{ "sku": "TEE-M", "requested": 1, "available": 0 }]));
    let after = admin.get(&path).await;
    assert_eq!((after.at("/version"), after.at("/variants/0/stock_quantity")), (&json!(3), &json!(0)));
}

#[tokio::test]
async fn an_invalid_change_is_rejected() {
    let (_shop, admin, path) = shop_with_tee().await;
    let stock = format!("{path}/stock");
    for (body, pointer) in [
        (json!({ "sku": "TEE-M" }), "/delta"),
        (json!({ "delta": 1 }), "/sku"),
        (json!({ "sku": "TEE-M", "delta": 0 }), "/delta"),
        (json!({ "sku": "TEE-M", "delta": 1.5 }), "/delta"),
        (json!({ "sku": "TEE-M", "delta": "1" }), "/delta"),
        (json!({ "sku": "TEE-M", "delta": 1_000_000_001_i64 }), "/delta"),
        (json!({ "sku": "TEE-M", "delta": i64::MIN }), "/delta"),
        (json!({ "sku": "TEE-M", "delta": 1_000_000_000_i64 }), "/delta"),
        (json!({ "sku": "TEE-S", "delta": 1 }), "/sku"),
        (json!({ "sku": { "$ne": "" }, "delta": 1 }), "/sku"),
        (json!({ "sku": "TEE-M", "delta": 1, "version": 1 }), "/version"),
        (json!([]), ""),
    ] {
        let answer = admin.post(&stock, body.clone()).await.expect(422);
        assert_eq!(answer.text("/errors/0/pointer"), pointer, "{body}");
    }
    assert_eq!(admin.get(&path).await.at("/version"), 1);
}

#[tokio::test]
async fn only_administrators_may_adjust_existing_products() {
    let (shop, admin, path) = shop_with_tee().await;
    let (stock, body) = (format!("{path}/stock"), json!({ "sku": "TEE-M", "delta": 1 }));
    shop.visitor().post(&stock, body.clone()).await.expect(401);
    shop.customer("ada").await.post(&stock, body.clone()).await.expect(403);
    for unknown in ["/products/0123456789abcdef01234567/stock", "/products/tee/stock"] {
        admin.post(unknown, body.clone()).await.expect(404);
    }
    // An inactive product can be restocked.
    admin.delete(&path).await.expect(204);
    admin.post(&stock, body).await.expect(200);
    shop.visitor().get(&path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_20_concurrent_decrements_of_5_items_5_succeed() {
    let (_shop, admin, path) = shop_with_tee().await;
    let stock = format!("{path}/stock");
    let decrements = (0..20).map(|_| admin.post(&stock, json!({ "sku": "TEE-M", "delta": -1 })));
    let answers = join_all(decrements).await;
    let count = |status| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(200), count(409)), (5, 15));
    assert_eq!(*admin.get(&path).await.at("/variants/0/stock_quantity"), Value::from(0));
}

#[tokio::test]
async fn a_repeated_change_with_one_key_takes_effect_once() {
    let (shop, admin, path) = shop_with_tee().await;
    let stock = format!("{path}/stock");
    let delivery = json!({ "sku": "TEE-M", "delta": 7 });
    let keyed = |key: &str| admin.with_header("idempotency-key", key);
    let first = keyed("d1").post(&stock, delivery.clone()).await.expect(200);
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let replayed = keyed("d1").post(&stock, delivery.clone()).await.expect(200);
    assert_eq!((replayed.header("idempotent-replayed"), &replayed.body), ("true", &first.body));
    assert_eq!(*replayed.at("/variants/0/stock_quantity"), json!(12));
    for other in [json!({ "sku": "TEE-M", "delta": 8 }), json!({ "sku": "TEE-L", "delta": 7 })] {
        let rejected = keyed("d1").post(&stock, other).await.expect(422);
        assert_eq!(rejected.at("/code"), "idempotency_key_reused");
    }
    // A removal can be repeated although the stock no longer suffices.
    let removal = json!({ "sku": "TEE-M", "delta": -12 });
    for _ in 0..2 {
        let empty = keyed("d2").post(&stock, removal.clone()).await.expect(200);
        assert_eq!(*empty.at("/variants/0/stock_quantity"), json!(0));
    }
    // A rejected change uses no key.
    keyed("d3").post(&stock, removal).await.expect(409);
    keyed("d3").post(&stock, delivery.clone()).await.expect(200);
    keyed("").post(&stock, delivery).await.expect(400);
    let product = shop.visitor().get(&path).await.expect(200);
    assert_eq!(*product.at("/variants/0/stock_quantity"), json!(7));
    assert!(!product.body.to_string().contains("stock_adjustments"), "{}", product.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_changes_with_one_key_take_effect_once() {
    let (_shop, admin, path) = shop_with_tee().await;
    let (stock, keyed) = (format!("{path}/stock"), admin.with_header("idempotency-key", "d1"));
    let answers = join_all((0..12).map(|_| keyed.post(&stock, json!({ "sku": "TEE-M", "delta": 2 })))).await;
    let replayed = answers.iter().filter(|answer| answer.headers.contains_key("idempotent-replayed")).count();
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!((replayed, admin.get(&path).await.at("/variants/0/stock_quantity")), (11, &json!(7)));
}
