//! `GET /admin/orders/{id}/mails` and `POST /admin/orders/{id}/mails/{mail_id}/resend`

use crate::admin::refund_order::Sale;
use crate::mailer::mail_settings;
use crate::sale::{paid_sale_at, unpaid_sale_at};
use axum::http::Method;
use ferrocart_tests::{Answer, TestShop};
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn list(sale: &Sale) -> Answer {
    sale.admin.get(&format!("/admin/orders/{}/mails", sale.id)).await.expect(200)
}

async fn resend(sale: &Sale, mail: &str) -> Answer {
    sale.admin.send(Method::POST, &format!("/admin/orders/{}/mails/{mail}/resend", sale.id), None).await
}

async fn ses() -> MockServer {
    let ses = MockServer::start().await;
    let accepted = ResponseTemplate::new(200).set_body_json(json!({ "MessageId": "1" }));
    Mock::given(any()).respond_with(accepted).mount(&ses).await;
    ses
}

async fn send_due(sale: &Sale) {
    ferrocart_mailer::run(sale.shop.state().clone(), json!({})).await.expect("a report");
}

#[tokio::test]
async fn the_mails_of_an_order_are_listed_with_their_states() {
    let ses = ses().await;
    let sale = paid_sale_at(TestShop::open_with_stripe_and(&mail_settings(&ses.uri())).await).await;
    send_due(&sale).await;
    sale.ship().await.expect(200);
    let mails = list(&sale).await;
    assert_snapshot!(mails.shown());
    assert_eq!(mails.at("/items/1/state"), "sent");
    assert_eq!(mails.at("/items/2/state"), "due");
}

#[tokio::test]
async fn a_mail_that_has_ended_is_sent_again() {
    let ses = ses().await;
    let sale = unpaid_sale_at(TestShop::open_with_stripe_and(&mail_settings(&ses.uri())).await).await;
    send_due(&sale).await;
    let sent = ses.received_requests().await.expect("requests").len();
    let first = list(&sale).await.text("/items/0/id");
    let again = resend(&sale, &first).await.expect(202);
    assert_eq!((again.at("/kind"), again.at("/state")), (&json!("order_placed"), &json!("due")));
    assert_ne!(again.text("/id"), first);
    // While it is on its way, there is no further one.
    for mail in [first.as_str(), &again.text("/id")] {
        assert_eq!(resend(&sale, mail).await.expect(202).at("/id"), again.at("/id"));
    }
    send_due(&sale).await;
    assert_eq!(ses.received_requests().await.expect("requests").len(), sent + 1);
    assert_eq!(list(&sale).await.at("/items").as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_requests_send_a_mail_again_once() {
    let ses = ses().await;
    let sale = unpaid_sale_at(TestShop::open_with_stripe_and(&mail_settings(&ses.uri())).await).await;
    send_due(&sale).await;
    let first = list(&sale).await.text("/items/0/id");
    let answers = join_all((0..4).map(|_| resend(&sale, &first))).await;
    let mails = list(&sale).await;
    assert_eq!(mails.at("/items").as_array().map(Vec::len), Some(2));
    for answer in answers {
        let answer = answer.expect(202);
        assert_eq!((answer.at("/id"), answer.at("/state")), (mails.at("/items/1/id"), &json!("due")));
    }
}

#[tokio::test]
async fn unknown_orders_and_mails_are_not_found() {
    let sale = unpaid_sale_at(TestShop::open_with_stripe().await).await;
    assert_eq!(list(&sale).await.at("/items"), &json!([]));
    let unknown = "010203040506070802000001";
    resend(&sale, unknown).await.expect(404);
    sale.admin.get(&format!("/admin/orders/{unknown}/mails")).await.expect(404);
    sale.buyer.get(&format!("/admin/orders/{}/mails", sale.id)).await.expect(403);
    let resend = format!("/admin/orders/{}/mails/{unknown}/resend", sale.id);
    sale.buyer.send(Method::POST, &resend, None).await.expect(403);
}
