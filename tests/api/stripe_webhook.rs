//! `POST /webhooks/stripe`

mod disputes;
mod effects;
mod foreign_intents;
mod mismatches;
mod refunds;
mod restricted_key;
mod signatures;

use axum::http::Request;
use ferrocart_tests::{Answer, TestShop};
use serde_json::{Value, json};

/// An event about an order's payment intent, as Stripe sends it; `change` edits the intent.
pub(crate) fn event(id: &str, kind: &str, order: &Answer, change: impl FnOnce(&mut Value)) -> Value {
    let cents = order.at("/total_amount").to_string().replace('.', "").parse::<i64>().expect("an amount");
    let mut intent = json!({
        "id": order.text("/payment/intent_id"), "object": "payment_intent", "status": "succeeded",
        "amount": cents, "amount_received": cents, "currency": "usd", "livemode": false,
        "metadata": { "order_id": order.text("/id") },
    });
    change(&mut intent);
    json!({ "id": id, "object": "event", "type": kind, "livemode": false, "data": { "object": intent } })
}

/// Posts an event with a current signature.
pub(crate) async fn deliver(shop: &TestShop, event: &Value) -> Answer {
    let body = event.to_string();
    let signature = stripe_stand_in::sign("whsec_local", shop.state().now().as_seconds(), &body);
    post(shop, &signature, body).await
}

async fn post(shop: &TestShop, signature: &str, body: String) -> Answer {
    let request = Request::post("/api/v1/webhooks/stripe").header("stripe-signature", signature).body(body.into());
    shop.visitor().send_raw(request.expect("a request")).await
}
