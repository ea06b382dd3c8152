//! The function `mailer`: it sends each notification once, and records what became of it.

mod account_links;
mod hostile_input;
mod query_plans;
mod suppression;
mod templates;

use crate::admin::refund_order::Sale;
use crate::sale::{paid_sale_at, unpaid_sale_at};
use axum::http::Method;
use ferrocart::domain::notification::Notification;
use ferrocart_tests::{MAIL, Stripe, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The settings of a shop that sends mail to SES at this URL.
pub(crate) fn mail_settings(ses: &str) -> Vec<(&str, &str)> {
    let access = [
        ("AWS_ENDPOINT_URL_SESV2", ses),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
    ];
    [MAIL, &access].concat()
}

/// Starts a SES that gives this response to each mail.
async fn ses_responding(response: ResponseTemplate) -> MockServer {
    let ses = MockServer::start().await;
    let send = Mock::given(method("POST")).and(path("/v2/email/outbound-emails"));
    send.respond_with(response).mount(&ses).await;
    ses
}

/// Starts a SES that accepts each mail.
async fn ses() -> MockServer {
    ses_responding(ResponseTemplate::new(200).set_body_json(json!({ "MessageId": "1" }))).await
}

async fn shop_with(ses: &MockServer) -> (TestShop, Stripe) {
    TestShop::open_with_stripe_and(&mail_settings(&ses.uri())).await
}

/// Runs the function as its schedule does. The mails that verify the addresses of new accounts are not counted.
async fn run(shop: &TestShop) -> Value {
    let verifications = doc! { "notifications.kind": "verify_email" };
    shop.database().collection::<Document>("account_mails").delete_many(verifications).await.expect("a deletion");
    ferrocart_mailer::run(shop.state().clone(), json!({})).await.expect("a report")
}

/// Returns the mails that SES has received.
async fn mails(ses: &MockServer) -> Vec<Value> {
    let requests = ses.received_requests().await.expect("requests");
    requests.iter().map(|request| request.body_json().expect("JSON")).collect()
}

fn subjects(mails: &[Value]) -> Vec<&str> {
    mails.iter().map(|mail| mail["Content"]["Simple"]["Subject"]["Data"].as_str().expect("a subject")).collect()
}

async fn notifications(sale: &Sale) -> Vec<Notification> {
    let order = sale.shop.state().orders.get(sale.id.parse().expect("an id")).await.expect("a result");
    order.expect("an order").notifications
}

/// Returns the state and the reason of each notification of an order.
async fn states(sale: &Sale) -> Vec<(&'static str, Option<&'static str>)> {
    let state = |it: Notification| (it.state.as_str(), it.reason.map(|reason| reason.as_str()));
    notifications(sale).await.into_iter().map(state).collect()
}

/// Lets the notifications of all orders be due again, and as old as given.
async fn age(shop: &TestShop, age: Duration) {
    let then: DateTime = DateTime::from_millis(shop.state().now().minus(age).as_millis());
    let set = doc! { "$set": { "notifications.$[due].due_at": then, "notifications.$[due].created_at": then } };
    let orders = shop.database().collection::<Document>("orders");
    let due = orders
        .update_many(doc! { "notifications.due_at": { "$exists": true } }, set)
        .array_filters([doc! { "due.due_at": { "$exists": true } }]);
    due.await.expect("an update");
}

#[tokio::test]
async fn a_buyer_gets_each_mail_once_and_in_order() {
    let ses = ses().await;
    let sale = paid_sale_at(shop_with(&ses).await).await;
    let tracking = json!({ "carrier": "UPS", "number": "1Z999", "url": "https://ups.example/track/1Z999" });
    let ship = json!({ "status": "shipped", "tracking": tracking });
    sale.admin.put(&format!("/admin/orders/{}", sale.id), ship).await.expect(200);
    assert_eq!(run(&sale.shop).await, json!({ "sent": 3, "suppressed": 0, "retried": 0, "failed": 0 }));
    assert_eq!(run(&sale.shop).await, json!({ "sent": 0, "suppressed": 0, "retried": 0, "failed": 0 }));
    let mails = mails(&ses).await;
    let number = sale.order().await.text("/order_number");
    assert_eq!(
        subjects(&mails),
        [
            format!("Your order {number} at Harbor Goods"),
            format!("We have received your payment for order {number}"),
            format!("Your order {number} is on its way"),
        ]
    );
    for mail in &mails {
        assert_eq!(mail["Destination"], json!({ "ToAddresses": ["ada@example.com"] }));
        assert_eq!(mail["FromEmailAddress"], "=?UTF-8?B?SGFyYm9yIEdvb2Rz?= <orders@shop.example.com>");
        let body = &mail["Content"]["Simple"]["Body"];
        let link = format!("https://shop.example.com/orders/{}", sale.id);
        for part in ["Html", "Text"] {
            // The template engine also escapes the slashes of URLs.
            let content = body[part]["Data"].as_str().expect("a part").replace("&#x2f;", "/");
            assert!(content.contains(&link) && content.contains("30.00 USD") && content.contains("Tee"), "{content}");
        }
    }
    assert!(mails[2].to_string().contains("https://ups.example/track/1Z999"));
    assert_eq!(states(&sale).await, [("sent", None); 3]);
    let ids: Vec<String> = notifications(&sale).await.iter().map(|it| it.id.to_string()).collect();
    let tags: Vec<&Value> = mails.iter().map(|mail| &mail["EmailTags"][0]["Value"]).collect();
    assert_eq!(tags, ids.iter().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_runs_send_each_mail_once() {
    let ses = ses().await;
    let sale = paid_sale_at(shop_with(&ses).await).await;
    let reports = join_all((0..4).map(|_| run(&sale.shop))).await;
    assert_eq!(reports.iter().filter_map(|report| report["sent"].as_u64()).sum::<u64>(), 2);
    assert_eq!(mails(&ses).await.len(), 2);
}

#[tokio::test]
async fn a_mail_about_an_account_is_sent_to_it() {
    let ses = ses().await;
    let shop = TestShop::open_with(&mail_settings(&ses.uri())).await;
    let ada = shop.customer("ada").await;
    let change = json!({ "current_password": "correct horse", "new_password": "another horse" });
    ada.put("/auth/me/password", change).await.expect(204);
    assert_eq!(run(&shop).await["sent"], 1);
    let mails = mails(&ses).await;
    assert_eq!(subjects(&mails), ["Your password at Harbor Goods was changed"]);
    assert_eq!(mails[0]["Destination"]["ToAddresses"], json!(["ada@example.com"]));
    assert_eq!(run(&shop).await["sent"], 0);
}

#[tokio::test]
async fn an_outage_delays_a_mail_and_fails_no_order() {
    let ses = ses_responding(ResponseTemplate::new(503)).await;
    let sale = paid_sale_at(shop_with(&ses).await).await;
    // The mail about the payment waits for that about the order.
    assert_eq!(run(&sale.shop).await["retried"], 1);
    let [placed, paid] = notifications(&sale).await.try_into().expect("two notifications");
    assert_eq!((placed.state.as_str(), placed.attempts), ("due", 1));
    assert_eq!((paid.state.as_str(), paid.attempts), ("due", 0));
    assert!(placed.due_at > Some(sale.shop.state().now().plus(Duration::from_secs(50))));
    assert_eq!(sale.order().await.at("/status"), "processing");
    // Its time has not come.
    assert_eq!(run(&sale.shop).await["retried"], 1);
    assert_eq!(run(&sale.shop).await["retried"], 0);
    age(&sale.shop, Duration::from_mins(5)).await;
    ses.reset().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "MessageId": "1" })))
        .mount(&ses)
        .await;
    assert_eq!(run(&sale.shop).await["sent"], 2);
    assert_eq!(states(&sale).await, [("sent", None); 2]);
}

