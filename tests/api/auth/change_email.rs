//! `PUT /auth/me/email` and `POST /auth/email/undo`

use super::account_links::{UNKNOWN, expire_links, link, mails, shop_with_mail};
use crate::orders::buyers::count;
use crate::orders::guest_orders::guest_order;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use serde_json::{Value, json};

const OLD: &str = "ada@example.com";
const NEW: &str = "ada@example.org";

async fn change(client: &Client, email: &str) -> Answer {
    client.put("/auth/me/email", json!({ "email": email, "password": "correct horse" })).await
}

async fn verify(shop: &TestShop, token: &str) -> Answer {
    shop.visitor().post("/auth/email/verify", json!({ "token": token })).await
}

async fn undo(shop: &TestShop, token: &str) -> Answer {
    shop.visitor().post("/auth/email/undo", json!({ "token": token })).await
}

async fn log_in(shop: &TestShop, email: &str) -> Answer {
    shop.visitor().post("/auth/login", json!({ "email": email, "password": "correct horse" })).await
}

/// Changes the address of the account and verifies the new one.
async fn change_to(shop: &TestShop, client: &Client, old: &str, new: &str) {
    change(client, new).await.expect(202);
    verify(shop, &link(shop, TokenPurpose::VerifyEmail, old, new).await).await.expect(204);
}

#[track_caller]
fn assert_invalid(answer: Answer) {
    assert_eq!(answer.expect(422).at("/code"), "invalid_link");
}

#[tokio::test]
async fn an_address_is_replaced_when_the_new_one_is_verified() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    let elsewhere = log_in(&shop, OLD).await.expect(200);
    assert_eq!(change(&ada, NEW).await.expect(202).body, Value::Null);
    let me = ada.get("/auth/me").await.expect(200);
    assert_eq!((me.text("/email"), me.text("/pending_email")), (OLD.to_owned(), NEW.to_owned()));
    log_in(&shop, NEW).await.expect(401);
    log_in(&shop, OLD).await.expect(200);
    let reset = link(&shop, TokenPurpose::ResetPassword, OLD, OLD).await;
    verify(&shop, &link(&shop, TokenPurpose::VerifyEmail, OLD, NEW).await).await.expect(204);
    // The session that has requested the change is kept.
    let me = ada.get("/auth/me").await.expect(200);
    assert_eq!((me.text("/email"), me.at("/pending_email")), (NEW.to_owned(), &Value::Null));
    assert!(me.at("/email_verified_at").is_string());
    shop.visitor().with_token(&elsewhere.text("/access_token")).get("/auth/me").await.expect(401);
    log_in(&shop, OLD).await.expect(401);
    log_in(&shop, NEW).await.expect(200);
    let confirm = json!({ "token": reset, "new_password": "another horse" });
    assert_invalid(shop.visitor().post("/auth/password-reset/confirm", confirm).await);
    let expected = [("verify_email", OLD), ("verify_email", NEW), ("email_changed", OLD)];
    assert_eq!(mails(&shop).await, expected.map(|(kind, to)| (kind.to_owned(), to.to_owned())));
}

#[tokio::test]
async fn a_change_requires_the_password_and_a_valid_address() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    for (body, status) in [
        (json!({ "email": NEW, "password": "wrong horse" }), 401),
        (json!({ "email": NEW, "password": "" }), 401),
        (json!({ "email": NEW }), 422),
        (json!({ "email": "ada@example.org\r\nBcc: eve@example.com", "password": "correct horse" }), 422),
        (json!({ "email": { "$ne": "" }, "password": "correct horse" }), 422),
    ] {
        ada.put("/auth/me/email", body.clone()).await.expect(status);
    }
    assert_eq!(ada.get("/auth/me").await.at("/pending_email"), &Value::Null);
    assert_eq!(mails(&shop).await.len(), 1);
}

#[tokio::test]
async fn a_taken_address_is_accepted_like_a_free_one_and_never_assigned() {
    let shop = shop_with_mail(&[]).await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let (free, taken) = (change(&ada, NEW).await, change(&ada, "bob@example.com").await);
    assert_eq!(free.expect(202).shown(), taken.expect(202).shown());
    // The mailer sends no link to an address that has an account. It may have been free when the link was sent.
    let token = link(&shop, TokenPurpose::VerifyEmail, OLD, "bob@example.com").await;
    assert_eq!(verify(&shop, &token).await.expect(409).at("/code"), "email_taken");
    assert_eq!(ada.get("/auth/me").await.expect(200).text("/email"), OLD);
    assert_eq!(bob.get("/auth/me").await.expect(200).text("/email"), "bob@example.com");
    log_in(&shop, "bob@example.com").await.expect(200);
}

