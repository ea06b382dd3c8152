//! The `Idempotency-Key` of `POST /admin/orders/{id}/refunds`: required with an amount.

use super::refund_order::{Sale, paid_sale};
use ferrocart_tests::Answer;
use serde_json::{Value, json};

async fn refund_without_key(sale: &Sale, refund: Value) -> Answer {
    sale.admin.post(&format!("/admin/orders/{}/refunds", sale.id), refund).await
}

#[tokio::test]
async fn a_refund_of_an_amount_requires_an_idempotency_key() {
    let sale = paid_sale().await;
    for refund in [json!({ "amount": 10 }), json!({ "amount": 30 }), json!({ "amount": 10, "restock": true })] {
        let rejected = refund_without_key(&sale, refund).await.expect(400);
        assert_eq!(rejected.at("/code"), "idempotency_key_required");
        assert!(rejected.text("/detail").contains("Idempotency-Key"), "{}", rejected.body);
    }
    assert_eq!((sale.refunded_at_stripe().await, sale.stock().await), (0, 2));
    // A repeated refund of the whole rest is rejected, because nothing is left.
    refund_without_key(&sale, json!({ "amount": null })).await.expect(201);
    let repeated = refund_without_key(&sale, json!({})).await.expect(409);
    assert_eq!(repeated.at("/code"), "refund_exceeds_paid");
    assert_eq!(sale.refunded_at_stripe().await, 3000);
}
