//! Proves that faults of Stripe duplicate no intent or refund, and leave no order in an intermediate state.
//!
//! The next call to an endpoint fails, is delayed beyond the shop's timeout, or loses its response, before or after its
//! effect. Each fault hits the creation of an intent, a cancellation, and a refund.

use ferrocart_chaos::{Outcome, World};
use serde_json::{Value, json};

const ACTIONS: [&str; 5] = ["error_before", "error_after", "rate_limit", "drop_before", "drop_after"];
/// A delay beyond the shop's timeout for Stripe.
const DELAY_MS: u64 = 6_000;

/// Returns all faults of the next call to that path: every action, and a delay before and after its effect.
fn faults(path: &str) -> Vec<Value> {
    let actions = ACTIONS.map(|action| json!({ "path": path, "action": action }));
    let delays = ["delay_before_ms", "delay_after_ms"].map(|when| json!({ "path": path, when: DELAY_MS }));
    [actions.to_vec(), delays.to_vec()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_placed_and_payable_after_any_fault_of_its_intent() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 99).await;
    for (number, fault) in faults("/v1/payment_intents").iter().enumerate() {
        let name = format!("buyer{number}");
        let buyer = world.buyer_with_cart(&name, &[(&tee, 1)]).await;
        world.stripe.inject_fault(fault).await;
        let placed = buyer.place_order(&name, &[("TEE", 1)]).await;
        assert_eq!(placed.expect_ok().pointer("/payment/client_secret"), Some(&Value::Null), "{fault}");
        if fault.get("delay_before_ms").is_some() {
            // While a call is running, Stripe rejects another one with the same idempotency key.
            world.stripe.wait_for_intents(number.saturating_add(1)).await;
        }
        let payment = buyer.request_payment(&placed.text("/id")).await;
        world.stripe.pay(&payment.text("/intent_id"), &payment.text("/client_secret"), "pm_card_visa").await;
    }
    let violations = world.check_after_expiry().await;
    assert!(violations.is_empty(), "{}", world.report(&violations));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_cancelled_after_any_fault_of_its_cancellation() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 99).await;
    for (number, fault) in faults("/v1/payment_intents/*/cancel").iter().enumerate() {
        let name = format!("buyer{number}");
        let buyer = world.buyer_with_cart(&name, &[(&tee, 1)]).await;
        let placed = buyer.place_order(&name, &[("TEE", 1)]).await;
        world.stripe.inject_fault(fault).await;
        let id = placed.text("/id");
        if !matches!(buyer.cancel(&id).await, Outcome::Ok(_)) {
            let repeated = buyer.cancel(&id).await;
            assert!(
                matches!(repeated, Outcome::Ok(_)) || repeated.code() == Some("invalid_transition"),
                "{fault}: {repeated:?}"
            );
        }
    }
    world.assert_invariants().await;
    assert!(world.snapshot().await.orders.iter().all(|order| order.status == "cancelled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_refunded_once_after_any_fault_of_its_refund() {
    let mut world = World::open().await;
    let tee = world.add_product("TEE", 1999, 99).await;
    let admin = world.admin("admin").await;
    let faults = faults("/v1/refunds");
    for (number, fault) in faults.iter().enumerate() {
        let name = format!("buyer{number}");
        let buyer = world.buyer_with_cart(&name, &[(&tee, 1)]).await;
        let placed = buyer.place_order(&name, &[("TEE", 1)]).await;
        let secret = placed.text("/payment/client_secret");
        world.stripe.pay(&placed.text("/payment/intent_id"), &secret, "pm_card_visa").await;
        world.stripe.wait_for_deliveries().await;
        world.stripe.inject_fault(fault).await;
        admin.update_order_status(&placed.text("/id"), "cancelled").await;
    }
    world.assert_invariants().await;
    let snapshot = world.snapshot().await;
    assert!(snapshot.orders.iter().all(|order| order.status == "cancelled" && order.payment == "refunded"));
    assert_eq!(snapshot.refunds.len(), faults.len());
}
