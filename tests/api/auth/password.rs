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

/// `pässwörd 9x` as different systems send it.
const FORMS: [&str; 4] =
    ["pässwörd 9x", "pa\u{308}sswo\u{308}rd 9x", "pässwörd\u{a0}9x", "pa\u{308}sswo\u{308}rd\u{202f}9x"];

#[tokio::test]
async fn a_password_typed_on_two_systems_is_one_password() {
    let shop = TestShop::open().await;
    for (number, form) in FORMS.into_iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let account = json!({ "name": "Ada", "email": email, "password": form });
        let session = shop.visitor().post("/auth/register", account).await.expect(201);
        let ada = with(&shop, &session);
        for other in FORMS {
            shop.visitor().post("/auth/login", json!({ "email": email, "password": other })).await.expect(200);
            // A new password in another form is the current one.
            let unchanged = ada.put("/auth/me/password", change(form, other)).await.expect(422);
            assert_eq!(unchanged.at("/errors/0/code"), "unchanged");
            ada.put("/auth/me/password", change(other, "another horse")).await.expect(204);
            ada.put("/auth/me/password", change("another horse", form)).await.expect(204);
        }
        for wrong in ["passwörd 9x", "Pässwörd 9x", "pässwörd  9x", "pässwörd 9x "] {
            shop.visitor().post("/auth/login", json!({ "email": email, "password": wrong })).await.expect(401);
        }
        let last = Some(json!({ "password": FORMS[FORMS.len() - 1 - number] }));
        ada.send(axum::http::Method::DELETE, "/auth/me", last).await.expect(204);
    }
}

#[tokio::test]
async fn the_limit_of_71_bytes_applies_to_the_normalized_form() {
    let shop = TestShop::open().await;
    let vowels = ["a", "o", "u", "e", "i"].map(|vowel| format!("{vowel}\u{308}")).concat();
    let account = |password: &str| json!({ "name": "Ada", "email": "ada@example.com", "password": password });
    // 35 letters of 2 bytes when composed, and one of 1 byte.
    let longest = format!("{}b", vowels.repeat(7));
    let rejected = shop.visitor().post("/auth/register", account(&format!("{longest}b"))).await.expect(422);
    assert_eq!(rejected.at("/errors/0/code"), "too_long");
    shop.visitor().post("/auth/register", account(&longest)).await.expect(201);
    log_in(&shop, &longest).await.expect(200);
    log_in(&shop, &format!("{}b", "äöüëï".repeat(7))).await.expect(200);
    for longer in [format!("{longest}b"), format!("{longest}{}", "b".repeat(100_000)), "a\u{308}".repeat(80_000)] {
        log_in(&shop, &longer).await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tab_that_refreshes_during_its_password_change_stays_logged_in() {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse 0" });
    let mut current = shop.visitor().post("/auth/register", account).await.expect(201);
    for round in 0..20 {
        let tab = with(&shop, &current);
        let (old, new) = (format!("correct horse {round}"), format!("correct horse {}", round + 1));
        let changing = tokio::spawn(async move { tab.put("/auth/me/password", change(&old, &new)).await });
        while !changing.is_finished() {
            current = refresh(&shop, &current).await.expect(200);
        }
        changing.await.expect("an answer").expect(204);
    }
}
