//! Telemetry: one log line per request, and the metrics that CloudWatch counts.

use crate::leaks::{listen, log};
use crate::orders::buyers::{buy, buyer};
use crate::stripe_webhook::{deliver, event};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use serde_json::{Value, json};

/// The lines with a message, as JSON.
fn lines(log: &[String], message: &str) -> Vec<Value> {
    let all = log.iter().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    all.filter(|line| line["fields"]["message"] == message).collect()
}

/// The names of the recorded metrics.
fn metrics(log: &[String]) -> Vec<String> {
    let all = log.iter().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let lines = all.filter(|line| line["target"] == "metrics");
    lines.map(|line| line["fields"]["metric"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn every_request_is_logged_in_one_line() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let me = ada.get("/auth/me").await.expect(200);
    shop.visitor().get("/orders/0123456789abcdef01234567").await.expect(401);
    shop.visitor().get("/nowhere").await.expect(404);
    let log = log(&heard);
    let lines: Vec<Value> = lines(&log, "answered").into_iter().map(|line| line["fields"].clone()).collect();
    let [registered, succeeded, unauthenticated, unrouted] = lines.as_slice() else { panic!("{lines:#?}") };

    assert_eq!((&succeeded["method"], &succeeded["route"]), (&json!("GET"), &json!("/api/v1/auth/me")));
    assert_eq!((&succeeded["status"], &succeeded["user_id"]), (&json!(200), me.at("/id")));
    // One call reads the session, the other the user.
    assert_eq!((&succeeded["database_calls"], &succeeded["stripe_calls"]), (&json!(2), &json!(0)));
    assert!(registered["database_calls"].as_u64() >= Some(2), "{registered}");
    assert!(registered["millis"].is_u64() && registered["database_millis"].is_u64());

    assert_eq!(unauthenticated["route"], "/api/v1/orders/{id}");
    assert_eq!(unauthenticated["path"], "/api/v1/orders/0123456789abcdef01234567");
    assert!(unauthenticated.get("user_id").is_none() && unauthenticated["database_calls"] == 0, "{unauthenticated}");
    assert_eq!((&unrouted["route"], &unrouted["status"]), (&json!(""), &json!(404)));
}

#[tokio::test]
async fn every_business_event_is_counted_once() {
    let (_listening, heard) = listen();
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    shop.customer("ada").await;
    drop(log(&heard));

    let wrong = json!({ "email": "ada@example.com", "password": "wrong horse" });
    shop.visitor().post("/auth/login", wrong).await.expect(401);
    assert_eq!(metrics(&log(&heard)), ["LoginFailures"]);

    let right = json!({ "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/login", right).await.expect(200);
    let token = json!({ "refresh_token": session.text("/refresh_token") });
    shop.visitor().post("/auth/refresh", token.clone()).await.expect(200);
    assert_eq!(metrics(&log(&heard)), Vec::<String>::new(), "the first use of a token");
    shop.visitor().post("/auth/refresh", token.clone()).await.expect(200);
    assert_eq!(metrics(&log(&heard)), ["RepeatedRefreshes"]);

    shop.visitor().post("/webhooks/stripe", json!({})).await.expect(400);
    assert_eq!(metrics(&log(&heard)), ["RejectedSignatures"]);

    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 2)])).await;
    let grace = buyer(&shop, "grace", &tee, 2).await;
    let order = buy(&grace, "k1").await.expect(201);
    assert_eq!(metrics(&log(&heard)), ["OrdersPlaced"]);
    buy(&grace, "k1").await.expect(201);
    assert_eq!(metrics(&log(&heard)), Vec::<String>::new(), "the same order again");

    let line = json!({ "product_id": tee.id.to_string(), "variant_sku": "TEE-M", "quantity": 1 });
    grace.post("/cart/items", line).await.expect(409);
    assert_eq!(metrics(&log(&heard)), ["RejectedForStock"]);

    let mut paid = event("evt_1", "payment_intent.succeeded", &order, |_| {});
    paid["created"] = json!(shop.state().now().as_seconds() - 2);
    deliver(&shop, &paid).await.expect(200);
    assert_eq!(metrics(&log(&heard)), ["WebhookLag", "OrdersPaid", "RevenueMinorUnits"]);
    deliver(&shop, &paid).await.expect(200);
    assert_eq!(metrics(&log(&heard)), ["WebhookLag"], "the same event again");

    let other = event("evt_2", "payment_intent.succeeded", &order, |intent| intent["amount_received"] = json!(1));
    deliver(&shop, &other).await.expect(200);
    assert_eq!(metrics(&log(&heard)), ["AmountMismatches"]);
}
