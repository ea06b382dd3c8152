//! `PUT /auth/me/password`

use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn change(current: &str, new: &str) -> Value {
    json!({ "current_password": current, "new_password": new })
}

async fn log_in(shop: &TestShop, password: &str) -> Answer {
    shop.visitor().post("/auth/login", json!({ "email": "ada@example.com", "password": password })).await
}

async fn refresh(shop: &TestShop, session: &Answer) -> Answer {
    shop.visitor().post("/auth/refresh", json!({ "refresh_token": session.text("/refresh_token") })).await
}

fn with(shop: &TestShop, session: &Answer) -> Client {
    shop.visitor().with_token(&session.text("/access_token"))
}

#[tokio::test]
async fn changing_the_password_ends_every_other_session() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    let bob = shop.customer("bob").await;
    let (here, elsewhere) = (log_in(&shop, "correct horse").await, log_in(&shop, "correct horse").await);
    let changed = with(&shop, &here).put("/auth/me/password", change("correct horse", "another horse")).await;
    assert_eq!(changed.expect(204).body, Value::Null);
    with(&shop, &elsewhere).get("/cart").await.expect(401);
    refresh(&shop, &elsewhere).await.expect(401);
    with(&shop, &here).get("/cart").await.expect(200);
    let renewed = refresh(&shop, &here).await.expect(200);
    with(&shop, &renewed).get("/cart").await.expect(200);
    bob.get("/cart").await.expect(200);
    log_in(&shop, "correct horse").await.expect(401);
    log_in(&shop, "another horse").await.expect(200);
}

#[tokio::test]
async fn a_wrong_or_unacceptable_password_changes_nothing() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for (body, status, pointer) in [
        (change("wrong horse", "another horse"), 401, None),
        (change("", "another horse"), 401, None),
        (change("correct horse", "short"), 422, Some("/new_password")),
        (change("correct horse", "password"), 422, Some("/new_password")),
        (change("correct horse", "correct horse"), 422, Some("/new_password")),
        (change("correct horse", &"é".repeat(36)), 422, Some("/new_password")),
        (json!({ "new_password": "another horse" }), 422, Some("/current_password")),
        (json!({ "current_password": { "$ne": "" }, "new_password": "another horse" }), 422, Some("/current_password")),
    ] {
        let rejected = ada.put("/auth/me/password", body.clone()).await.expect(status);
        match pointer {
            Some(pointer) => assert_eq!(rejected.at("/errors/0/pointer"), pointer, "{body}"),
            None => assert_eq!(rejected.at("/code"), "invalid_credentials"),
        }
    }
    log_in(&shop, "correct horse").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_concurrent_login_does_not_outlive_the_old_password() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let logins = (0..20).map(|_| {
        let visitor = shop.visitor().clone();
        let old = json!({ "email": "ada@example.com", "password": "correct horse" });
        tokio::spawn(async move { visitor.post("/auth/login", old).await })
    });
    let logins: Vec<_> = logins.collect();
    ada.put("/auth/me/password", change("correct horse", "another horse")).await.expect(204);
    for login in join_all(logins).await {
        let login = login.expect("an answer");
        if login.status == 200 {
            with(&shop, &login).get("/cart").await.expect(401);
            refresh(&shop, &login).await.expect(401);
        } else {
            login.expect(401);
        }
    }
    ada.get("/cart").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_8_concurrent_password_changes_one_succeeds() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let changes = (0..8).map(|number| {
        let ada = ada.clone();
        tokio::spawn(async move {
            ada.put("/auth/me/password", change("correct horse", &format!("horse number {number}"))).await
        })
    });
    let changes: Vec<_> = join_all(changes).await.into_iter().map(|answer| answer.expect("an answer")).collect();
    assert_eq!(changes.iter().filter(|answer| answer.status == 204).count(), 1);
    assert!(changes.iter().all(|answer| [204, 401].contains(&answer.status.as_u16())));
    ada.get("/cart").await.expect(200);
}

#[tokio::test]
async fn a_login_replaces_a_hash_of_a_lower_cost() {
    let shop = TestShop::open_with(&[("BCRYPT_COST", "5")]).await;
    shop.customer("ada").await;
    let users = shop.database().collection::<mongodb::bson::Document>("users");
    let cheap = TestShop::open().await;
    cheap.customer("ada").await;
    let cheap = cheap.database().collection::<mongodb::bson::Document>("users");
    let cheap = cheap.find_one(mongodb::bson::doc! {}).await.expect("an answer").expect("a user");
    let cheap = cheap.get_str("password_hash").expect("a hash").to_owned();
    assert!(cheap.starts_with("$2b$04$"));
    let downgrade = mongodb::bson::doc! { "$set": { "password_hash": &cheap } };
    users.update_one(mongodb::bson::doc! {}, downgrade).await.expect("an older hash");
    log_in(&shop, "wrong horse").await.expect(401);
    let before = users.find_one(mongodb::bson::doc! {}).await.expect("an answer").expect("a user");
    assert_eq!(before.get_str("password_hash").expect("a hash"), cheap);
    let session = log_in(&shop, "correct horse").await.expect(200);
    let after = users.find_one(mongodb::bson::doc! {}).await.expect("an answer").expect("a user");
    assert!(after.get_str("password_hash").expect("a hash").starts_with("$2b$05$"));
    with(&shop, &session).get("/cart").await.expect(200);
    log_in(&shop, "correct horse").await.expect(200);
}
