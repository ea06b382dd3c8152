//! `POST /auth/refresh` and `POST /auth/logout`

use super::refresh_leeway::advance;
use ferrocart_tests::{Answer, TestShop};
use insta::assert_snapshot;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};

/// Creates a shop and a session by registering a customer.
async fn shop_with_session() -> (TestShop, Answer) {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/register", account).await.expect(201);
    (shop, session)
}

fn refresh_token(session: &Answer) -> Value {
    json!({ "refresh_token": session.text("/refresh_token") })
}

async fn refresh(shop: &TestShop, session: &Answer) -> Answer {
    shop.visitor().post("/auth/refresh", refresh_token(session)).await
}

async fn refresh_with(shop: &TestShop, token: &str) -> Answer {
    shop.visitor().post("/auth/refresh", json!({ "refresh_token": token })).await
}

#[tokio::test]
async fn refreshing_a_session_issues_new_tokens() {
    let (shop, first) = shop_with_session().await;
    let second = refresh(&shop, &first).await;
    assert_snapshot!(second.shown());
    assert_ne!(second.text("/refresh_token"), first.text("/refresh_token"));
    assert_ne!(second.text("/access_token"), first.text("/access_token"));
    shop.visitor().with_token(&second.text("/access_token")).get("/auth/me").await.expect(200);
    refresh(&shop, &second).await.expect(200);
}

#[tokio::test]
async fn replaying_a_spent_token_ends_that_session_only() {
    let (shop, first) = shop_with_session().await;
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    let elsewhere = shop.visitor().post("/auth/login", login).await.expect(200);
    let second = refresh(&shop, &first).await.expect(200);
    let third = refresh(&shop, &second).await.expect(200);
    advance(&shop, 31).await;
    let rejected = refresh(&shop, &first).await.expect(401);
    assert_eq!(rejected.at("/code"), "invalid_credentials");
    for session in [&third, &second, &first] {
        refresh(&shop, session).await.expect(401);
    }
    refresh(&shop, &elsewhere).await.expect(200);
}

#[tokio::test]
async fn logging_out_ends_the_session_and_can_be_repeated() {
    let (shop, first) = shop_with_session().await;
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    let elsewhere = shop.visitor().post("/auth/login", login).await.expect(200);
    let second = refresh(&shop, &first).await.expect(200);
    for session in [&second, &second, &first] {
        let answer = shop.visitor().post("/auth/logout", refresh_token(session)).await.expect(204);
        assert_eq!(answer.body, Value::Null);
    }
    refresh(&shop, &second).await.expect(401);
    refresh(&shop, &elsewhere).await.expect(200);
}

#[tokio::test]
async fn logging_out_with_a_spent_token_ends_the_session() {
    let (shop, first) = shop_with_session().await;
    let second = refresh(&shop, &first).await.expect(200);
    shop.visitor().post("/auth/logout", refresh_token(&first)).await.expect(204);
    refresh(&shop, &second).await.expect(401);
}

#[tokio::test]
async fn a_refresh_token_is_valid_for_30_days() {
    let (shop, session) = shop_with_session().await;
    let sessions = shop.database().collection::<Document>("sessions");
    let stored = sessions.find_one(doc! {}).await.expect("an answer").expect("a session");
    let date = |field: &str| stored.get_datetime(field).expect("a date").timestamp_millis();
    assert_eq!(date("expires_at") - date("created_at"), 30 * 24 * 60 * 60 * 1000);
    let over = doc! { "$set": { "expires_at": DateTime::now() } };
    sessions.update_one(doc! {}, over).await.expect("an update");
    shop.visitor().with_token(&session.text("/access_token")).get("/auth/me").await.expect(401);
    refresh(&shop, &session).await.expect(401);
}

#[tokio::test]
async fn a_session_of_a_deleted_account_is_rejected() {
    let (shop, session) = shop_with_session().await;
    shop.database().collection::<Document>("users").delete_one(doc! {}).await.expect("a deletion");
    refresh(&shop, &session).await.expect(401);
}

#[tokio::test]
async fn an_unknown_refresh_token_is_rejected() {
    let (shop, session) = shop_with_session().await;
    let stored = shop.database().collection::<Document>("sessions").find_one(doc! {}).await.expect("an answer");
    let stored = stored.expect("a session").get_document("verifier").expect("a verifier").clone();
    let [hash, key] = ["secret_hash", "tag_key"].map(|field| stored.get_str(field).expect("a text"));
    let token = session.text("/refresh_token");
    let (start, end) = token.split_at(60);
    // The secret of this one is another one.
    let forged = format!("{start}{}{}", if end.starts_with('A') { 'B' } else { 'A' }, &end[1..]);
    for token in ["", "x", hash, key, start, end, &forged, &"A".repeat(112)] {
        refresh_with(&shop, token).await.expect(401);
    }
    let access_token = session.text("/access_token");
    for token in ["", "x", hash, &forged, &"A".repeat(112), &access_token, &"x".repeat(100_000)] {
        shop.visitor().post("/auth/refresh", json!({ "refresh_token": token })).await.expect(401);
        shop.visitor().post("/auth/logout", json!({ "refresh_token": token })).await.expect(204);
    }
    for token in [json!({ "$gt": "" }), json!(null), json!([session.text("/refresh_token")]), json!(1)] {
        for path in ["/auth/refresh", "/auth/logout"] {
            let rejected = shop.visitor().post(path, json!({ "refresh_token": token })).await.expect(422);
            assert_eq!(rejected.at("/errors/0/pointer"), "/refresh_token");
        }
    }
    refresh(&shop, &session).await.expect(200);
}

#[tokio::test]
async fn ending_a_session_revokes_its_access_tokens() {
    let (shop, first) = shop_with_session().await;
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    let elsewhere = shop.visitor().post("/auth/login", login).await.expect(200);
    let second = refresh(&shop, &first).await.expect(200);
    let with = |session: &Answer| shop.visitor().with_token(&session.text("/access_token"));
    for session in [&first, &second, &elsewhere] {
        with(session).get("/cart").await.expect(200);
    }
    shop.visitor().post("/auth/logout", refresh_token(&second)).await.expect(204);
    for session in [&first, &second] {
        for path in ["/auth/me", "/cart", "/orders"] {
            assert_eq!(with(session).get(path).await.expect(401).at("/code"), "unauthenticated");
        }
    }
    with(&elsewhere).get("/cart").await.expect(200);
}
