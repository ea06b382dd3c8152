//! `POST /auth/email/verify` and `POST /auth/email/verify/resend`

use super::account_links::{UNKNOWN, expire_links, link, mails, shop_with_mail};
use crate::orders::buyers::count;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

const ADA: &str = "ada@example.com";

async fn verify(shop: &TestShop, token: &str) -> Answer {
    shop.visitor().post("/auth/email/verify", json!({ "token": token })).await
}

async fn resend(client: &Client) -> Answer {
    client.send(axum::http::Method::POST, "/auth/email/verify/resend", None).await
}

async fn verified_at(client: &Client) -> Value {
    client.get("/auth/me").await.expect(200).at("/email_verified_at").clone()
}

#[tokio::test]
async fn a_registered_address_is_verified_by_the_link_it_receives() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    assert_eq!(mails(&shop).await, [("verify_email".to_owned(), ADA.to_owned())]);
    assert_eq!(verified_at(&ada).await, Value::Null);
    let (first, second) = (
        link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await,
        link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await,
    );
    assert_eq!(verify(&shop, &first).await.expect(204).body, Value::Null);
    let at = verified_at(&ada).await;
    assert!(at.is_string());
    assert_eq!(verify(&shop, &first).await.expect(422).at("/code"), "invalid_link");
    // The link of an earlier mail changes nothing.
    verify(&shop, &second).await.expect(204);
    assert_eq!(verified_at(&ada).await, at);
}

#[tokio::test]
async fn a_registration_of_a_taken_address_sends_no_mail() {
    let shop = shop_with_mail(&[]).await;
    shop.customer("ada").await;
    let account = json!({ "name": "Eve", "email": ADA, "password": "correct horse" });
    assert_eq!(shop.visitor().post("/auth/register", account).await.expect(409).at("/code"), "email_taken");
    assert_eq!(mails(&shop).await.len(), 1);
}

#[tokio::test]
async fn another_link_is_sent_until_the_address_is_verified() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    assert_eq!(resend(&ada).await.expect(202).body, Value::Null);
    assert_eq!(mails(&shop).await.len(), 2);
    verify(&shop, &link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await).await.expect(204);
    resend(&ada).await.expect(202);
    assert_eq!(mails(&shop).await.len(), 2);
    resend(shop.visitor()).await.expect(401);
}

#[tokio::test]
async fn the_mails_to_one_address_are_limited() {
    let shop = shop_with_mail(&[("ACCOUNT_MAILS_PER_HOUR", "2")]).await;
    let ada = shop.customer("ada").await;
    // The registration has sent the first one.
    for status in [202, 429, 429] {
        resend(&ada).await.expect(status);
    }
    assert_eq!(mails(&shop).await.len(), 2);
    let delete = Some(json!({ "password": "correct horse" }));
    ada.send(axum::http::Method::DELETE, "/auth/me", delete).await.expect(204);
    // The address can be registered again, and receives no further mail.
    let ada = shop.customer("ada").await;
    resend(&ada).await.expect(429);
    assert_eq!(mails(&shop).await, []);
}

#[tokio::test]
async fn another_account_cannot_use_up_the_mails_of_an_address() {
    let shop = shop_with_mail(&[("ACCOUNT_MAILS_PER_HOUR", "2")]).await;
    let eve = shop.customer("eve").await;
    let change = json!({ "email": ADA, "password": "correct horse" });
    for status in [202, 202, 429] {
        eve.put("/auth/me/email", change.clone()).await.expect(status);
    }
    // Nor can registrations, once the address has an account.
    let ada = shop.customer("ada").await;
    let account = json!({ "name": "Eve", "email": ADA, "password": "correct horse" });
    for _ in 0..3 {
        shop.visitor().post("/auth/register", account.clone()).await.expect(409);
    }
    resend(&ada).await.expect(202);
    resend(&ada).await.expect(429);
    // Eve's two, that of the registration, and the one that is sent again.
    assert_eq!(mails(&shop).await.iter().filter(|(_, to)| to == ADA).count(), 4);
    // The limit of mails from other accounts is that of the address: Mallory cannot exceed it.
    shop.customer("mallory").await.put("/auth/me/email", change).await.expect(429);
}

#[tokio::test]
async fn an_expired_or_unknown_link_or_one_for_another_purpose_verifies_nothing() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    let reset = link(&shop, TokenPurpose::ResetPassword, ADA, ADA).await;
    let undo = link(&shop, TokenPurpose::UndoEmailChange, ADA, ADA).await;
    let expired = link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await;
    for token in [reset.as_str(), &undo, "", UNKNOWN] {
        assert_eq!(verify(&shop, token).await.expect(422).at("/code"), "invalid_link");
    }
    expire_links(&shop).await;
    verify(&shop, &expired).await.expect(422);
    for bad in [json!({}), json!({ "token": 1 }), json!({ "token": { "$gt": "" } })] {
        let rejected = shop.visitor().post("/auth/email/verify", bad).await.expect(422);
        assert_eq!(rejected.at("/errors/0/pointer"), "/token");
    }
    assert_eq!(verified_at(&ada).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_8_concurrent_uses_of_a_link_one_succeeds() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    let token = link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await;
    let answers = join_all((0..8).map(|_| verify(&shop, &token))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 7);
    assert!(verified_at(&ada).await.is_string());
}

#[tokio::test]
async fn accounts_of_earlier_releases_work_and_are_not_verified() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    let users = shop.database().collection::<Document>("users");
    let fields = doc! { "email_verified_at": "", "pending_email": "", "email_restored_at": "" };
    users.update_one(doc! {}, doc! { "$unset": fields }).await.expect("an older document");
    assert_eq!(verified_at(&ada).await, Value::Null);
    assert_eq!(ada.get("/auth/me").await.at("/pending_email"), &Value::Null);
    let login = json!({ "email": ADA, "password": "correct horse" });
    shop.visitor().post("/auth/login", login).await.expect(200);
    verify(&shop, &link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await).await.expect(204);
    assert!(verified_at(&ada).await.is_string());
}

#[tokio::test]
async fn a_shop_without_mail_verifies_nothing() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    resend(&ada).await.expect(404);
    assert_eq!(count(&shop, "account_mails", doc! {}).await, 0);
}
