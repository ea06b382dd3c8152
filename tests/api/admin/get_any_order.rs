//! `GET /admin/orders/{id}`

use ferrocart::db::new_id;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{order, product};
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn an_administrator_sees_order_and_buyer_but_no_client_secret() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    let ada = shop.user_id("ada@example.com").await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    let pending = shop.record(order(ada, &tee, 2, OrderStatus::Pending, shop.state().now())).await;
    assert_snapshot!(admin.get(&format!("/admin/orders/{}", pending.id)).await.shown());
}

#[tokio::test]
async fn the_order_of_a_deleted_account_is_shown_without_customer() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    let orphan = order(new_id(), &tee, 2, OrderStatus::Shipped, shop.state().now());
    let orphan = shop.record(orphan).await;
    let shown = admin.get(&format!("/admin/orders/{}", orphan.id)).await.expect(200);
    assert_eq!(shown.at("/customer"), &Value::Null);
    assert_eq!(shown.text("/user_id"), orphan.user_id.to_string());
}

#[tokio::test]
async fn unknown_orders_and_tombstones_are_not_found() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tombstone: OrderId = new_id();
    assert!(shop.state().orders.insert_tombstone(tombstone, shop.state().now()).await.expect("a result"));
    for id in [&tombstone.to_string(), "000000000000000000000000", "me", "%24ne", &"0".repeat(25)] {
        admin.get(&format!("/admin/orders/{id}")).await.expect(404);
        admin.put(&format!("/admin/orders/{id}"), json!({ "status": "cancelled" })).await.expect(404);
        admin.post(&format!("/admin/orders/{id}/refunds"), json!({})).await.expect(404);
    }
    for list in ["/admin/orders", "/admin/orders?to=2100-01-01T00:00:00Z", "/admin/orders?status=pending"] {
        assert_eq!(admin.get(list).await.expect(200).at("/items"), &json!([]));
    }
    let stats = admin.get("/admin/stats").await.expect(200);
    assert_eq!(stats.at("/orders_by_status/pending"), 0);
}
