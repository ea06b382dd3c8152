//! What SES receives of names that try to be headers or HTML, and what the log contains of mails.

use super::{mail_settings, mails, ses, ses_responding};
use crate::cart::guest;
use crate::leaks::{listen, log};
use crate::orders::guest_orders::{guest_checkout, guest_request};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wiremock::ResponseTemplate;

/// A store, a product and a buyer with such names.
const HOSTILE: &str =
    "\"Eve\" <eve@example.com>, Bcc: all@example.com =?UTF-8?Q?=0D=0ABcc:_x?= {{ store }} </p><script>";

async fn send_due(shop: &TestShop) -> Value {
    ferrocart_mailer::run(shop.state().clone(), json!({})).await.expect("a report")
}

#[tokio::test]
async fn no_name_becomes_a_header_a_recipient_or_html() {
    let ses = ses().await;
    let (url, mut settings) = (ses.uri(), vec![("STORE_NAME", HOSTILE)]);
    settings.extend(mail_settings(&url));
    let shop = TestShop::open_with(&settings).await;
    let mug = shop.stock(product(HOSTILE, 850, &[("MUG", 9)])).await;
    let guest = guest(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let mut request = guest_request();
    request["shipping_address"]["name"] = json!(HOSTILE);
    request["email"] = json!("grace@example.com");
    guest.with_header("idempotency-key", "k1").post("/orders", request).await.expect(201);
    assert_eq!(send_due(&shop).await["sent"], 1);
    let mails = mails(&ses).await;
    let mail = mails[0].as_object().expect("an object");
    // No other recipient and no header of the caller's.
    let fields: BTreeSet<&str> = mail.keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["Content", "Destination", "EmailTags", "FromEmailAddress"]));
    assert_eq!(mail["Destination"], json!({ "ToAddresses": ["grace@example.com"] }));
    let (name, address) = mail["FromEmailAddress"].as_str().and_then(|from| from.split_once(" <")).expect("a sender");
    assert_eq!(address, "orders@shop.example.com>");
    assert!(name.split(' ').all(|word| word.starts_with("=?UTF-8?B?") && word.ends_with("?=")), "{name}");
    let simple = mail["Content"]["Simple"].as_object().expect("a simple mail");
    let fields: BTreeSet<&str> = simple.keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["Body", "Subject"]));
    let subject = simple["Subject"]["Data"].as_str().expect("a subject");
    // SES encodes the subject: what is no line break stays text.
    assert!(!subject.contains(['\r', '\n']) && subject.contains("{{ store }}"), "{subject}");
    let html = simple["Body"]["Html"]["Data"].as_str().expect("HTML");
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
}

#[tokio::test]
async fn the_log_of_the_mailer_contains_no_token_and_no_address() {
    let (_listening, heard) = listen();
    let quoting = json!({ "message": "Email address is not verified: guest@example.com, ada@example.com" });
    let rejection = ResponseTemplate::new(400).insert_header("x-amzn-errortype", "MessageRejected");
    for (response, outcome) in [
        (ResponseTemplate::new(200).set_body_json(json!({ "MessageId": "1" })), "sent"),
        (rejection.set_body_json(quoting), "retried"),
    ] {
        let ses = ses_responding(response).await;
        let shop = TestShop::open_with(&mail_settings(&ses.uri())).await;
        let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
        let guest = guest(&shop).await;
        guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
        let order = guest_checkout(&guest, "k1").await.expect(201);
        shop.customer("ada").await;
        shop.visitor().post("/auth/password-reset", json!({ "email": "ada@example.com" })).await.expect(202);
        assert_eq!(send_due(&shop).await[outcome], 3);
        let mails = Value::Array(mails(&ses).await).to_string();
        let token = mails.split("account_").nth(1).expect("a link").chars();
        let token: String = token.take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        assert_eq!(token.len(), 43);
        // The SDK logs bodies, at levels that no function enables.
        let lines: Vec<String> = log(&heard).into_iter().filter(|line| !line.contains("\"target\":\"aws_")).collect();
        assert!(lines.iter().any(|line| line.contains("mailer has finished a run")));
        let order_token = order.text("/order_token");
        let secrets = [token.as_str(), order_token.trim_start_matches("order_"), "guest@", "ada@", "Grace Hopper"];
        for secret in secrets {
            assert_eq!(lines.iter().find(|line| line.contains(secret)), None, "{secret}");
        }
    }
}
