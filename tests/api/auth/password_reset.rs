//! `POST /auth/password-reset` and `POST /auth/password-reset/confirm`

use super::account_links::{UNKNOWN, expire_links, link, mails, shop_with_mail};
use crate::orders::buyers::count;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use mongodb::bson::doc;
use serde_json::{Value, json};

const ADA: &str = "ada@example.com";
const NEW: &str = "another horse";

async fn request(client: &Client, email: &str) -> Answer {
    client.post("/auth/password-reset", json!({ "email": email })).await
}

async fn confirm(shop: &TestShop, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "new_password": password });
    shop.visitor().post("/auth/password-reset/confirm", body).await
}

/// Requests a reset and returns the token of its link.
async fn reset_link(shop: &TestShop) -> String {
    request(shop.visitor(), ADA).await.expect(202);
    link(shop, TokenPurpose::ResetPassword, ADA, ADA).await
}

async fn log_in(shop: &TestShop, password: &str) -> Answer {
    shop.visitor().post("/auth/login", json!({ "email": ADA, "password": password })).await
}

#[track_caller]
fn assert_invalid(answer: Answer) {
    assert_eq!(answer.expect(422).at("/code"), "invalid_link");
}

#[tokio::test]
async fn a_reset_sets_the_password_and_ends_all_sessions() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    let elsewhere = log_in(&shop, "correct horse").await.expect(200);
    let token = reset_link(&shop).await;
    ada.get("/auth/me").await.expect(200);
    assert_eq!(confirm(&shop, &token, NEW).await.expect(204).body, Value::Null);
    ada.get("/auth/me").await.expect(401);
    let refresh = json!({ "refresh_token": elsewhere.text("/refresh_token") });
    shop.visitor().post("/auth/refresh", refresh).await.expect(401);
    log_in(&shop, "correct horse").await.expect(401);
    let session = log_in(&shop, NEW).await.expect(200);
    // The link proves that its user receives mail at the address.
    assert!(session.at("/user/email_verified_at").is_string());
    assert_eq!(mails(&shop).await.last(), Some(&("password_changed".to_owned(), ADA.to_owned())));
}

#[tokio::test]
async fn a_request_has_the_same_effect_with_and_without_an_account() {
    let shop = shop_with_mail(&[]).await;
    shop.customer("ada").await;
    let (known, unknown) = (request(shop.visitor(), ADA).await, request(shop.visitor(), "nemo@example.com").await);
    assert_eq!(known.shown(), unknown.shown());
    assert_eq!(known.expect(202).body, Value::Null);
    let requested = doc! { "notifications.kind": "password_reset", "user_id": null };
    assert_eq!(count(&shop, "account_mails", requested).await, 2);
    assert_eq!(count(&shop, "account_tokens", doc! {}).await, 0, "the mailer creates the token");
}

#[tokio::test]
async fn a_request_makes_the_same_calls_with_and_without_an_account() {
    let shop = shop_with_mail(&[]).await;
    shop.customer("ada").await;
    let mut calls = Vec::new();
    for email in [ADA, "nemo@example.com"] {
        shop.database().run_command(doc! { "profile": 2 }).await.expect("a profiler");
        request(shop.visitor(), email).await.expect(202);
        shop.database().run_command(doc! { "profile": 0 }).await.expect("a profiler");
        let profile = shop.database().collection::<mongodb::bson::Document>("system.profile");
        let mut done = profile.find(doc! { "command.profile": null }).await.expect("calls");
        let mut names = Vec::new();
        while done.advance().await.expect("a call") {
            let call = done.deserialize_current().expect("a call");
            names.push(format!("{} {}", call.get_str("op").expect("a kind"), call.get_str("ns").expect("a name")));
        }
        assert!(names.len() >= 3, "{names:?}");
        calls.push(names);
        profile.drop().await.expect("an empty profile");
    }
    assert_eq!(calls.first(), calls.last());
}

#[tokio::test]
async fn of_2000_requests_for_one_address_5_send_a_mail() {
    let shop = shop_with_mail(&[("ACCOUNT_MAILS_PER_HOUR", "5"), ("ADDRESS_CALLS_PER_HOUR", "40")]).await;
    shop.customer("ada").await;
    let mut accepted = 0;
    for round in 0..100 {
        let requests = (0..20).map(|number| {
            let client = shop.visitor().at(&format!("10.0.{round}.{number}"));
            async move { request(&client, "Ada@Example.com").await }
        });
        for answer in join_all(requests).await {
            if answer.status == 202 {
                accepted += 1;
            } else {
                assert_eq!(answer.expect(429).at("/code"), "rate_limited");
            }
        }
    }
    assert_eq!(accepted, 5);
    assert_eq!(count(&shop, "account_mails", doc! { "notifications.kind": "password_reset" }).await, 5);
    // Another address is not affected, until its network has requested too many.
    let stranger = shop.visitor().at("203.0.113.7");
    for number in 0..40 {
        request(&stranger, &format!("nemo{number}@example.com")).await.expect(202);
    }
    request(&stranger, "last@example.com").await.expect(429);
}

#[tokio::test]
async fn a_link_is_valid_once() {
    let shop = shop_with_mail(&[]).await;
    shop.customer("ada").await;
    let token = reset_link(&shop).await;
    confirm(&shop, &token, NEW).await.expect(204);
    assert_invalid(confirm(&shop, &token, "third horse").await);
    log_in(&shop, NEW).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_8_concurrent_confirmations_one_succeeds() {
    let shop = shop_with_mail(&[]).await;
    shop.customer("ada").await;
    let token = reset_link(&shop).await;
    let confirmations = (0..8).map(|number| {
        let (visitor, token) = (shop.visitor().clone(), token.clone());
        tokio::spawn(async move {
            let body = json!({ "token": token, "new_password": format!("horse number {number}") });
            visitor.post("/auth/password-reset/confirm", body).await
        })
    });
    let answers: Vec<Answer> = join_all(confirmations).await.into_iter().map(|answer| answer.expect("it")).collect();
    let winners: Vec<usize> = (0..8).filter(|number| answers[*number].status == 204).collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 7);
    log_in(&shop, &format!("horse number {}", winners[0])).await.expect(200);
}