#[tokio::test]
async fn a_mail_that_ses_rejects_for_good_is_not_repeated() {
    let rejection = ResponseTemplate::new(400).insert_header("x-amzn-errortype", "BadRequestException");
    let ses = ses_responding(rejection.set_body_json(json!({ "message": "invalid" }))).await;
    let sale = unpaid_sale_at(shop_with(&ses).await).await;
    assert_eq!(run(&sale.shop).await["failed"], 1);
    assert_eq!(run(&sale.shop).await["failed"], 0);
    assert_eq!(states(&sale).await, [("failed", Some("rejected"))]);
}

#[tokio::test]
async fn a_mail_that_was_due_while_the_shop_sent_none_is_outdated() {
    let ses = ses().await;
    let sale = unpaid_sale_at(shop_with(&ses).await).await;
    age(&sale.shop, Duration::from_hours(4 * 24)).await;
    assert_eq!(run(&sale.shop).await["suppressed"], 1);
    assert_eq!(states(&sale).await, [("suppressed", Some("outdated"))]);
    assert!(mails(&ses).await.is_empty());
}

#[tokio::test]
async fn a_failed_payment_is_obsolete_once_the_order_is_paid() {
    let ses = ses().await;
    let sale = unpaid_sale_at(shop_with(&ses).await).await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa_chargeDeclined").await;
    sale.deliver_latest("payment_intent.payment_failed").await.expect(200);
    sale.stripe.confirm(&sale.intent, "pm_card_visa").await;
    sale.deliver_latest("payment_intent.succeeded").await.expect(200);
    run(&sale.shop).await;
    assert_eq!(states(&sale).await, [("sent", None), ("suppressed", Some("obsolete")), ("sent", None)]);
}

#[tokio::test]
async fn the_mail_about_a_failed_payment_leads_to_the_payment() {
    let ses = ses().await;
    let sale = unpaid_sale_at(shop_with(&ses).await).await;
    sale.stripe.confirm(&sale.intent, "pm_card_visa_chargeDeclined").await;
    sale.deliver_latest("payment_intent.payment_failed").await.expect(200);
    run(&sale.shop).await;
    let link = format!("https://shop.example.com/orders/{}/pay", sale.id);
    assert!(mails(&ses).await[1].to_string().contains(&link));
}

#[tokio::test]
async fn a_deleted_account_gets_no_mail() {
    let ses = ses().await;
    let sale = unpaid_sale_at(shop_with(&ses).await).await;
    let delete = Some(json!({ "password": "correct horse" }));
    sale.buyer.send(Method::DELETE, "/auth/me", delete).await.expect(204);
    assert_eq!(run(&sale.shop).await["suppressed"], 1);
    assert_eq!(states(&sale).await, [("suppressed", Some("no_recipient"))]);
}

#[tokio::test]
async fn a_shop_without_mail_has_nothing_to_run() {
    let shop = TestShop::open().await;
    let error = ferrocart_mailer::run(shop.state().clone(), json!({})).await.expect_err("no sender");
    assert!(error.to_string().contains("not configured"), "{error}");
}
