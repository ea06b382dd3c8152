//! `GET /auth/me/export`

use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, order, product};
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn an_export_holds_the_user_s_data_and_no_secrets() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let home = json!({ "type": "shipping", "street": "1 Main Street", "city": "S", "state": "IL", "zip": "62701" });
    ada.post("/auth/me/addresses", home).await.expect(201);
    ada.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    let id = shop.user_id("ada@example.com").await;
    for status in [OrderStatus::Delivered, OrderStatus::Pending] {
        shop.record(order(id, &tee, 1, status, shop.state().now())).await;
    }
    let export = ada.get("/auth/me/export").await;
    assert_snapshot!(export.shown());
    assert_eq!(export.header("content-disposition"), "attachment; filename=\"ferrocart-export.json\"");
    assert_eq!(export.header("cache-control"), "no-store");
    for secret in ["$2b$", "_secret_", "verifier", "tag_key", "spent"] {
        assert!(!export.body.to_string().contains(secret), "{secret}");
    }
    assert_eq!(bob.get("/auth/me/export").await.expect(200).at("/orders"), &json!([]));
}

#[tokio::test]
async fn an_export_holds_all_of_130_orders() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = shop.customer("ada").await;
    let id = shop.user_id("ada@example.com").await;
    for _ in 0..130 {
        shop.record(order(id, &tee, 1, OrderStatus::Delivered, shop.state().now())).await;
    }
    let export = ada.get("/auth/me/export").await.expect(200);
    assert_eq!(export.at("/orders").as_array().map(Vec::len), Some(130));
}
