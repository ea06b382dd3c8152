//! Throttling: attempts are limited, and attackers cannot lock users out.

use crate::orders::buyers::count;
use axum::http::Method;
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};

const HOME: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.9";

async fn shop_with(limits: &[(&str, &str)]) -> TestShop {
    TestShop::open_with(limits).await
}

async fn log_in(client: &Client, name: &str, password: &str) -> Answer {
    client.post("/auth/login", json!({ "email": format!("{name}@example.com"), "password": password })).await
}

#[track_caller]
fn retry_after(rejected: Answer) -> i64 {
    let rejected = rejected.expect(429);
    assert_eq!(rejected.at("/code"), "rate_limited");
    rejected.header("retry-after").parse().expect("seconds")
}

/// Moves every throttle back in time, as if the seconds had passed.
async fn advance(shop: &TestShop, seconds: i64) {
    let throttles = shop.database().collection::<Document>("throttles");
    let update = doc! { "$set": { "full_at": { "$subtract": ["$full_at", seconds.saturating_mul(1000)] } } };
    throttles.update_many(doc! {}, vec![update]).await.expect("an update");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_50_concurrent_wrong_passwords_all_are_counted() {
    let shop = shop_with(&[("PASSWORD_TRIES_PER_HOUR", "20")]).await;
    shop.customer("ada").await;
    let attempts = (0..50).map(|number| {
        // Every attempt has its own IP address, so the limit is the account's.
        let client = shop.visitor().at(&format!("10.0.0.{number}"));
        tokio::spawn(async move { log_in(&client, "ada", "wrong horse").await })
    });
    let answers: Vec<Answer> = join_all(attempts).await.into_iter().map(|answer| answer.expect("an answer")).collect();
    assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 20);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 30);
}

#[tokio::test]
async fn retry_after_is_accurate() {
    let shop = shop_with(&[("PASSWORD_TRIES_PER_HOUR", "6")]).await;
    shop.customer("ada").await;
    let stranger = shop.visitor().at(ELSEWHERE);
    for _ in 0..6 {
        log_in(&stranger, "ada", "wrong horse").await.expect(401);
    }
    let seconds = retry_after(log_in(&stranger, "ada", "correct horse").await);
    // One attempt becomes available every ten minutes.
    assert!((595..=600).contains(&seconds), "{seconds}");
    advance(&shop, seconds - 60).await;
    retry_after(log_in(&stranger, "ada", "correct horse").await);
    advance(&shop, 60).await;
    log_in(&stranger, "ada", "correct horse").await.expect(200);
}

#[tokio::test]
async fn an_unknown_account_is_throttled_like_an_existing_one() {
    let shop = shop_with(&[("PASSWORD_TRIES_PER_HOUR", "3")]).await;
    shop.customer("ada").await;
    for name in ["ada", "unknown"] {
        let stranger = shop.visitor().at(ELSEWHERE);
        for _ in 0..3 {
            log_in(&stranger, name, "wrong horse").await.expect(401);
        }
        retry_after(log_in(&stranger, name, "wrong horse").await);
    }
}

#[tokio::test]
async fn correct_passwords_are_not_throttled() {
    let shop = shop_with(&[("PASSWORD_TRIES_PER_HOUR", "3")]).await;
    shop.customer("ada").await;
    for _ in 0..10 {
        log_in(shop.visitor(), "ada", "correct horse").await.expect(200);
    }
    let ada = shop.visitor().with_token(&log_in(shop.visitor(), "ada", "correct horse").await.text("/access_token"));
    for _ in 0..2 {
        for (old, new) in [("correct horse", "another horse"), ("another horse", "correct horse")] {
            let change = json!({ "current_password": old, "new_password": new });
            ada.put("/auth/me/password", change).await.expect(204);
        }
    }
}

