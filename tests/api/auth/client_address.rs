//! The address of a client behind a proxy or a frontend server: who may send it, and what it influences.

use crate::leaks::{listen, log};
use ferrocart_tests::{Answer, Client, TestShop, openapi};
use serde_json::json;

const SECRET: &str = "proxy-secret-proxy-secret-proxy-secret";
const PREVIOUS: &str = "previous-secret-previous-secret-previous";
const PROXY: &str = "198.51.100.1";
const HEADERS: [&str; 4] = [
    "x-ferrocart-proxy-secret",
    "x-ferrocart-client-address",
    "cloudfront-viewer-address",
    "x-ferrocart-client-secret",
];

async fn shop_with(limits: &[(&str, &str)]) -> TestShop {
    let secrets = [("PROXY_SECRET", SECRET), ("PROXY_SECRET_PREVIOUS", PREVIOUS)];
    let shop = TestShop::open_with(&[&secrets, limits].concat()).await;
    shop.customer("ada").await;
    shop
}

/// A client whose requests come from the proxy with these headers.
fn behind_proxy(shop: &TestShop, headers: &[(&str, &str)]) -> Client {
    let client = shop.visitor().at(PROXY);
    headers.iter().fold(client, |client, (name, value)| client.with_header(name, value))
}

fn frontend(shop: &TestShop, secret: &str, address: &str) -> Client {
    behind_proxy(shop, &[(HEADERS[0], secret), (HEADERS[1], address)])
}

fn cloudfront(shop: &TestShop, address: &str) -> Client {
    behind_proxy(shop, &[(HEADERS[0], SECRET), (HEADERS[2], address)])
}

async fn log_in(client: &Client) -> Answer {
    client.post("/auth/login", json!({ "email": "ada@example.com", "password": "wrong horse" })).await
}

/// Uses up the attempts of an address and returns whether those of another one are left.
async fn are_separate(one: &Client, other: &Client) -> bool {
    for _ in 0..2 {
        log_in(one).await.expect(401);
    }
    log_in(one).await.expect(429);
    log_in(other).await.status == 401
}

#[tokio::test]
async fn clients_of_a_trusted_proxy_are_throttled_individually() {
    let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "2")]).await;
    let one = frontend(&shop, SECRET, "203.0.113.7");
    assert!(are_separate(&one, &frontend(&shop, SECRET, "203.0.113.8")).await);
    // The same address by another way, and the proxy itself.
    log_in(&frontend(&shop, PREVIOUS, "203.0.113.7")).await.expect(429);
    log_in(&cloudfront(&shop, "203.0.113.7:46532")).await.expect(429);
    log_in(&cloudfront(&shop, "203.0.113.9:46532")).await.expect(401);
    log_in(&shop.visitor().at("203.0.113.7")).await.expect(429);
    log_in(&shop.visitor().at(PROXY)).await.expect(401);
    // A household shares a network.
    assert!(!are_separate(&frontend(&shop, SECRET, "2001:db8::1"), &frontend(&shop, SECRET, "2001:db8::2")).await);
}

#[tokio::test]
async fn clients_of_a_server_behind_cloudfront_are_throttled_individually() {
    let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "2")]).await;
    let server = |address, own| {
        cloudfront(&shop, "192.0.2.1:46532").with_header(HEADERS[1], address).with_header(HEADERS[3], own)
    };
    assert!(are_separate(&server("203.0.113.7", SECRET), &server("203.0.113.8", SECRET)).await);
    // Without the secret the addresses are ignored, and the server is one client.
    assert!(!are_separate(&server("203.0.113.9", "wrong"), &server("203.0.113.10", "wrong")).await);
}

