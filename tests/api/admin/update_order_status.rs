//! `PUT /admin/orders/{id}`

use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::sample::{order, product};
use ferrocart_tests::{Client, TestShop};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn shop_with_order(status: OrderStatus) -> (TestShop, Client, OrderDoc) {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    let ada = shop.user_id("ada@example.com").await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let order = shop.record(order(ada, &tee, 2, status, shop.state().now())).await;
    (shop, admin, order)
}

fn parcel(number: &str) -> Value {
    json!({ "carrier": "UPS", "number": number, "url": "https://ups.example.com/track/1" })
}

#[tokio::test]
async fn a_paid_order_is_shipped_and_delivered() {
    let (_shop, admin, order) = shop_with_order(OrderStatus::Processing).await;
    let path = format!("/admin/orders/{}", order.id);
    let shipped = admin.put(&path, json!({ "status": "Shipped", "tracking": parcel("1Z") })).await;
    assert_snapshot!(shipped.shown());
    let delivered = admin.put(&path, json!({ "status": "DELIVERED" })).await.expect(200);
    assert_eq!(delivered.at("/status"), "delivered");
    assert_eq!(delivered.at("/tracking"), shipped.at("/tracking"));
    let history: Vec<_> =
        delivered.at("/status_history").as_array().expect("steps").iter().map(|s| &s["status"]).collect();
    assert_eq!(history, ["processing", "shipped", "delivered"]);
    assert_eq!(delivered.body, admin.get(&path).await.expect(200).body);
}

#[tokio::test]
async fn other_transitions_are_rejected_and_none_marks_an_order_paid() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let buyer = ferrocart::db::new_id();
    let allowed = [
        (OrderStatus::Processing, OrderStatus::Shipped),
        (OrderStatus::Shipped, OrderStatus::Delivered),
        (OrderStatus::Pending, OrderStatus::Cancelled),
        (OrderStatus::Processing, OrderStatus::Cancelled),
    ];
    for from in OrderStatus::ALL {
        let order = shop.record(order(buyer, &tee, 1, from, shop.state().now())).await;
        let path = format!("/admin/orders/{}", order.id);
        for to in OrderStatus::ALL.into_iter().filter(|to| !allowed.contains(&(from, *to))) {
            let rejected = admin.put(&path, json!({ "status": to.as_str() })).await.expect(409);
            assert_eq!(rejected.at("/code"), "invalid_transition", "{from} to {to}");
        }
        let after = admin.get(&path).await.expect(200);
        assert_eq!(after.at("/status"), from.as_str());
        assert_eq!(after.at("/status_history").as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn tracking_can_be_corrected_but_a_transition_not_repeated() {
    let (_shop, admin, order) = shop_with_order(OrderStatus::Processing).await;
    let path = format!("/admin/orders/{}", order.id);
    let ship = |number: &str| json!({ "status": "shipped", "tracking": parcel(number) });
    admin.put(&path, ship("1Z")).await.expect(200);
    admin.put(&path, ship("1Z")).await.expect(409);
    admin.put(&path, json!({ "status": "shipped" })).await.expect(409);
    let corrected = admin.put(&path, ship("2Z")).await.expect(200);
    assert_eq!(corrected.at("/tracking/number"), "2Z");
    assert_eq!(corrected.at("/status_history").as_array().map(Vec::len), Some(2));
    let delivered = admin.put(&path, json!({ "status": "delivered", "tracking": { "carrier": "DHL", "number": "3" } }));
    assert_eq!(delivered.await.expect(200).at("/tracking"), &json!({ "carrier": "DHL", "number": "3", "url": null }));
}

#[tokio::test]
async fn tracking_is_accepted_for_shipped_and_delivered_only() {
    let (_shop, admin, order) = shop_with_order(OrderStatus::Processing).await;
    let path = format!("/admin/orders/{}", order.id);
    for status in ["cancelled", "processing", "pending"] {
        let rejected = admin.put(&path, json!({ "status": status, "tracking": parcel("1Z") })).await.expect(422);
        assert_eq!(rejected.at("/errors/0/pointer"), "/tracking");
    }
    assert_eq!(admin.get(&path).await.expect(200).at("/status"), "processing");
}

#[tokio::test]
async fn every_invalid_field_is_reported() {
    let (_shop, admin, order) = shop_with_order(OrderStatus::Processing).await;
    let path = format!("/admin/orders/{}", order.id);
    let tracking = json!({ "carrier": "", "number": 7, "url": "javascript:alert(1)", "weight": 3 });
    let bad =
        json!({ "status": "lost", "tracking": tracking, "total_amount": 0, "payment": { "status": "succeeded" } });
    assert_snapshot!(admin.put(&path, bad).await.shown());
    for status in [json!(null), json!({ "$ne": "x" }), json!(["shipped"]), json!("reserving"), json!("")] {
        admin.put(&path, json!({ "status": status })).await.expect(422);
    }
    admin.put("/admin/orders/000000000000000000000000", json!({ "status": "shipped" })).await.expect(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_20_concurrent_shipments_of_an_order_one_succeeds() {
    let (_shop, admin, order) = shop_with_order(OrderStatus::Processing).await;
    let path = format!("/admin/orders/{}", order.id);
    let tries = (0..20).map(|_| {
        let (admin, path) = (admin.clone(), path.clone());
        tokio::spawn(async move { admin.put(&path, json!({ "status": "shipped" })).await })
    });
    let answers: Vec<_> = join_all(tries).await.into_iter().map(|answer| answer.expect("an answer")).collect();
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 19);
    let after = admin.get(&path).await.expect(200);
    assert_eq!(after.at("/status_history").as_array().map(Vec::len), Some(2));
}
