//! The leeway of `POST /auth/refresh`: a token that was just spent yields the session's current token again.

use super::rolled_keys::{reopen, settings};
use ferrocart::auth::RefreshToken;
use ferrocart::db::sessions::{Renewal, Renewed};
use ferrocart_tests::keys::TOKEN_SEED;
use ferrocart_tests::{Answer, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const MINUTE: i64 = 60;

/// Creates a shop with these settings, and a session by registering a customer.
pub(super) async fn shop_with_session(settings: &[(&str, &str)]) -> (TestShop, Answer) {
    let shop = TestShop::open_with(settings).await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/register", account).await.expect(201);
    (shop, session)
}

pub(super) async fn refresh(shop: &TestShop, session: &Answer) -> Answer {
    shop.visitor().post("/auth/refresh", json!({ "refresh_token": session.text("/refresh_token") })).await
}

/// Moves the times of all sessions back, as if the seconds had passed.
pub(super) async fn advance(shop: &TestShop, seconds: i64) {
    let millis = seconds.saturating_mul(1000);
    let earlier = |field: &str| doc! { "$subtract": [field, millis] };
    let spent = doc! { "generation": "$$this.generation", "spent_at": earlier("$$this.spent_at") };
    let update = doc! { "$set": {
        "spent": { "$map": { "input": "$spent", "in": spent } },
        "created_at": earlier("$created_at"),
        "last_used_at": earlier("$last_used_at"),
        "expires_at": earlier("$expires_at"),
    } };
    let sessions = shop.database().collection::<Document>("sessions");
    sessions.update_many(doc! {}, vec![update]).await.expect("an update");
}

async fn assert_works(shop: &TestShop, session: &Answer) {
    shop.visitor().with_token(&session.text("/access_token")).get("/cart").await.expect(200);
}

#[tokio::test]
async fn two_tabs_receive_the_same_refresh_token() {
    let (shop, first) = shop_with_session(&[]).await;
    let one = refresh(&shop, &first).await.expect(200);
    let other = refresh(&shop, &first).await.expect(200);
    assert_eq!(one.text("/refresh_token"), other.text("/refresh_token"));
    assert_ne!(one.text("/refresh_token"), first.text("/refresh_token"));
    assert_ne!(one.text("/access_token"), other.text("/access_token"));
    for session in [&one, &other, &first] {
        assert_works(&shop, session).await;
    }
    advance(&shop, 20 * MINUTE).await;
    let next = refresh(&shop, &other).await.expect(200);
    assert_ne!(next.text("/refresh_token"), other.text("/refresh_token"));
    advance(&shop, 20 * MINUTE).await;
    assert_works(&shop, &refresh(&shop, &next).await.expect(200)).await;
}

#[tokio::test]
async fn a_request_whose_response_was_lost_can_be_repeated() {
    let (shop, first) = shop_with_session(&[]).await;
    for _ in 0..3 {
        drop(refresh(&shop, &first).await);
    }
    advance(&shop, 25).await;
    let second = refresh(&shop, &first).await.expect(200);
    advance(&shop, 20 * MINUTE).await;
    assert_works(&shop, &refresh(&shop, &second).await.expect(200)).await;
}

#[tokio::test]
async fn a_crash_after_the_rotation_does_not_end_the_session() {
    let (shop, first) = shop_with_session(&[]).await;
    let token = RefreshToken::parse(&first.text("/refresh_token")).expect("a token");
    let now = shop.state().now();
    let renewal = Renewal {
        session: token.session(),
        presented: token.generation(),
        leeway: Duration::from_secs(30),
        expires_at: now.plus(Duration::from_hours(1)),
        device: None,
        network: &"0".repeat(64),
    };
    // What a process does before it dies.
    let renewed = shop.state().sessions.renew(&renewal, now).await.expect("an answer").expect("a session");
    assert_eq!(renewed, Renewed { generation: 1, is_repeated: false });
    let second = refresh(&shop, &first).await.expect(200);
    advance(&shop, 20 * MINUTE).await;
    assert_works(&shop, &refresh(&shop, &second).await.expect(200)).await;
}

#[tokio::test]
async fn a_token_spent_before_the_leeway_ends_the_session() {
    let (shop, first) = shop_with_session(&[]).await;
    let second = refresh(&shop, &first).await.expect(200);
    advance(&shop, 31).await;
    assert_eq!(refresh(&shop, &first).await.expect(401).at("/code"), "invalid_credentials");
    refresh(&shop, &second).await.expect(401);
    for session in [&first, &second] {
        shop.visitor().with_token(&session.text("/access_token")).get("/cart").await.expect(401);
    }
}

#[tokio::test]
async fn the_leeway_of_each_token_starts_when_it_is_spent() {
    let (shop, first) = shop_with_session(&[]).await;
    let second = refresh(&shop, &first).await.expect(200);
    advance(&shop, 10).await;
    let third = refresh(&shop, &second).await.expect(200);
    advance(&shop, 10).await;
    // Both spent tokens yield the current one, and their use does not extend the leeway.
    for spent in [&first, &second, &first] {
        assert_eq!(refresh(&shop, spent).await.expect(200).text("/refresh_token"), third.text("/refresh_token"));
    }
    advance(&shop, 11).await;
    assert_eq!(refresh(&shop, &second).await.expect(200).text("/refresh_token"), third.text("/refresh_token"));
    refresh(&shop, &first).await.expect(401);
    refresh(&shop, &third).await.expect(401);
}

#[tokio::test]
async fn a_token_spent_long_ago_ends_a_session_in_use() {
    let (shop, first) = shop_with_session(&[]).await;
    let mut current = refresh(&shop, &first).await.expect(200);
    for _ in 0..120 {
        advance(&shop, 15 * MINUTE).await;
        current = refresh(&shop, &current).await.expect(200);
    }
    // More than a day later, and just after the current token was issued.
    refresh(&shop, &first).await.expect(401);
    refresh(&shop, &current).await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_concurrent_refreshes_of_one_token_all_succeed() {
    let (shop, session) = shop_with_session(&[]).await;
    let answers = join_all((0..20).map(|_| {
        let (visitor, token) = (shop.visitor().clone(), json!({ "refresh_token": session.text("/refresh_token") }));
        tokio::spawn(async move { visitor.post("/auth/refresh", token).await })
    }));
    let answers: Vec<Answer> = answers.await.into_iter().map(|answer| answer.expect("an answer").expect(200)).collect();
    let tokens: BTreeSet<String> = answers.iter().map(|answer| answer.text("/refresh_token")).collect();
    assert_eq!(tokens.len(), 1);
    advance(&shop, 20 * MINUTE).await;
    refresh(&shop, &answers[7]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tabs_that_refresh_again_and_again_stay_logged_in() {
    let (shop, session) = shop_with_session(&[]).await;
    let tabs = join_all((0..4).map(|_| async {
        let mut current = session.clone();
        for _ in 0..10 {
            current = refresh(&shop, &current).await.expect(200);
        }
        current
    }));
    let mut newest = session.clone();
    for tab in tabs.await {
        newest = refresh(&shop, &tab).await.expect(200);
    }
    advance(&shop, 20 * MINUTE).await;
    refresh(&shop, &newest).await.expect(200);
}

#[tokio::test]
async fn a_spent_token_does_not_revive_an_ended_session() {
    for end in ["logout", "logout with a spent token", "end session", "password", "role", "deletion"] {
        let (shop, first) = shop_with_session(&[]).await;
        let (admin, id) = (shop.admin().await, shop.user_id("ada@example.com").await);
        let login = json!({ "email": "ada@example.com", "password": "correct horse" });
        let elsewhere = shop.visitor().post("/auth/login", login).await.expect(200);
        let elsewhere = shop.visitor().with_token(&elsewhere.text("/access_token"));
        let second = refresh(&shop, &first).await.expect(200);
        let token = |session: &Answer| json!({ "refresh_token": session.text("/refresh_token") });
        let ended = match end {
            "logout" => shop.visitor().post("/auth/logout", token(&second)).await,
            "logout with a spent token" => shop.visitor().post("/auth/logout", token(&first)).await,
            "end session" => {
                let sessions = elsewhere.get("/auth/sessions").await.expect(200);
                let items = sessions.at("/items").as_array().expect("items").clone();
                let other = items.iter().find(|item| item["current"] == false).expect("a session");
                elsewhere.delete(&format!("/auth/sessions/{}", other["id"].as_str().expect("an id"))).await
            }
            "password" => {
                let change = json!({ "current_password": "correct horse", "new_password": "another horse" });
                elsewhere.put("/auth/me/password", change).await
            }
            "role" => admin.put(&format!("/admin/users/{id}"), json!({ "role": "admin" })).await,
            _ => {
                let password = Some(json!({ "password": "correct horse" }));
                elsewhere.send(axum::http::Method::DELETE, "/auth/me", password).await
            }
        };
        assert!(ended.status.is_success(), "{end}: {:#}", ended.body);
        for session in [&first, &second] {
            assert_eq!(refresh(&shop, session).await.status.as_u16(), 401, "{end}");
        }
    }
}

#[tokio::test]
async fn rolled_keys_end_no_session() {
    let (shop, first) = shop_with_session(&[]).await;
    let second = refresh(&shop, &first).await.expect(200);
    let body = |session: &Answer| json!({ "refresh_token": session.text("/refresh_token") });
    // While the keys are rolled, a spent token of the old ones yields the same current token.
    for seeds in [&[[8; 32], TOKEN_SEED][..], &[[8; 32]]] {
        let rolled = reopen(&shop, &settings(seeds)).await;
        let repeated = rolled.post("/auth/refresh", body(&first)).await.expect(200);
        assert_eq!(repeated.text("/refresh_token"), second.text("/refresh_token"));
    }
    // Tabs served by environments with different keys.
    let rolled = reopen(&shop, &settings(&[[8; 32]])).await;
    let third = rolled.post("/auth/refresh", body(&second)).await.expect(200);
    assert_eq!(refresh(&shop, &second).await.expect(200).text("/refresh_token"), third.text("/refresh_token"));
    // A laptop that was closed while all keys were rolled twice.
    advance(&shop, 29 * 24 * 60 * MINUTE).await;
    let key = "another-key-another-key-another-key".to_owned();
    let others = vec![("CURSOR_KEY", key.clone()), ("FINGERPRINT_KEY", key)];
    let rolled = reopen(&shop, &[settings(&[[9; 32]]), others].concat()).await;
    let fourth = rolled.post("/auth/refresh", body(&third)).await.expect(200);
    rolled.with_token(&fourth.text("/access_token")).get("/cart").await.expect(200);
    advance(&shop, 31).await;
    rolled.post("/auth/refresh", body(&first)).await.expect(401);
    rolled.post("/auth/refresh", body(&fourth)).await.expect(401);
}

#[tokio::test]
async fn the_leeway_is_a_setting() {
    let (shop, first) = shop_with_session(&[("REFRESH_LEEWAY_SECONDS", "0")]).await;
    let second = refresh(&shop, &first).await.expect(200);
    refresh(&shop, &first).await.expect(401);
    refresh(&shop, &second).await.expect(401);
    let (shop, first) = shop_with_session(&[("REFRESH_LEEWAY_SECONDS", "300")]).await;
    refresh(&shop, &first).await.expect(200);
    advance(&shop, 290).await;
    refresh(&shop, &first).await.expect(200);
    advance(&shop, 11).await;
    refresh(&shop, &first).await.expect(401);
}

#[tokio::test]
async fn a_restored_database_accepts_tokens_that_are_newer() {
    let (shop, first) = shop_with_session(&[]).await;
    let sessions = shop.database().collection::<Document>("sessions");
    let backup = sessions.find_one(doc! {}).await.expect("an answer").expect("a session");
    let mut current = first.clone();
    for _ in 0..5 {
        current = refresh(&shop, &current).await.expect(200);
    }
    sessions.replace_one(doc! {}, backup).await.expect("a restored session");
    let next = refresh(&shop, &current).await.expect(200);
    assert_eq!(refresh(&shop, &current).await.expect(200).text("/refresh_token"), next.text("/refresh_token"));
    // Tokens from before are spent.
    advance(&shop, 31).await;
    refresh(&shop, &first).await.expect(401);
    refresh(&shop, &next).await.expect(401);
}

#[tokio::test]
async fn a_client_s_name_is_stored_as_text() {
    let (shop, first) = shop_with_session(&[]).await;
    for name in ["$generation", "$$ROOT", "{\"$literal\": 1}"] {
        let token = json!({ "refresh_token": first.text("/refresh_token") });
        let renewed = shop.visitor().with_header("user-agent", name).post("/auth/refresh", token).await.expect(200);
        let ada = shop.visitor().with_token(&renewed.text("/access_token"));
        assert_eq!(ada.get("/auth/sessions").await.expect(200).at("/items/0/device"), &Value::from(name));
    }
}
