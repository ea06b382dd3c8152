//! `POST /admin/orders/{id}/refunds`

use crate::orders::buyers::stock_left;
use crate::sale::{paid_sale_at, unpaid_sale_at};
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::RefundId;
use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::sample::{order as order_of, product};
use ferrocart_tests::{Answer, Client, Stripe, TestShop};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A shop that has sold three of five tees to Ada for 30 dollars.
pub(crate) struct Sale {
    pub(crate) shop: TestShop,
    pub(crate) stripe: Stripe,
    pub(crate) tee: ProductDoc,
    pub(crate) buyer: Client,
    pub(crate) admin: Client,
    pub(crate) id: String,
    pub(crate) intent: String,
}

/// Creates a sale that is not paid.
pub(crate) async fn unpaid_sale() -> Sale {
    unpaid_sale_at(TestShop::open_with_stripe().await).await
}

/// Creates a sale that is paid and not shipped.
pub(crate) async fn paid_sale() -> Sale {
    paid_sale_at(TestShop::open_with_stripe().await).await
}

impl Sale {
    /// Requests a refund with an idempotency key of its own.
    pub(crate) async fn refund(&self, refund: Value) -> Answer {
        self.refund_with_key(&ferrocart::db::new_id::<RefundId>().to_string(), refund).await
    }

    pub(crate) async fn refund_with_key(&self, key: &str, refund: Value) -> Answer {
        let admin = self.admin.with_header("idempotency-key", key);
        admin.post(&format!("/admin/orders/{}/refunds", self.id), refund).await
    }

    pub(crate) async fn order(&self) -> Answer {
        self.admin.get(&format!("/admin/orders/{}", self.id)).await.expect(200)
    }

    pub(crate) async fn set_status(&self, status: &str) -> Answer {
        self.admin.put(&format!("/admin/orders/{}", self.id), json!({ "status": status })).await
    }

    pub(crate) async fn ship(&self) -> Answer {
        self.set_status("shipped").await
    }

    /// Makes the next `POST` to a path of Stripe's API fail.
    pub(crate) async fn fault(&self, path: &str, action: &str) {
        self.stripe.order_fault(&json!({ "path": path, "method": "POST", "action": action })).await;
    }

    /// Makes Stripe reject the next refund for good, with the code `charge_not_refundable`.
    pub(crate) async fn reject_refund(&self) {
        let rejection = json!({
            "path": "/v1/refunds", "method": "POST", "action": "reject", "message": "No", "code": "charge_not_refundable",
        });
        self.stripe.order_fault(&rejection).await;
    }

    pub(crate) async fn stock(&self) -> u32 {
        stock_left(&self.shop, &self.tee).await
    }

    /// The sum of the refunds at Stripe, in cents.
    pub(crate) async fn refunded_at_stripe(&self) -> i64 {
        self.stripe.refunds(&self.intent).await.iter().filter_map(|refund| refund["amount"].as_i64()).sum()
    }
}

#[tokio::test]
async fn a_partial_refund_is_followed_by_a_refund_of_the_rest() {
    let sale = paid_sale().await;
    let part = sale.refund(json!({ "amount": 9.99, "reason": "a scratch" })).await.expect(201);
    assert_snapshot!(part.shown());
    let rest = sale.refund(json!({})).await.expect(201);
    assert_eq!((rest.at("/amount"), rest.at("/refunded_amount")), (&json!(20.01), &json!(30.0)));
    assert_eq!((rest.at("/refundable_amount"), rest.at("/payment_status")), (&json!(0.0), &json!("refunded")));
    assert_eq!(sale.refunded_at_stripe().await, 3000);
    assert_eq!(sale.stock().await, 2);
    assert_snapshot!(sale.order().await.shown());
}

#[tokio::test]
async fn a_refund_over_the_rest_is_rejected_with_the_refundable_amount() {
    let sale = paid_sale().await;
    sale.refund(json!({ "amount": 20 })).await.expect(201);
    let rejected = sale.refund(json!({ "amount": 10.01 })).await;
    assert_snapshot!(rejected.shown());
    sale.refund(json!({ "amount": 10 })).await.expect(201);
    for refund in [json!({}), json!({ "amount": 0.01 })] {
        let rejected = sale.refund(refund).await.expect(409);
        assert_eq!(
            (rejected.at("/code"), rejected.at("/refundable_amount")),
            (&json!("refund_exceeds_paid"), &json!(0.0))
        );
    }
    assert_eq!(sale.refunded_at_stripe().await, 3000);
}

