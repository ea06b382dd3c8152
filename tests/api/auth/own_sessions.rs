//! `GET /auth/sessions` and `DELETE /auth/sessions/{id}`

use ferrocart_tests::{Answer, Client, TestShop};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn log_in(client: &Client) -> Answer {
    client.post("/auth/login", json!({ "email": "ada@example.com", "password": "correct horse" })).await.expect(200)
}

#[tokio::test]
async fn users_list_their_sessions_and_end_each_of_them() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    shop.customer("bob").await;
    let phone = log_in(&shop.visitor().with_header("user-agent", "Ferrocart for Phones/2")).await;
    assert_snapshot!(ada.get("/auth/sessions").await.shown());
    let sessions = ada.get("/auth/sessions").await.expect(200);
    let other = format!("/auth/sessions/{}", sessions.text("/items/0/id"));
    let with_phone = shop.visitor().with_token(&phone.text("/access_token"));
    with_phone.get("/cart").await.expect(200);
    assert_eq!(ada.delete(&other).await.expect(204).body, Value::Null);
    with_phone.get("/cart").await.expect(401);
    let refreshed = json!({ "refresh_token": phone.text("/refresh_token") });
    shop.visitor().post("/auth/refresh", refreshed).await.expect(401);
    ada.delete(&other).await.expect(404);
    assert_eq!(ada.get("/auth/sessions").await.expect(200).at("/items/0/current"), true);
    let own = format!("/auth/sessions/{}", sessions.text("/items/1/id"));
    ada.delete(&own).await.expect(204);
    ada.get("/auth/sessions").await.expect(401);
}

#[tokio::test]
async fn another_user_s_session_looks_like_an_unknown_one() {
    let shop = TestShop::open().await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let of_ada = ada.get("/auth/sessions").await.expect(200).text("/items/0/id");
    let rejected = bob.delete(&format!("/auth/sessions/{of_ada}")).await.expect(404);
    let unknown = bob.delete("/auth/sessions/6740a1b2c3d4e5f601234567").await.expect(404);
    assert_eq!(rejected.shown(), unknown.shown());
    ada.get("/cart").await.expect(200);
}

#[tokio::test]
async fn refreshing_updates_the_session_instead_of_adding_one() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let mut second = log_in(shop.visitor()).await;
    log_in(shop.visitor()).await;
    for _ in 0..3 {
        let token = json!({ "refresh_token": second.text("/refresh_token") });
        second = shop.visitor().with_header("user-agent", "Newer/3").post("/auth/refresh", token).await.expect(200);
    }
    let sessions = ada.get("/auth/sessions").await.expect(200);
    assert_eq!(sessions.at("/items").as_array().map(Vec::len), Some(3));
    assert_eq!(sessions.at("/items/0/device"), "Newer/3");
    assert!(sessions.text("/items/0/last_used_at") >= sessions.text("/items/1/last_used_at"));
}

#[tokio::test]
async fn sessions_are_paginated() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for _ in 0..4 {
        log_in(shop.visitor()).await;
    }
    let mut seen = BTreeSet::new();
    let mut path = "/auth/sessions?limit=2".to_owned();
    for items in [2, 2, 1] {
        let page = ada.get(&path).await.expect(200);
        let page_items = page.at("/items").as_array().expect("items").clone();
        assert_eq!(page_items.len(), items);
        seen.extend(page_items.iter().map(|item| item["id"].to_string()));
        let cursor = page.at("/next_cursor").as_str().unwrap_or_default().to_owned();
        path = format!("/auth/sessions?limit=2&cursor={cursor}");
    }
    assert_eq!(seen.len(), 5);
    let bob = shop.customer("bob").await;
    let cursor = ada.get("/auth/sessions?limit=2").await.expect(200).text("/next_cursor");
    let rejected = bob.get(&format!("/auth/sessions?limit=2&cursor={cursor}")).await.expect(400);
    assert_eq!(rejected.at("/code"), "invalid_cursor");
}