#[tokio::test]
async fn an_address_without_the_secret_is_ignored() {
    for headers in [
        vec![],
        vec![(HEADERS[0], "guessed-secret-guessed-secret-guessed")],
        vec![(HEADERS[0], "")],
        vec![(HEADERS[0], SECRET), (HEADERS[0], SECRET)],
    ] {
        let shop = shop_with(&[("ADDRESS_CALLS_PER_HOUR", "2")]).await;
        for name in [HEADERS[1], HEADERS[2], "x-forwarded-for", "forwarded", "true-client-ip"] {
            let with = |address| behind_proxy(&shop, &[headers.as_slice(), &[(name, address)]].concat());
            let [one, other] = ["203.0.113.7:1", "203.0.113.8:1"].map(with);
            log_in(&one).await;
            log_in(&other).await;
            log_in(&one).await.expect(429);
            log_in(&other).await.expect(429);
        }
    }
}

#[tokio::test]
async fn a_wrong_secret_is_logged_but_not_shown() {
    let (_listening, heard) = listen();
    let shop = shop_with(&[]).await;
    let warnings = || log(&heard).into_iter().filter(|line| line.contains("a proxy has sent a wrong secret"));
    log_in(&frontend(&shop, SECRET, "203.0.113.7")).await.expect(401);
    log_in(&shop.visitor().at(PROXY)).await.expect(401);
    assert_eq!(warnings().count(), 0);
    let wrong = "guessed-secret-guessed-secret-guessed";
    log_in(&frontend(&shop, wrong, "203.0.113.7")).await.expect(401);
    log_in(&cloudfront(&shop, "203.0.113.7:1").with_header(HEADERS[3], wrong)).await.expect(401);
    let logged: Vec<String> = warnings().collect();
    assert_eq!(logged.len(), 2);
    assert!(logged.iter().all(|line| line.contains("WARN") && !line.contains(wrong)), "{logged:?}");
}

#[tokio::test]
async fn all_addresses_of_a_secret_have_an_upper_limit() {
    let shop = shop_with(&[("PROXY_CALLS_PER_HOUR", "3")]).await;
    for number in 0..3 {
        log_in(&frontend(&shop, SECRET, &format!("203.0.113.{number}"))).await.expect(401);
    }
    let rejected = log_in(&frontend(&shop, SECRET, "203.0.113.200")).await.expect(429);
    assert_eq!(rejected.at("/code"), "rate_limited");
    // Other secrets, other actions and clients without a proxy have their own limits.
    log_in(&frontend(&shop, PREVIOUS, "203.0.113.201")).await.expect(401);
    log_in(&shop.visitor().at("203.0.113.202")).await.expect(401);
    let account = json!({ "name": "Bob", "email": "bob@example.com", "password": "correct horse" });
    let session = frontend(&shop, SECRET, "203.0.113.203").post("/auth/register", account).await.expect(201);
    // Successful refreshes do not count.
    let mut token = session.text("/refresh_token");
    for _ in 0..5 {
        let client = frontend(&shop, SECRET, "203.0.113.204");
        token =
            client.post("/auth/refresh", json!({ "refresh_token": token })).await.expect(200).text("/refresh_token");
    }
}

#[tokio::test]
async fn the_address_influences_nothing_but_throttling() {
    let shop = shop_with(&[]).await;
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    let direct = shop.visitor().at(PROXY).post("/auth/login", login.clone()).await.expect(200);
    let forwarded = frontend(&shop, SECRET, "203.0.113.7").post("/auth/login", login).await.expect(200);
    let fields = |answer: &Answer| answer.body.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&direct), fields(&forwarded));
    let sessions = shop.visitor().with_token(&forwarded.text("/access_token")).get("/auth/sessions").await.expect(200);
    assert!(!sessions.body.to_string().contains("203.0.113.7"), "{}", sessions.body);
    // Neither the address nor the secret grants access.
    frontend(&shop, SECRET, "203.0.113.7").get("/auth/me").await.expect(401);
    frontend(&shop, SECRET, "127.0.0.1").get("/admin/orders").await.expect(401);
    // The headers are no part of the API's contract.
    let text = openapi().to_lowercase();
    assert!(HEADERS.iter().all(|header| !text.contains(header)));
}