#[tokio::test]
async fn an_unpaid_order_cannot_be_refunded() {
    let sale = unpaid_sale().await;
    assert_eq!(sale.refund(json!({})).await.expect(409).at("/code"), "order_not_paid");
    assert_eq!(sale.order().await.at("/refundable_amount"), &json!(0.0));
    sale.set_status("cancelled").await.expect(200);
    assert_eq!(sale.refund(json!({})).await.expect(409).at("/code"), "order_not_paid");
    sale.admin.post("/admin/orders/0123456789abcdef01234567/refunds", json!({})).await.expect(404);
    sale.admin.post("/admin/orders/1/refunds", json!({})).await.expect(404);
}

#[tokio::test]
async fn every_invalid_field_is_reported() {
    let sale = paid_sale().await;
    for (body, pointer, code) in [
        (json!({ "amount": 0 }), "/amount", "too_small"),
        (json!({ "amount": -1 }), "/amount", "too_small"),
        (json!({ "amount": 1.999 }), "/amount", "too_many_decimals"),
        (json!({ "amount": "1" }), "/amount", "invalid_type"),
        (json!({ "amount": { "$gt": 0 } }), "/amount", "invalid_type"),
        (json!({ "reason": "x".repeat(201) }), "/reason", "too_long"),
        (json!({ "restock": "yes" }), "/restock", "invalid_type"),
        (json!({ "currency": "usd" }), "/currency", "unknown"),
    ] {
        let rejected = sale.refund(body.clone()).await.expect(422);
        assert_eq!(
            (rejected.text("/errors/0/pointer"), rejected.text("/errors/0/code")),
            (pointer.into(), code.into())
        );
    }
    assert_eq!(sale.refunded_at_stripe().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_16_concurrent_refunds_of_a_third_three_succeed() {
    let sale = paid_sale().await;
    let answers = join_all((0..16).map(|_| sale.refund(json!({ "amount": 10 })))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
    for rejected in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((rejected.status.as_u16(), rejected.at("/code")), (409, &json!("refund_exceeds_paid")));
    }
    assert_eq!(sale.refunded_at_stripe().await, 3000);
    assert_eq!(sale.order().await.at("/refunded_amount"), &json!(30.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_concurrent_requests_with_one_key_refund_once() {
    let sale = paid_sale().await;
    let body = json!({ "amount": 10, "reason": "late", "restock": true });
    let answers = join_all((0..12).map(|_| sale.refund_with_key("k", body.clone()))).await;
    let first = answers.first().expect("an answer").text("/id");
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.at("/id") == first.as_str()));
    let replayed = answers.iter().filter(|answer| answer.headers.contains_key("idempotent-replayed")).count();
    assert_eq!((replayed, sale.refunded_at_stripe().await, sale.stock().await), (11, 1000, 5));
    let other = sale.refund_with_key("k", json!({ "amount": 11, "reason": "late", "restock": true })).await.expect(422);
    assert_eq!(other.at("/code"), "idempotency_key_reused");
    sale.refund_with_key("k2", body).await.expect(201);
    assert_eq!((sale.refunded_at_stripe().await, sale.stock().await), (2000, 5));
}

#[tokio::test]
async fn refunds_and_a_cancellation_restock_once() {
    let sale = paid_sale().await;
    let first = sale.refund(json!({ "amount": 1, "restock": true })).await.expect(201);
    assert_eq!((first.at("/restocked"), sale.stock().await), (&json!(true), 5));
    let second = sale.refund(json!({ "amount": 1, "restock": true })).await.expect(201);
    assert_eq!((second.at("/restocked"), sale.stock().await), (&json!(false), 5));
    // Restocked goods cannot be shipped.
    let held = sale.ship().await.expect(409);
    assert_eq!((held.at("/code"), held.at("/reason")), (&json!("order_on_hold"), &json!("restocked")));
    let cancelled = sale.set_status("cancelled").await.expect(200);
    assert_eq!((cancelled.at("/refunded_amount"), cancelled.at("/payment/status")), (&json!(30.0), &json!("refunded")));
    assert_eq!((cancelled.at("/refunds/2/amount"), sale.stock().await), (&json!(28.0), 5));
    assert_eq!(sale.refunded_at_stripe().await, 3000);
    assert_eq!(sale.refund(json!({ "restock": true })).await.expect(409).at("/code"), "refund_exceeds_paid");
    assert_eq!(sale.stock().await, 5);
}

#[tokio::test]
async fn a_rejected_refund_neither_restocks_nor_blocks_shipping() {
    let sale = paid_sale().await;
    sale.reject_refund().await;
    let rejected = sale.refund(json!({ "restock": true })).await.expect(409);
    assert_eq!(rejected.at("/reason"), "charge_not_refundable");
    let order = sale.order().await;
    assert_eq!((order.at("/refunds/0/restocked"), sale.stock().await), (&json!(false), 2));
    sale.ship().await.expect(200);
}

#[tokio::test]
async fn a_pending_refund_restocks_and_blocks_shipping_until_sent() {
    for action in ["drop_before", "drop_after"] {
        let sale = paid_sale().await;
        sale.fault("/v1/refunds", action).await;
        let pending = sale.refund(json!({ "amount": 1, "restock": true })).await.expect(201);
        assert_eq!((pending.at("/restocked"), sale.stock().await), (&json!(false), 2), "{action}");
        assert_eq!(sale.ship().await.expect(409).at("/reason"), "restocked");
        let runs = (0..3).map(|_| ferrocart_maintenance::run(sale.shop.state().clone()));
        assert!(join_all(runs).await.iter().all(Result::is_ok));
        assert_eq!((sale.order().await.at("/refunds/0/restocked"), sale.stock().await), (&json!(true), 5), "{action}");
    }
}

#[tokio::test]
async fn a_late_refund_does_not_restock_a_cancelled_order_again() {
    let sale = paid_sale().await;
    sale.fault("/v1/refunds", "drop_before").await;
    sale.refund(json!({ "amount": 1, "restock": true })).await.expect(201);
    sale.set_status("cancelled").await.expect(200);
    ferrocart_maintenance::run(sale.shop.state().clone()).await.expect("a report");
    assert_eq!((sale.refunded_at_stripe().await, sale.stock().await), (3000, 5));
    assert_eq!(sale.order().await.at("/refunds/0/restocked"), &json!(false));
}

#[tokio::test]
async fn a_fully_refunded_order_can_be_cancelled_but_not_shipped() {
    let sale = paid_sale().await;
    sale.refund(json!({})).await.expect(201);
    let held = sale.ship().await.expect(409);
    assert_eq!((held.at("/code"), held.at("/reason")), (&json!("order_on_hold"), &json!("refunded")));
    let cancelled = sale.set_status("cancelled").await.expect(200);
    assert_eq!(cancelled.at("/refunds").as_array().map(Vec::len), Some(1));
    assert_eq!((sale.stock().await, sale.refunded_at_stripe().await), (5, 3000));
}

#[tokio::test]
async fn refunding_a_shipped_order_keeps_its_status() {
    let sale = paid_sale().await;
    sale.ship().await.expect(200);
    sale.refund(json!({ "restock": true })).await.expect(201);
    let order = sale.order().await;
    assert_eq!((order.at("/status"), order.at("/payment/status")), (&json!("shipped"), &json!("refunded")));
    assert_eq!(sale.stock().await, 5);
    sale.set_status("delivered").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_refund_and_cancellation_refund_the_payment_once() {
    for _ in 0..5 {
        let sale = paid_sale().await;
        let cancel = sale.set_status("cancelled");
        let (refund, cancelled) = futures_util::join!(sale.refund(json!({ "amount": 10, "restock": true })), cancel);
        assert_eq!(cancelled.status, 200);
        assert!([201, 409].contains(&refund.status.as_u16()), "{:#}", refund.body);
        assert_eq!((sale.refunded_at_stripe().await, sale.stock().await), (3000, 5));
        assert_eq!(sale.order().await.at("/refunded_amount"), &json!(30.0));
    }
}

#[tokio::test]
async fn a_refund_is_made_once_whichever_way_stripe_fails() {
    for (action, status) in [
        ("error_before", "pending"),
        ("error_after", "pending"),
        ("drop_before", "pending"),
        ("drop_after", "pending"),
        ("rate_limit", "pending"),
    ] {
        let sale = paid_sale().await;
        sale.fault("/v1/refunds", action).await;
        let refund = sale.refund_with_key("k", json!({ "amount": 10 })).await.expect(201);
        assert_eq!((refund.at("/status"), refund.at("/refundable_amount")), (&json!(status), &json!(20.0)), "{action}");
        let again = sale.refund_with_key("k", json!({ "amount": 10 })).await.expect(201);
        assert_eq!((again.at("/id"), again.at("/status")), (refund.at("/id"), &json!("succeeded")), "{action}");
        assert_eq!(sale.refunded_at_stripe().await, 1000, "{action}");
        assert_eq!(sale.order().await.at("/refunded_amount"), &json!(10.0), "{action}");
    }
}

#[tokio::test]
async fn an_order_without_a_stripe_payment_is_refunded_locally() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = shop.stock(product("Tee", 1000, &[("TEE-M", 5)])).await;
    let mut demo = order_of(ferrocart::db::new_id(), &tee, 2, OrderStatus::Delivered, shop.state().now());
    demo.transaction_id = None;
    let demo = shop.record(demo).await;
    let admin = admin.with_header("idempotency-key", "k");
    let refund = admin.post(&format!("/admin/orders/{}/refunds", demo.id), json!({ "amount": 5 })).await.expect(201);
    assert_eq!((refund.at("/status"), refund.at("/refunded_amount")), (&json!("succeeded"), &json!(5.0)));
}