#[tokio::test]
async fn an_expired_or_unknown_link_or_one_for_another_purpose_is_rejected() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    let other = link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await;
    let undo = link(&shop, TokenPurpose::UndoEmailChange, ADA, ADA).await;
    let expired = reset_link(&shop).await;
    for token in [other.as_str(), &undo, "", "unknown", UNKNOWN, &"\u{e9}".repeat(43)] {
        assert_invalid(confirm(&shop, token, NEW).await);
    }
    expire_links(&shop).await;
    assert_invalid(confirm(&shop, &expired, NEW).await);
    ada.get("/auth/me").await.expect(200);
    log_in(&shop, "correct horse").await.expect(200);
}

#[tokio::test]
async fn an_unacceptable_password_does_not_use_up_the_link() {
    let shop = shop_with_mail(&[]).await;
    shop.customer("ada").await;
    let token = reset_link(&shop).await;
    for bad in ["short", "password", ""] {
        assert_eq!(confirm(&shop, &token, bad).await.expect(422).at("/errors/0/pointer"), "/new_password");
    }
    let operator = json!({ "token": { "$ne": "" }, "new_password": NEW });
    let rejected = shop.visitor().post("/auth/password-reset/confirm", operator).await.expect(422);
    assert_eq!(rejected.at("/errors/0/pointer"), "/token");
    confirm(&shop, &token, NEW).await.expect(204);
}

#[tokio::test]
async fn a_changed_password_ends_open_links() {
    let shop = shop_with_mail(&[]).await;
    let ada = shop.customer("ada").await;
    let (first, second) = (reset_link(&shop).await, reset_link(&shop).await);
    let change = json!({ "current_password": "correct horse", "new_password": NEW });
    ada.put("/auth/me/password", change).await.expect(204);
    assert_invalid(confirm(&shop, &first, "third horse").await);
    let third = reset_link(&shop).await;
    confirm(&shop, &third, "third horse").await.expect(204);
    assert_invalid(confirm(&shop, &second, "fourth horse").await);
    log_in(&shop, "third horse").await.expect(200);
}

#[tokio::test]
async fn guessed_links_are_counted_and_valid_ones_are_not() {
    let shop = shop_with_mail(&[("ADDRESS_CALLS_PER_HOUR", "3")]).await;
    shop.customer("ada").await;
    for number in 0..5 {
        let token = link(&shop, TokenPurpose::ResetPassword, ADA, ADA).await;
        confirm(&shop, &token, &format!("horse number {number}")).await.expect(204);
    }
    for _ in 0..3 {
        assert_invalid(confirm(&shop, UNKNOWN, NEW).await);
    }
    confirm(&shop, UNKNOWN, NEW).await.expect(429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_survives_a_reset_while_it_refreshes() {
    let shop = shop_with_mail(&[]).await;
    shop.customer("ada").await;
    let sessions = join_all((0..3).map(|_| log_in(&shop, "correct horse"))).await;
    let token = reset_link(&shop).await;
    let tabs = sessions.into_iter().map(|session| {
        let visitor = shop.visitor().clone();
        tokio::spawn(async move {
            let mut current = session;
            loop {
                let body = json!({ "refresh_token": current.text("/refresh_token") });
                let renewed = visitor.post("/auth/refresh", body).await;
                if renewed.status != 200 {
                    return (current, renewed);
                }
                current = renewed;
            }
        })
    });
    let tabs: Vec<_> = tabs.collect();
    confirm(&shop, &token, NEW).await.expect(204);
    for tab in join_all(tabs).await {
        let (last, rejected) = tab.expect("a session");
        rejected.expect(401);
        shop.visitor().with_token(&last.text("/access_token")).get("/auth/me").await.expect(401);
    }
    assert_eq!(count(&shop, "sessions", doc! {}).await, 0);
}

#[tokio::test]
async fn invalid_addresses_are_rejected_and_spellings_of_one_are_equal() {
    let shop = shop_with_mail(&[]).await;
    let account = json!({ "name": "Ada", "email": "ada@exämple.com", "password": "correct horse" });
    shop.visitor().post("/auth/register", account).await.expect(201);
    for bad in [
        "ada@example.com\r\nBcc: all@example.com",
        "ada@example.com\nx",
        "ada@example.com, b@example.com",
        "<ada@example.com>",
    ] {
        let rejected = request(shop.visitor(), bad).await.expect(422);
        assert_eq!(rejected.at("/errors/0/code"), "invalid_email", "{bad:?}");
    }
    for spelling in ["ADA@XN--EXMPLE-CUA.COM", "ada@exa\u{308}mple.com", " ada@exämple.com "] {
        request(shop.visitor(), spelling).await.expect(202);
    }
    let requested: Vec<String> = mails(&shop).await.into_iter().map(|(_, to)| to).collect();
    assert_eq!(requested, ["ada@exämple.com"; 4]);
    request(shop.visitor(), "用户@例子.公益").await.expect(202);
}

#[tokio::test]
async fn a_shop_without_mail_has_no_resets() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    assert_eq!(request(shop.visitor(), ADA).await.expect(404).at("/code"), "not_found");
    assert_eq!(count(&shop, "account_mails", doc! {}).await, 0);
}
