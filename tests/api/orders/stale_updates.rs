//! Updates of an order or its cart that have changed since they were read: they have no effect.

use super::buyers::{buy, buyer};
use crate::admin::refund_order::{Sale, paid_sale, unpaid_sale};
use ferrocart::checkout::{expire_order, reconcile_disputes};
use ferrocart::db::orders::{OrderDoc, Tracking};
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::payment::PaymentStatus;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use mongodb::bson::doc;
use serde_json::{Value, json};

async fn stored(sale: &Sale) -> OrderDoc {
    let id = sale.id.parse().expect("an id");
    sale.shop.state().orders.get(id).await.expect("a result").expect("an order")
}

#[tokio::test]
async fn a_payment_status_read_before_a_change_is_not_stored() {
    for (change, expected) in [
        (doc! { "status": "processing" }, PaymentStatus::RequiresPayment),
        (doc! { "payment.status": "failed" }, PaymentStatus::Failed),
    ] {
        let sale = unpaid_sale().await;
        let before = stored(&sale).await;
        sale.change(change).await;
        let (orders, now) = (&sale.shop.state().orders, sale.shop.state().now());
        orders.correct_payment_status(&before, PaymentStatus::Processing, None, now).await.expect("an update");
        assert_eq!(stored(&sale).await.payment.status, expected);
    }
}

#[tokio::test]
async fn an_idempotency_key_is_advanced_once_and_only_while_unpaid() {
    let sale = unpaid_sale().await;
    let before = stored(&sale).await;
    for _ in 0..2 {
        sale.shop.state().orders.advance_idempotency_key(before.id, 0).await.expect("an update");
    }
    sale.change(doc! { "status": "cancelled" }).await;
    sale.shop.state().orders.advance_idempotency_key(before.id, 1).await.expect("an update");
    assert_eq!(stored(&sale).await.payment.idempotency_attempt, 1);
}

#[tokio::test]
async fn tracking_is_not_stored_after_the_status_has_changed() {
    let sale = paid_sale().await;
    sale.ship().await.expect(200);
    let before = stored(&sale).await;
    sale.set_status("delivered").await.expect(200);
    let tracking =
        Tracking { carrier: "Post".parse().expect("a carrier"), number: "1".parse().expect("a number"), url: None };
    let (orders, now) = (&sale.shop.state().orders, sale.shop.state().now());
    let updated = orders.set_tracking(before.id, OrderStatus::Shipped, &tracking, now).await.expect("a result");
    assert!(updated.is_none());
    assert!(stored(&sale).await.tracking.is_none());
}

#[tokio::test]
async fn an_order_cancelled_since_it_was_read_gets_no_intent() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    stripe.order_fault(&json!({ "path": "/v1/payment_intents", "action": "drop_before" })).await;
    let id = buy(&ada, "k1").await.expect(201).text("/id");
    let before = shop.state().orders.get(id.parse().expect("an id")).await.expect("a result").expect("an order");
    ada.post(&format!("/orders/{id}/cancel"), Value::Null).await.expect(200);
    expire_order(shop.state(), &before).await.expect("an order that is left as it is");
    assert!(stripe.intents().await.is_empty());
}

#[tokio::test]
async fn disputes_stored_since_an_order_was_read_are_kept() {
    let sale = paid_sale().await;
    let before = stored(&sale).await;
    sale.dispute().await;
    sale.change(doc! { "disputes_stored": before.disputes_stored + 1 }).await;
    reconcile_disputes(sale.shop.state(), &before).await.expect("an order that is left as it is");
    assert_eq!(stored(&sale).await.disputes, []);
}

#[tokio::test]
async fn a_purchase_is_counted_once() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let id = buy(&ada, "k1").await.expect(201).text("/id").parse().expect("an id");
    let order = shop.state().orders.get(id).await.expect("a result").expect("an order");
    ada.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    let cart = ada.get("/cart").await.expect(200);
    assert_eq!(cart.at("/item_count"), &json!(3));
    // A request that was suspended during the checkout resumes.
    shop.state().carts.remove_purchased(&order, shop.state().now()).await.expect("an update");
    shop.state().carts.skip_purchase(&order).await.expect("an update");
    assert_eq!(ada.get("/cart").await.expect(200).body, cart.body);
    // The next purchase of the cart is another one.
    assert_eq!(buy(&ada, "k2").await.expect(201).at("/items/0/quantity"), &json!(3));
}