#[tokio::test]
async fn guesses_from_elsewhere_do_not_lock_the_user_out() {
    let shop = shop_with(&[("PASSWORD_TRIES_PER_HOUR", "3")]).await;
    shop.customer("ada").await;
    let home = shop.visitor().at(HOME);
    let session = log_in(&home, "ada", "correct horse").await.expect(200);
    for number in 0..6 {
        log_in(&shop.visitor().at(&format!("198.51.100.{number}")), "ada", "wrong horse").await;
    }
    retry_after(log_in(&shop.visitor().at(ELSEWHERE), "ada", "correct horse").await);
    // Logins from home and open sessions still work.
    log_in(&home, "ada", "correct horse").await.expect(200);
    let abroad = shop.visitor().at("192.0.2.1");
    let ada = abroad.with_token(&session.text("/access_token"));
    ada.get("/cart").await.expect(200);
    let change = json!({ "current_password": "correct horse", "new_password": "another horse" });
    ada.put("/auth/me/password", change).await.expect(204);
    abroad.post("/auth/refresh", json!({ "refresh_token": session.text("/refresh_token") })).await.expect(200);
    // Her session was used from abroad, so she can now log in from there.
    log_in(&abroad, "ada", "another horse").await.expect(200);
}

#[tokio::test]
async fn request_headers_do_not_hide_the_source_address() {
    let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "5")]).await;
    for number in 0..5 {
        log_in(&shop.visitor().at(ELSEWHERE), &format!("user{number}"), "wrong horse").await.expect(401);
    }
    for header in ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip"] {
        let disguised = shop.visitor().at(ELSEWHERE).with_header(header, "192.0.2.77");
        retry_after(log_in(&disguised, "ada", "wrong horse").await);
    }
    log_in(&shop.visitor().at(HOME), "ada", "wrong horse").await.expect(401);
    // Each kind of call has its own limit.
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    shop.visitor().at(ELSEWHERE).post("/auth/register", account).await.expect(201);
}

#[tokio::test]
async fn an_ipv6_network_is_throttled_as_one_address() {
    let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "5")]).await;
    for number in 0..5 {
        log_in(&shop.visitor().at(&format!("2001:db8:1:2::{number}")), "ada", "wrong horse").await.expect(401);
    }
    retry_after(log_in(&shop.visitor().at("2001:db8:1:2:aaaa::1"), "ada", "wrong horse").await);
    log_in(&shop.visitor().at("2001:db8:1:3::1"), "ada", "wrong horse").await.expect(401);
}

#[tokio::test]
async fn registrations_are_limited_per_source_address_and_email() {
    let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "3"), ("ACCOUNT_CALLS_PER_HOUR", "4")]).await;
    let account =
        |name: &str| json!({ "name": "Ada", "email": format!("{name}@example.com"), "password": "correct horse" });
    for name in ["one", "two", "three"] {
        shop.visitor().at(HOME).post("/auth/register", account(name)).await.expect(201);
    }
    retry_after(shop.visitor().at(HOME).post("/auth/register", account("four")).await);
    assert_eq!(count(&shop, "users", doc! {}).await, 3);
    for number in 1..4 {
        let client = shop.visitor().at(&format!("10.0.0.{number}"));
        client.post("/auth/register", account("one")).await.expect(409);
    }
    retry_after(shop.visitor().at(ELSEWHERE).post("/auth/register", account("ONE")).await);
}

/// The endpoints that count the calls of a source address.
const COUNTED: [(Method, &str); 5] = [
    (Method::POST, "/auth/login"),
    (Method::POST, "/auth/register"),
    (Method::POST, "/auth/refresh"),
    (Method::PUT, "/auth/me/password"),
    (Method::DELETE, "/auth/me"),
];

#[tokio::test]
async fn malformed_and_invalid_bodies_are_counted() {
    let bodies: [(&str, String, u16); 5] = [
        ("application/json", "garbage".to_owned(), 400),
        ("application/json", String::new(), 400),
        ("text/plain", "{}".to_owned(), 415),
        ("application/json", "x".repeat(256 * 1024 + 1), 413),
        ("application/json", "{}".to_owned(), 422),
    ];
    for (method, path) in COUNTED {
        let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "5")]).await;
        let ada = shop.customer("ada").await;
        let send = |client: Client, (content_type, body, _): &(&str, String, u16)| {
            let request = axum::http::Request::builder().method(&method).uri(format!("/api/v1{path}"));
            let request = request.header("content-type", *content_type).body(body.clone().into()).expect("a request");
            async move { client.send_raw(request).await }
        };
        for body in &bodies {
            assert_eq!(send(ada.at(ELSEWHERE), body).await.status.as_u16(), body.2, "{method} {path}");
        }
        // The body is not read any more.
        for body in &bodies {
            retry_after(send(ada.at(ELSEWHERE), body).await);
        }
        // Clients at other addresses are not affected.
        assert_eq!(send(ada.at(HOME), &bodies[0]).await.status.as_u16(), 400, "{method} {path}");
    }
}

