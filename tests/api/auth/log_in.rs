//! `POST /auth/login`

use axum::http::HeaderMap;
use ferrocart_tests::{Answer, TestShop};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

#[tokio::test]
async fn every_login_opens_a_session_of_its_own() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    let one = shop.visitor().post("/auth/login", credentials(" ADA@example.com", "correct horse")).await;
    assert_snapshot!(one.shown());
    let two = shop.visitor().post("/auth/login", credentials("ada@example.com", "correct horse")).await.expect(200);
    assert_ne!(one.at("/refresh_token"), two.at("/refresh_token"));
    assert_ne!(one.at("/access_token"), two.at("/access_token"));
}

/// Everything that an attacker can compare: all but the request id.
fn comparable(answer: &Answer) -> (String, HeaderMap) {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    (answer.shown(), headers)
}

#[tokio::test]
async fn an_unknown_email_and_a_wrong_password_get_the_same_answer() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    for password in [
        "wrong horse",
        "",
        " ",
        "correct horse ",
        "Correct Horse",
        "\0",
        "correct\0horse",
        &"x".repeat(72),
        &"x".repeat(5000),
    ] {
        let wrong = shop.visitor().post("/auth/login", credentials("ada@example.com", password)).await.expect(401);
        let unknown = shop.visitor().post("/auth/login", credentials("bob@example.com", password)).await.expect(401);
        assert_eq!(wrong.at("/code"), "invalid_credentials");
        assert_eq!(comparable(&wrong), comparable(&unknown), "{password:?}");
    }
}

#[tokio::test]
async fn an_unknown_email_takes_as_long_as_a_wrong_password() {
    // At this cost hashing dominates. The two alternate, so that other load affects both.
    let shop = TestShop::open_with(&[("BCRYPT_COST", "8")]).await;
    shop.customer("ada").await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        for (email, times) in [("ada@example.com", &mut known), ("bob@example.com", &mut unknown)] {
            let started = Instant::now();
            shop.visitor().post("/auth/login", credentials(email, "wrong horse")).await.expect(401);
            times.push(started.elapsed());
        }
    }
    let (known, unknown) = (median(known), median(unknown));
    // Without the hashing the ratio is above ten.
    assert!(known < unknown * 4 && unknown < known * 4, "{known:?} {unknown:?}");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::test]
async fn values_other_than_strings_are_rejected() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    for operator in [
        json!({ "$gt": "" }),
        json!({ "$ne": null }),
        json!(["ada@example.com"]),
        json!({ "$where": "1" }),
        json!(null),
    ] {
        let rejected = shop.visitor().post("/auth/login", json!({ "email": operator, "password": "correct horse" }));
        assert_eq!(rejected.await.expect(422).at("/errors/0/pointer"), "/email");
        let rejected = shop.visitor().post("/auth/login", json!({ "email": "ada@example.com", "password": operator }));
        assert_eq!(rejected.await.expect(422).at("/errors/0/pointer"), "/password");
    }
}
