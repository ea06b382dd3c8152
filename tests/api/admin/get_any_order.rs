//! `GET /admin/orders/{id}`

use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{order, product};
use insta::assert_snapshot;
use mongodb::bson::{Document, doc};
use serde_json::Value;

#[tokio::test]
async fn an_administrator_sees_any_order_and_who_bought_it_but_not_how_to_pay_it() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    let ada = shop.user_id("ada@example.com").await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    let pending = shop.record(order(ada, &tee, 2, OrderStatus::Pending, shop.state().now())).await;
    assert_snapshot!(admin.get(&format!("/admin/orders/{}", pending.id)).await.shown());
}

#[tokio::test]
async fn the_order_of_an_account_that_is_gone_is_still_shown() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    let orphan = order(ferrocart::db::new_id(), &tee, 2, OrderStatus::Shipped, shop.state().now());
    let orphan = shop.record(orphan).await;
    let shown = admin.get(&format!("/admin/orders/{}", orphan.id)).await.expect(200);
    assert_eq!(shown.at("/customer"), &Value::Null);
    assert_eq!(shown.text("/user_id"), orphan.user_id.to_string());
}

#[tokio::test]
async fn an_order_that_is_not_there_is_not_found_nor_is_one_that_is_being_reserved() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let id = mongodb::bson::oid::ObjectId::new();
    let reservation = doc! {
        "_id": id, "status": "reserving", "user_id": mongodb::bson::oid::ObjectId::new(),
        "cart_id": mongodb::bson::oid::ObjectId::new(), "cart_version": 1_i64, "lines": [],
        "shipping_address": { "type": "shipping", "street": "a", "city": "b", "state": "c", "zip": "d", "country": "US" },
        "reserved_at": mongodb::bson::DateTime::now(),
    };
    shop.database().collection::<Document>("orders").insert_one(reservation).await.expect("a reservation");
    for id in [&id.to_hex(), "000000000000000000000000", "me", "%24ne", &"0".repeat(25)] {
        admin.get(&format!("/admin/orders/{id}")).await.expect(404);
    }
    assert_eq!(admin.get("/admin/orders").await.expect(200).at("/items"), &serde_json::json!([]));
}
