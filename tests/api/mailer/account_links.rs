//! The links in mails about accounts: from the request to the effect.

use super::{mail_settings, mails, ses, subjects};
use crate::orders::buyers::count;
use ferrocart::db::suppressions::SuppressionReason;
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::MockServer;

const ADA: &str = "ada@example.com";
const NEW: &str = "ada@example.org";

async fn shop_with(ses: &MockServer) -> TestShop {
    TestShop::open_with(&mail_settings(&ses.uri())).await
}

async fn run(shop: &TestShop) -> Value {
    ferrocart_mailer::run(shop.state().clone(), json!({})).await.expect("a report")
}

/// Returns the recipient of the latest mail, and the token of its link to a page. Both parts have the same link.
async fn latest_link(ses: &MockServer, page: &str) -> (String, String) {
    let mails = mails(ses).await;
    let mail = mails.last().expect("a mail");
    // In HTML the slashes before it are escaped.
    let start = format!("{page}#token=");
    let [html, text] = ["Html", "Text"].map(|part| {
        let content = mail["Content"]["Simple"]["Body"][part]["Data"].as_str().expect("a part");
        let (_, rest) = content.split_once(&start).unwrap_or_else(|| panic!("no link in {content}"));
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect::<String>()
    });
    assert_eq!(html, text);
    (mail["Destination"]["ToAddresses"][0].as_str().expect("a recipient").to_owned(), text)
}