#[tokio::test]
async fn an_address_that_was_taken_before_its_verification_is_not_assigned() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    change(&ada, "bob@example.com").await.expect(202);
    let token = link(&shop, TokenPurpose::VerifyEmail, OLD, "bob@example.com").await;
    let bob = shop.customer("bob").await;
    verify(&shop, &token).await.expect(409);
    assert_eq!(bob.get("/auth/me").await.text("/email"), "bob@example.com");
    assert_eq!(count(&shop, "account_mails", doc! { "notifications.kind": "email_changed" }).await, 0);
    // Once the account is gone, the link works.
    let password = Some(json!({ "password": "correct horse" }));
    bob.send(axum::http::Method::DELETE, "/auth/me", password).await.expect(204);
    verify(&shop, &token).await.expect(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_concurrent_changes_to_one_address_one_succeeds() {
    let shop = shop_with_mail(&[]).await;
    let mut tokens = Vec::new();
    for name in ["ada", "bob", "eve"] {
        change(&shop.customer(name).await, NEW).await.expect(202);
        tokens.push(link(&shop, TokenPurpose::VerifyEmail, &format!("{name}@example.com"), NEW).await);
    }
    let answers = join_all(tokens.iter().map(|token| verify(&shop, token))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409, 409]);
    assert_eq!(count(&shop, "users", doc! { "email": NEW }).await, 1);
}

#[tokio::test]
async fn a_later_request_a_new_password_or_the_own_address_ends_a_pending_change() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    change(&ada, "typo@example.org").await.expect(202);
    let replaced = link(&shop, TokenPurpose::VerifyEmail, OLD, "typo@example.org").await;
    change(&ada, NEW).await.expect(202);
    assert_invalid(verify(&shop, &replaced).await);
    let ended = link(&shop, TokenPurpose::VerifyEmail, OLD, NEW).await;
    change(&ada, "ADA@example.com").await.expect(202);
    assert_eq!(ada.get("/auth/me").await.at("/pending_email"), &Value::Null);
    assert_invalid(verify(&shop, &ended).await);
    change(&ada, NEW).await.expect(202);
    let stolen = link(&shop, TokenPurpose::VerifyEmail, OLD, NEW).await;
    let password = json!({ "current_password": "correct horse", "new_password": "another horse" });
    ada.put("/auth/me/password", password).await.expect(204);
    assert_invalid(verify(&shop, &stolen).await);
    assert_eq!(ada.get("/auth/me").await.text("/email"), OLD);
}

#[tokio::test]
async fn the_changes_that_one_account_requests_are_limited() {
    let shop = shop_with_mail(&[("ACCOUNT_MAILS_PER_HOUR", "3")]).await;
    let ada = shop.customer("ada").await;
    for (number, status) in [202, 202, 202, 429, 429].into_iter().enumerate() {
        change(&ada, &format!("stranger{number}@example.com")).await.expect(status);
    }
    assert_eq!(count(&shop, "account_mails", doc! {}).await, 4);
}

#[tokio::test]
async fn the_previous_address_undoes_a_change() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    change_to(&shop, &ada, OLD, NEW).await;
    let token = link(&shop, TokenPurpose::UndoEmailChange, NEW, OLD).await;
    assert_eq!(undo(&shop, &token).await.expect(204).body, Value::Null);
    // The author of the change had the password and a session.
    ada.get("/auth/me").await.expect(401);
    for email in [OLD, NEW] {
        log_in(&shop, email).await.expect(401);
    }
    assert_eq!(mails(&shop).await.last(), Some(&("password_reset".to_owned(), OLD.to_owned())));
    let reset = link(&shop, TokenPurpose::ResetPassword, OLD, OLD).await;
    let confirm = json!({ "token": reset, "new_password": "correct horse" });
    shop.visitor().post("/auth/password-reset/confirm", confirm).await.expect(204);
    log_in(&shop, OLD).await.expect(200);
    assert_invalid(undo(&shop, &token).await);
}

