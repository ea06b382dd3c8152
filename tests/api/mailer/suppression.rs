//! Addresses that get no mail, and addresses that SES does not support.

use super::{mails, run, ses, shop_with, states};
use crate::orders::buyers::{buy, count};
use crate::sale::unpaid_sale_at;
use ferrocart::db::new_id;
use ferrocart::db::orders::Guest;
use ferrocart::domain::email::Email;
use ferrocart::domain::notification::{Notification, NotificationKind};
use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, order, product};
use mongodb::bson::doc;
use serde_json::{Value, json};
use std::time::Duration;

/// Reports to the function what happened to a mail, as SNS does.
async fn report(shop: &TestShop, feedback: &Value) -> Value {
    let event = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": feedback.to_string() } }] });
    ferrocart_mailer::run(shop.state().clone(), event).await.expect("a report")
}

fn bounce(kind: &str, address: &str) -> Value {
    json!({ "eventType": "Bounce", "bounce": {
        "bounceType": kind, "bouncedRecipients": [{ "emailAddress": address, "status": "5.1.1" }],
    } })
}

fn complaint(address: &str) -> Value {
    json!({ "eventType": "Complaint", "complaint": { "complainedRecipients": [{ "emailAddress": address }] } })
}

#[tokio::test]
async fn an_address_gets_no_mail_after_a_bounce_or_a_complaint() {
    for feedback in [bounce("Permanent", "Ada@example.com"), complaint("ada@example.com")] {
        let ses = ses().await;
        let sale = unpaid_sale_at(shop_with(&ses).await).await;
        assert_eq!(report(&sale.shop, &feedback).await, json!({ "addresses_suppressed": 1 }));
        assert_eq!(report(&sale.shop, &feedback).await, json!({ "addresses_suppressed": 1 }));
        assert_eq!(run(&sale.shop).await["suppressed"], 1);
        assert_eq!(states(&sale).await, [("suppressed", Some("suppressed_address"))]);
        assert!(mails(&ses).await.is_empty());
    }
}

#[tokio::test]
async fn an_address_gets_mail_after_a_bounce_that_may_pass() {
    let ses = ses().await;
    let sale = unpaid_sale_at(shop_with(&ses).await).await;
    for feedback in [
        bounce("Transient", "ada@example.com"),
        bounce("Permanent", "bob@example.com"),
        json!({ "eventType": "Delivery" }),
    ] {
        report(&sale.shop, &feedback).await;
    }
    assert_eq!(run(&sale.shop).await["sent"], 1);
}

#[tokio::test]
async fn reports_that_are_no_feedback_are_ignored() {
    let ses = ses().await;
    let (shop, _stripe) = shop_with(&ses).await;
    for message in ["Successfully validated SNS topic for Amazon SES event publishing.", "{}", "[]"] {
        let event = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": message } }] });
        let report = ferrocart_mailer::run(shop.state().clone(), event).await.expect("a report");
        assert_eq!(report, json!({ "addresses_suppressed": 0 }), "{message}");
    }
    assert_eq!(count(&shop, "mail_suppressions", doc! {}).await, 0);
}

#[tokio::test]
async fn internationalized_addresses_get_mail_if_ses_supports_them() {
    for (email, ascii) in [("ada@exämple.com", Some("ada@xn--exmple-cua.com")), ("zoë@example.com", None)] {
        let ses = ses().await;
        let (shop, _stripe) = shop_with(&ses).await;
        let account = json!({ "name": "Ada", "email": email, "password": "correct horse" });
        let session = shop.visitor().post("/auth/register", account).await.expect(201);
        let buyer = shop.visitor().with_token(&session.text("/access_token"));
        let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
        buyer.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
        let order = buy(&buyer, "k1").await.expect(201);
        assert_eq!(run(&shop).await["failed"], 0);
        let stored = shop.state().orders.get(order.text("/id").parse().expect("an id")).await.expect("a result");
        let notification = stored.expect("an order").notifications.remove(0);
        let sent: Vec<Value> =
            mails(&ses).await.iter().map(|mail| mail["Destination"]["ToAddresses"][0].clone()).collect();
        match ascii {
            Some(ascii) => assert_eq!((notification.state.as_str(), sent), ("sent", vec![json!(ascii)])),
            None => {
                let reason = notification.reason.map(|reason| reason.as_str());
                assert_eq!((notification.state.as_str(), reason), ("suppressed", Some("unsupported_address")));
                assert!(sent.is_empty());
            }
        }
    }
}

#[tokio::test]
async fn after_ten_orders_of_guests_within_an_hour_an_address_gets_no_mail() {
    let ses = ses().await;
    let (shop, _stripe) = shop_with(&ses).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 99)])).await;
    let email: Email = "guest@example.com".parse().expect("an address");
    let now = shop.state().now();
    for minutes in 0..12 {
        let placed = now.minus(Duration::from_mins(minutes));
        let mut order = order(new_id(), &mug, 1, OrderStatus::Pending, placed);
        order.guest = Some(Guest::new(email.clone()));
        order.notifications.push(Notification::new(new_id(), NotificationKind::OrderPlaced, now));
        shop.record(order).await;
    }
    assert_eq!(run(&shop).await, json!({ "sent": 10, "suppressed": 2, "retried": 0, "failed": 0 }));
}
