//! Requests for links invoke `mailer` at once.

use super::account_links::shop_with_mail;
use axum::http::Method;
use serde_json::json;
use wiremock::matchers::{body_string, header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn lambda(status: u16) -> MockServer {
    let lambda = MockServer::start().await;
    let invocation = Mock::given(method("POST"))
        .and(path("/2015-03-31/functions/mailer/invocations"))
        .and(query_param("Qualifier", "live"))
        .and(header("x-amz-invocation-type", "Event"))
        .and(header_exists("authorization"))
        .and(body_string("{}"));
    invocation.respond_with(ResponseTemplate::new(status)).mount(&lambda).await;
    lambda
}

fn settings(lambda: &str) -> [(&str, &str); 5] {
    [
        ("MAILER_FUNCTION", "mailer"),
        ("AWS_ENDPOINT_URL_LAMBDA", lambda),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
    ]
}

#[tokio::test]
async fn each_mail_with_a_link_invokes_the_mailer_whether_or_not_it_can_be_reached() {
    for status in [202, 500] {
        let lambda = lambda(status).await;
        let shop = shop_with_mail(&settings(&lambda.uri())).await;
        let ada = shop.customer("ada").await;
        for email in ["ada@example.com", "nemo@example.com"] {
            shop.visitor().post("/auth/password-reset", json!({ "email": email })).await.expect(202);
        }
        ada.send(Method::POST, "/auth/email/verify/resend", None).await.expect(202);
        for email in ["lovelace@example.com", "ada@example.com"] {
            ada.put("/auth/me/email", json!({ "email": email, "password": "correct horse" })).await.expect(202);
        }
        assert_eq!(lambda.received_requests().await.expect("requests").len(), 6);
    }
}