#[tokio::test]
async fn garbage_of_one_client_does_not_stop_others_from_refreshing() {
    let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "10")]).await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().at(HOME).post("/auth/register", account).await.expect(201);
    let stranger = shop.visitor().at(ELSEWHERE);
    let attempts = join_all((0..60).map(|_| stranger.post("/auth/refresh", json!("garbage")))).await;
    assert_eq!(attempts.iter().filter(|answer| answer.status == 422).count(), 10);
    let token = json!({ "refresh_token": session.text("/refresh_token") });
    for _ in 0..20 {
        shop.visitor().at(HOME).post("/auth/refresh", token.clone()).await.expect(200);
    }
}

#[tokio::test]
async fn refreshes_and_invalid_refresh_tokens_are_limited() {
    let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "4"), ("ACCOUNT_CALLS_PER_HOUR", "6")]).await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let mut session = shop.visitor().post("/auth/register", account).await.expect(201);
    let token = |session: &Answer| json!({ "refresh_token": session.text("/refresh_token") });
    let home = shop.visitor().at(HOME);
    for _ in 0..6 {
        session = home.post("/auth/refresh", token(&session)).await.expect(200);
    }
    let seconds = retry_after(home.post("/auth/refresh", token(&session)).await);
    // The rejected request did not spend the token.
    advance(&shop, seconds).await;
    home.post("/auth/refresh", token(&session)).await.expect(200);
    let stranger = shop.visitor().at(ELSEWHERE);
    for number in 0..4 {
        stranger.post("/auth/refresh", json!({ "refresh_token": number.to_string() })).await.expect(401);
    }
    retry_after(stranger.post("/auth/refresh", json!({ "refresh_token": "x" })).await);
}

#[tokio::test]
async fn password_guesses_with_an_access_token_are_throttled() {
    let shop = shop_with(&[("PASSWORD_TRIES_PER_HOUR", "4")]).await;
    let ada = shop.customer("ada").await;
    let change = json!({ "current_password": "wrong horse", "new_password": "another horse" });
    for _ in 0..2 {
        ada.put("/auth/me/password", change.clone()).await.expect(401);
        let deletion = Some(json!({ "password": "wrong horse" }));
        ada.send(Method::DELETE, "/auth/me", deletion).await.expect(401);
    }
    retry_after(ada.put("/auth/me/password", change).await);
    // The owner can still log in, and the session stays open.
    log_in(shop.visitor(), "ada", "correct horse").await.expect(200);
    ada.get("/cart").await.expect(200);
}

#[tokio::test]
async fn throttles_expire_and_hold_no_personal_data() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    log_in(&shop.visitor().at(HOME), "ada", "wrong horse").await.expect(401);
    let throttles = shop.database().collection::<Document>("throttles");
    let mut found = throttles.find(doc! {}).await.expect("an answer");
    while found.advance().await.expect("an answer") {
        let bucket = found.deserialize_current().expect("a document");
        assert!(!bucket.to_string().contains("ada") && !bucket.to_string().contains(HOME), "{bucket}");
        let (end, limit) = (bucket.get_datetime("expires_at").expect("an end"), DateTime::now().timestamp_millis());
        assert!(end.timestamp_millis() <= limit + 3_600_000);
    }
    let session = shop.database().collection::<Document>("sessions").find_one(doc! {}).await.expect("an answer");
    assert!(!session.expect("a session").to_string().contains(HOME));
    let indexes = throttles.list_index_names().await.expect("names");
    assert_eq!(Value::from(indexes), json!(["_id_", "full"]));
}
