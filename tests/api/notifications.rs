//! Notifications: the update that makes one due records it.

use crate::admin::refund_order::Sale;
use crate::orders::buyers::{buy, buyer, count};
use crate::sale::{paid_sale_at, unpaid_sale_at};
use ferrocart::config::FirstAdminConfig;
use ferrocart::db::new_id;
use ferrocart::domain::notification::{Notification, NotificationKind, NotificationOutcome, NotificationReason};
use ferrocart_migrate::make_first_admin;
use ferrocart_tests::sample::product;
use ferrocart_tests::{MAIL, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::json;
use std::time::Duration;

async fn unpaid() -> Sale {
    unpaid_sale_at(TestShop::open_with_stripe_and(MAIL).await).await
}

async fn paid() -> Sale {
    paid_sale_at(TestShop::open_with_stripe_and(MAIL).await).await
}

/// Returns the kinds of an order's notifications, earliest first.
async fn kinds(sale: &Sale) -> Vec<&'static str> {
    notifications(sale).await.iter().map(|notification| notification.kind.as_str()).collect()
}

async fn notifications(sale: &Sale) -> Vec<Notification> {
    let order = sale.shop.state().orders.get(sale.id.parse().expect("an id")).await.expect("a result");
    order.expect("an order").notifications
}

/// Returns the kind and the recipient of each mail about an account, without those that verify the address of a new account.
async fn account_mails(shop: &TestShop) -> Vec<(&'static str, String)> {
    let due = shop.state().account_mails.due(shop.state().now(), 100).await.expect("a result");
    let mails = due.iter().map(|mail| (mail.notifications[0].kind.as_str(), mail.email.as_str().to_owned()));
    mails.filter(|(kind, _)| *kind != "verify_email").collect()
}

#[tokio::test]
async fn each_transition_of_an_order_records_a_notification() {
    let sale = unpaid().await;
    assert_eq!(kinds(&sale).await, ["order_placed"]);
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    assert_eq!(kinds(&sale).await, ["order_placed", "order_paid"]);
    sale.ship().await.expect(200);
    sale.set_status("delivered").await.expect(200);
    assert_eq!(kinds(&sale).await, ["order_placed", "order_paid", "order_shipped", "order_delivered"]);
    // A rejected transition records nothing.
    sale.set_status("cancelled").await.expect(409);
    assert_eq!(kinds(&sale).await.len(), 4);
    assert!(notifications(&sale).await.iter().all(|it| it.due_at == Some(it.created_at) && it.attempts == 0));
}

#[tokio::test]
async fn a_cancelled_order_records_its_refund_when_it_succeeds() {
    let sale = paid().await;
    sale.stripe.order_fault(&json!({ "path": "/v1/refunds", "action": "drop_before" })).await;
    sale.set_status("cancelled").await.expect(200);
    assert_eq!(kinds(&sale).await, ["order_placed", "order_paid", "order_cancelled"]);
    sale.maintain().await;
    sale.maintain().await;
    assert_eq!(kinds(&sale).await, ["order_placed", "order_paid", "order_cancelled", "order_refunded"]);
}

#[tokio::test]
async fn each_refund_is_notified_once() {
    let sale = paid().await;
    let first = sale.refund_with_key("k1", json!({ "amount": 1.5 })).await.expect(201);
    sale.refund_with_key("k1", json!({ "amount": 1.5 })).await.expect(201);
    sale.refund(json!({ "amount": 2 })).await.expect(201);
    let refunds: Vec<_> = notifications(&sale).await.into_iter().filter_map(|it| it.refund).collect();
    assert_eq!(refunds.len(), 2);
    assert_eq!(refunds[0].to_string(), first.text("/id"));
    assert_ne!(refunds[0], refunds[1]);
}

#[tokio::test]
async fn of_several_failed_payments_the_first_is_notified() {
    let sale = unpaid().await;
    for _ in 0..2 {
        sale.stripe.confirm(&sale.intent, "pm_card_visa_chargeDeclined").await;
        sale.deliver_latest("payment_intent.payment_failed").await.expect(200);
    }
    assert_eq!(kinds(&sale).await, ["order_placed", "payment_failed"]);
}

#[tokio::test]
async fn a_free_order_is_notified_once() {
    let shop = TestShop::open_with(MAIL).await;
    let flyer = shop.stock(product("Flyer", 0, &[("FLYER", 5)])).await;
    let order = buy(&buyer(&shop, "ada", &flyer, 1).await, "k1").await.expect(201);
    assert_eq!(order.text("/status"), "processing");
    let stored = shop.state().orders.get(order.text("/id").parse().expect("an id")).await.expect("a result");
    let kinds: Vec<_> = stored.expect("an order").notifications.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [NotificationKind::OrderPlaced]);
}

#[tokio::test]
async fn changes_of_password_and_role_are_notified_until_the_account_is_deleted() {
    let shop = TestShop::open_with(MAIL).await;
    let (ada, admin) = (shop.customer("ada").await, shop.admin().await);
    let change = json!({ "current_password": "correct horse", "new_password": "another horse" });
    ada.put("/auth/me/password", change.clone()).await.expect(204);
    ada.put("/auth/me/password", change).await.expect(401);
    let path = format!("/admin/users/{}", shop.user_id("ada@example.com").await);
    for role in ["customer", "admin", "admin"] {
        admin.put(&path, json!({ "role": role })).await.expect(200);
    }
    let ada = |kind| (kind, "ada@example.com".to_owned());
    assert_eq!(account_mails(&shop).await, [ada("password_changed"), ada("new_administrator")]);

    let login = json!({ "email": "ada@example.com", "password": "another horse" });
    let session = shop.visitor().post("/auth/login", login).await.expect(200);
    let ada = shop.visitor().with_token(&session.text("/access_token"));
    let delete = Some(json!({ "password": "another horse" }));
    ada.send(axum::http::Method::DELETE, "/auth/me", delete).await.expect(204);
    assert_eq!(account_mails(&shop).await, []);
    // That of the administrator is left.
    assert_eq!(count(&shop, "account_mails", doc! {}).await, 1);
}