async fn change_email(client: &Client, email: &str) {
    let body = json!({ "email": email, "password": "correct horse" });
    client.put("/auth/me/email", body).await.expect(202);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_with_the_link_of_the_mail() {
    let ses = ses().await;
    let shop = shop_with(&ses).await;
    shop.customer("ada").await;
    run(&shop).await;
    for email in [ADA, "nemo@example.com"] {
        shop.visitor().post("/auth/password-reset", json!({ "email": email })).await.expect(202);
    }
    assert_eq!(run(&shop).await, json!({ "sent": 1, "suppressed": 1, "retried": 0, "failed": 0 }));
    let (to, token) = latest_link(&ses, "reset-password").await;
    assert_eq!(to, ADA);
    // The database has the hash of the token.
    let stored = shop.database().collection::<Document>("account_tokens");
    let stored = stored.find_one(doc! { "purpose": "reset_password" }).await.expect("an answer").expect("a token");
    assert!(!stored.to_string().contains(&token));
    let confirm = json!({ "token": token, "new_password": "another horse" });
    shop.visitor().post("/auth/password-reset/confirm", confirm.clone()).await.expect(204);
    shop.visitor().post("/auth/password-reset/confirm", confirm).await.expect(422);
    let login = json!({ "email": ADA, "password": "another horse" });
    shop.visitor().post("/auth/login", login).await.expect(200);
    assert_eq!(run(&shop).await["sent"], 1);
    let mails = mails(&ses).await;
    assert_eq!(
        subjects(&mails),
        [
            "Confirm your e-mail address at Harbor Goods",
            "Choose a new password at Harbor Goods",
            "Your password at Harbor Goods was changed",
        ]
    );
}

#[tokio::test]
async fn a_mail_that_is_not_sent_creates_no_token() {
    let ses = ses().await;
    let shop = shop_with(&ses).await;
    let state = shop.state();
    for email in ["bounced@example.com", "zoë@example.com", "late@example.com"] {
        let account = json!({ "name": "Ada", "email": email, "password": "correct horse" });
        shop.visitor().post("/auth/register", account).await.expect(201);
        shop.visitor().post("/auth/password-reset", json!({ "email": email })).await.expect(202);
    }
    let bounced = "bounced@example.com".parse().expect("an address");
    state.suppressions.add(&bounced, SuppressionReason::Bounce, state.now()).await.expect("a suppression");
    let old = DateTime::from_millis(state.now().minus(Duration::from_hours(4 * 24)).as_millis());
    let mails = shop.database().collection::<Document>("account_mails");
    let set = doc! { "$set": { "notifications.0.created_at": old } };
    mails.update_many(doc! { "email": "late@example.com" }, set).await.expect("an update");
    assert_eq!(run(&shop).await, json!({ "sent": 0, "suppressed": 6, "retried": 0, "failed": 0 }));
    assert_eq!(count(&shop, "account_tokens", doc! {}).await, 0);
    for (email, reason) in [
        ("bounced@example.com", "suppressed_address"),
        ("zoë@example.com", "unsupported_address"),
        ("late@example.com", "outdated"),
    ] {
        assert_eq!(count(&shop, "account_mails", doc! { "email": email, "notifications.reason": reason }).await, 2);
    }
}

#[tokio::test]
async fn an_address_is_verified_changed_and_restored_with_the_links_of_the_mails() {
    let ses = ses().await;
    let shop = shop_with(&ses).await;
    let ada = shop.customer("ada").await;
    run(&shop).await;
    let (to, token) = latest_link(&ses, "verify-email").await;
    assert_eq!(to, ADA);
    shop.visitor().post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    change_email(&ada, NEW).await;
    run(&shop).await;
    let (to, token) = latest_link(&ses, "verify-email").await;
    assert_eq!(to, NEW);
    shop.visitor().post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    assert_eq!(ada.get("/auth/me").await.text("/email"), NEW);
    run(&shop).await;
    let (to, undo) = latest_link(&ses, "undo-email-change").await;
    assert_eq!(to, ADA);
    assert!(!mails(&ses).await.last().expect("a mail").to_string().contains(NEW));
    shop.visitor().post("/auth/email/undo", json!({ "token": undo })).await.expect(204);
    run(&shop).await;
    let (to, reset) = latest_link(&ses, "reset-password").await;
    assert_eq!(to, ADA);
    let confirm = json!({ "token": reset, "new_password": "another horse" });
    shop.visitor().post("/auth/password-reset/confirm", confirm).await.expect(204);
    let login = json!({ "email": ADA, "password": "another horse" });
    shop.visitor().post("/auth/login", login).await.expect(200);
}

#[tokio::test]
async fn mails_whose_link_would_have_no_effect_are_not_sent() {
    let ses = ses().await;
    let shop = shop_with(&ses).await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    run(&shop).await;
    // Another account has the address.
    change_email(&ada, "bob@example.com").await;
    // The next request has replaced this one.
    change_email(&bob, "typo@example.org").await;
    change_email(&bob, "bob@example.org").await;
    assert_eq!(run(&shop).await, json!({ "sent": 1, "suppressed": 2, "retried": 0, "failed": 0 }));
    assert_eq!(latest_link(&ses, "verify-email").await.0, "bob@example.org");
    assert_eq!(mails(&ses).await.len(), 3);
}

#[tokio::test]
async fn a_mail_about_a_change_that_is_undone_has_no_link_to_undo_that() {
    let ses = ses().await;
    let shop = shop_with(&ses).await;
    let thief = shop.customer("ada").await;
    run(&shop).await;
    change_email(&thief, "thief@example.com").await;
    run(&shop).await;
    let verify = json!({ "token": latest_link(&ses, "verify-email").await.1 });
    shop.visitor().post("/auth/email/verify", verify).await.expect(204);
    run(&shop).await;
    let undo = json!({ "token": latest_link(&ses, "undo-email-change").await.1 });
    change_email(&thief, "second@example.com").await;
    run(&shop).await;
    let verify = json!({ "token": latest_link(&ses, "verify-email").await.1 });
    shop.visitor().post("/auth/email/verify", verify).await.expect(204);
    shop.visitor().post("/auth/email/undo", undo).await.expect(204);
    // Due are the mail to the thief's first address, and the link for a new password.
    assert_eq!(run(&shop).await, json!({ "sent": 1, "suppressed": 1, "retried": 0, "failed": 0 }));
    assert_eq!(latest_link(&ses, "reset-password").await.0, ADA);
}