#[tokio::test]
async fn orders_of_guests_join_the_account_that_has_their_address_again() {
    let shop = shop_with_mail(&[]).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let address = "guest@example.com";
    let account = shop.customer("guest").await;
    change_to(&shop, &account, address, NEW).await;
    let order = guest_order(&shop, &mug).await;
    assert_eq!(account.get("/orders").await.expect(200).at("/items"), &json!([]));
    let token = link(&shop, TokenPurpose::UndoEmailChange, NEW, address).await;
    undo(&shop, &token).await.expect(204);
    let joined =
        doc! { "_id": ObjectId::parse_str(order.text("/id")).expect("an id"), "guest.claimed_at": { "$exists": true } };
    assert_eq!(count(&shop, "orders", joined).await, 1);
}

#[tokio::test]
async fn a_thief_cannot_undo_the_undoing() {
    let shop = shop_with_mail(&[]).await;
    let thief = shop.customer("ada").await;
    change_to(&shop, &thief, OLD, "thief@example.com").await;
    let owner = link(&shop, TokenPurpose::UndoEmailChange, "thief@example.com", OLD).await;
    change_to(&shop, &thief, "thief@example.com", "second@example.com").await;
    let early = link(&shop, TokenPurpose::UndoEmailChange, "second@example.com", "thief@example.com").await;
    let reset = link(&shop, TokenPurpose::ResetPassword, "second@example.com", "thief@example.com").await;
    undo(&shop, &owner).await.expect(204);
    // The mail about the second change may be sent after the undoing.
    let late = link(&shop, TokenPurpose::UndoEmailChange, OLD, "thief@example.com").await;
    for token in [early, late] {
        assert_invalid(undo(&shop, &token).await);
    }
    let confirm = json!({ "token": reset, "new_password": "another horse" });
    assert_invalid(shop.visitor().post("/auth/password-reset/confirm", confirm).await);
    assert_eq!(count(&shop, "users", doc! { "email": OLD }).await, 1);
}

#[tokio::test]
async fn an_expired_link_or_one_for_another_purpose_undoes_nothing() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    change_to(&shop, &ada, OLD, NEW).await;
    let other = link(&shop, TokenPurpose::VerifyEmail, NEW, OLD).await;
    let expired = link(&shop, TokenPurpose::UndoEmailChange, NEW, OLD).await;
    for token in [other.as_str(), "", UNKNOWN] {
        assert_invalid(undo(&shop, token).await);
    }
    expire_links(&shop).await;
    assert_invalid(undo(&shop, &expired).await);
    assert_eq!(ada.get("/auth/me").await.expect(200).text("/email"), NEW);
}

#[tokio::test]
async fn an_undo_waits_until_the_previous_address_is_free() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    change_to(&shop, &ada, OLD, NEW).await;
    let token = link(&shop, TokenPurpose::UndoEmailChange, NEW, OLD).await;
    let squatter = shop.customer("ada").await;
    assert_eq!(undo(&shop, &token).await.expect(409).at("/code"), "email_taken");
    let password = Some(json!({ "password": "correct horse" }));
    squatter.send(axum::http::Method::DELETE, "/auth/me", password).await.expect(204);
    undo(&shop, &token).await.expect(204);
}

#[tokio::test]
async fn a_deleted_account_leaves_no_address_behind() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    change_to(&shop, &ada, OLD, NEW).await;
    change(&ada, "third@example.com").await.expect(202);
    let undo_token = link(&shop, TokenPurpose::UndoEmailChange, NEW, OLD).await;
    let verify_token = link(&shop, TokenPurpose::VerifyEmail, NEW, "third@example.com").await;
    let export = ada.get("/auth/me/export").await.expect(200);
    let links: Vec<(String, String)> = (0..2)
        .map(|i| (export.text(&format!("/links/{i}/purpose")), export.text(&format!("/links/{i}/email"))))
        .collect();
    assert_eq!(
        links,
        [("verify_email", "third@example.com"), ("undo_email_change", OLD)].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    assert_eq!(export.text("/account/pending_email"), "third@example.com");
    let password = Some(json!({ "password": "correct horse" }));
    ada.send(axum::http::Method::DELETE, "/auth/me", password).await.expect(204);
    for collection in ["users", "account_tokens", "account_mails"] {
        assert_eq!(count(&shop, collection, doc! {}).await, 0, "{collection}");
    }
    assert_invalid(undo(&shop, &undo_token).await);
    assert_invalid(verify(&shop, &verify_token).await);
}

#[tokio::test]
async fn a_shop_without_mail_changes_no_address() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    change(&ada, NEW).await.expect(404);
    assert_eq!(ada.get("/auth/me").await.at("/pending_email"), &Value::Null);
}