#[tokio::test]
async fn the_first_administrator_is_notified_once() {
    let shop = TestShop::open().await;
    let find = |name: &str| match name {
        "FIRST_ADMIN_EMAIL" => Some("first@example.com".to_owned()),
        "FIRST_ADMIN_PASSWORD" => Some("generated-by-the-deployment".to_owned()),
        "BCRYPT_COST" => Some("4".to_owned()),
        "MAIL" => Some("ses".to_owned()),
        _ => None,
    };
    let first = FirstAdminConfig::read(find).expect("good settings").expect("an administrator");
    for _ in 0..2 {
        make_first_admin(shop.database(), &first).await.expect("an account");
    }
    assert_eq!(account_mails(&shop).await, [("new_administrator", "first@example.com".to_owned())]);
}

#[tokio::test]
async fn a_shop_without_mail_records_nothing() {
    let sale = paid_sale_at(TestShop::open_with_stripe().await).await;
    sale.refund(json!({ "amount": 1 })).await.expect(201);
    sale.ship().await.expect(200);
    assert_eq!(kinds(&sale).await, [""; 0]);
    let change = json!({ "current_password": "correct horse", "new_password": "another horse" });
    sale.buyer.put("/auth/me/password", change).await.expect(204);
    assert_eq!(count(&sale.shop, "account_mails", doc! {}).await, 0);
    let stored = sale.shop.database().collection::<Document>("orders").find_one(doc! {}).await.expect("a result");
    assert!(!stored.expect("an order").contains_key("notifications"));
}

#[tokio::test]
async fn a_notification_is_leased_once_and_again_after_a_crash() {
    let sale = unpaid().await;
    let (orders, now, id) = (&sale.shop.state().orders, sale.shop.state().now(), sale.id.parse().expect("an id"));
    let [due] = notifications(&sale).await.try_into().expect("one notification");
    let leases = join_all((0..4).map(|_| orders.lease_notification(id, &due, now))).await;
    let leased: Vec<_> = leases.into_iter().filter_map(|lease| lease.expect("a result")).collect();
    assert_eq!(leased.len(), 1);
    let first = leased[0].notifications[0].clone();
    assert_eq!((first.state.as_str(), first.attempts), ("sending", 1));
    assert!(orders.with_due_notifications(now, 10).await.expect("a result").is_empty());

    // The run has crashed, and its lease has ended.
    let later = now.plus(Duration::from_mins(3));
    assert_eq!(orders.with_due_notifications(later, 10).await.expect("a result").len(), 1);
    let again = orders.lease_notification(id, &first, later).await.expect("a result").expect("a lease");
    let again = again.notifications[0].clone();
    assert_eq!(again.attempts, 2);
    // The first run was merely slow: its result comes too late.
    orders.end_notification(id, &first, NotificationOutcome::Sent, later).await.expect("a result");
    assert_eq!(notifications(&sale).await[0].state.as_str(), "sending");
    orders.end_notification(id, &again, NotificationOutcome::Sent, later).await.expect("a result");
    let [sent] = notifications(&sale).await.try_into().expect("one notification");
    assert_eq!((sent.state.as_str(), sent.due_at, sent.ended_at), ("sent", None, Some(later)));
    assert!(orders.with_due_notifications(later, 10).await.expect("a result").is_empty());
}

#[tokio::test]
async fn attempts_are_repeated_until_the_notification_has_failed() {
    let sale = unpaid().await;
    let (orders, mut now, id) = (&sale.shop.state().orders, sale.shop.state().now(), sale.id.parse().expect("an id"));
    let mut attempts = 0;
    let end = loop {
        let [due] = notifications(&sale).await.try_into().expect("one notification");
        let Some(next) = due.due_at else { break due };
        now = now.max(next);
        let leased = orders.lease_notification(id, &due, now).await.expect("a result").expect("a lease");
        let outcome = NotificationOutcome::FailedForNow;
        orders.end_notification(id, &leased.notifications[0], outcome, now).await.expect("a result");
        attempts += 1;
    };
    assert_eq!((end.state.as_str(), end.reason), ("failed", Some(NotificationReason::Unavailable)));
    assert_eq!((end.attempts, attempts), (8, 8));
}

#[tokio::test]
async fn a_mail_about_an_account_is_recorded_with_its_transaction() {
    let shop = TestShop::open_with(MAIL).await;
    let state = shop.state();
    let (kind, email) = (NotificationKind::PasswordReset, "ada@example.com".parse().expect("an address"));
    let mut session = state.database.client().start_session().await.expect("a session");
    session.start_transaction().await.expect("a transaction");
    state.account_mails.record(Some(&mut session), kind, Some(new_id()), &email, state.now()).await.expect("a record");
    session.abort_transaction().await.expect("an end");
    assert_eq!(account_mails(&shop).await, []);
    state.account_mails.record(None, kind, None, &email, state.now()).await.expect("a record");
    assert_eq!(account_mails(&shop).await, [("password_reset", "ada@example.com".to_owned())]);
}
