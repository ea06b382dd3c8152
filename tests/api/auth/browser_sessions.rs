//! Sessions in cookies, and the attacks of other sites on them.

use axum::body::Body;
use axum::http::Request;
use ferrocart_tests::bucket::FRONTEND;
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::{Value, json};

const NAME: &str = "__Secure-ferrocart-refresh";
const PREVIEW: &str = "https://change-7.preview.example.com";

async fn open() -> TestShop {
    let settings = [("ALLOWED_ORIGINS", FRONTEND), ("ALLOWED_ORIGIN_PATTERNS", "https://*.preview.example.com")];
    let shop = TestShop::open_with(&settings).await;
    shop.customer("ada").await;
    shop
}

fn credentials() -> Value {
    json!({ "email": "ada@example.com", "password": "correct horse" })
}

/// The shop's own page in a browser.
fn page(shop: &TestShop) -> Client {
    shop.visitor().with_header("origin", FRONTEND).with_header("x-ferrocart-session", "cookie")
}

/// A browser with this cookie on that page.
fn browser(shop: &TestShop, token: &str) -> Client {
    page(shop).with_header("cookie", &format!("consent=yes; {NAME}={token}; theme=dark"))
}

/// The value of the cookie that a response sets, whose attributes are always the same.
fn cookie_of(answer: &Answer, max_age: &str) -> String {
    let cookie = answer.header("set-cookie");
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    let (value, attributes) =
        cookie.strip_prefix(&format!("{NAME}=")).expect("the name").split_once("; ").expect("attributes");
    let mut attributes: Vec<&str> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(
        attributes,
        ["HttpOnly", &format!("Max-Age={max_age}"), "Path=/api/v1/auth", "SameSite=Strict", "Secure"]
    );
    value.to_owned()
}

fn token_of(answer: &Answer) -> String {
    assert_eq!(answer.at("/refresh_token"), &Value::Null);
    let token = cookie_of(answer, "2592000");
    assert!(!answer.body.to_string().contains(&token));
    token
}

async fn log_in(shop: &TestShop) -> String {
    token_of(&page(shop).post("/auth/login?session=cookie", credentials()).await.expect(200))
}

#[tokio::test]
async fn login_and_registration_move_the_token_into_the_cookie() {
    let shop = open().await;
    let login = page(&shop).post("/auth/login?session=cookie", credentials()).await.expect(200);
    token_of(&login);
    shop.visitor().with_token(&login.text("/access_token")).get("/auth/me").await.expect(200);
    let account = json!({ "name": "Bo", "email": "bo@example.com", "password": "correct horse" });
    token_of(&page(&shop).post("/auth/register?session=cookie", account).await.expect(201));
    // Without the parameter everything is as before.
    let login = page(&shop).post("/auth/login", credentials()).await.expect(200);
    assert!(login.at("/refresh_token").is_string() && !login.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn a_refresh_replaces_the_cookie() {
    let shop = open().await;
    let first = log_in(&shop).await;
    let refreshed = browser(&shop, &first).post("/auth/refresh", json!({})).await.expect(200);
    let second = token_of(&refreshed);
    assert_ne!(first, second);
    shop.visitor().with_token(&refreshed.text("/access_token")).get("/auth/me").await.expect(200);
    token_of(&browser(&shop, &second).post("/auth/refresh", json!({})).await.expect(200));
}

#[tokio::test]
async fn a_stolen_cookie_ends_the_session_when_it_is_reused() {
    let settings = [("ALLOWED_ORIGINS", FRONTEND), ("REFRESH_LEEWAY_SECONDS", "0")];
    let shop = TestShop::open_with(&settings).await;
    shop.customer("ada").await;
    let stolen = log_in(&shop).await;
    let current = token_of(&browser(&shop, &stolen).post("/auth/refresh", json!({})).await.expect(200));
    for token in [stolen, current] {
        let answer = browser(&shop, &token).post("/auth/refresh", json!({})).await.expect(401);
        assert_eq!(answer.text("/code"), "invalid_credentials");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn logout_ends_the_session_and_removes_the_cookie() {
    let shop = open().await;
    let token = log_in(&shop).await;
    for cookie in [token.as_str(), &token, "unknown", ""] {
        let answer = browser(&shop, cookie).post("/auth/logout", json!({})).await.expect(204);
        assert_eq!(cookie_of(&answer, "0"), "");
    }
    let answer = page(&shop).post("/auth/logout", json!({})).await.expect(204);
    assert_eq!(cookie_of(&answer, "0"), "");
    browser(&shop, &token).post("/auth/refresh", json!({})).await.expect(401);
}

/// The requests that use a session in a cookie, with their bodies.
fn requests() -> [(&'static str, Value); 4] {
    let account = json!({ "name": "Eve", "email": "eve@example.com", "password": "correct horse" });
    [
        ("/auth/login?session=cookie", credentials()),
        ("/auth/register?session=cookie", account),
        ("/auth/refresh", json!({})),
        ("/auth/logout", json!({})),
    ]
}

/// Asserts that the session of a browser is as before.
async fn assert_untouched(shop: &TestShop, token: &str) {
    token_of(&browser(shop, token).post("/auth/refresh", json!({})).await.expect(200));
}

#[tokio::test]
async fn requests_of_other_sites_are_rejected() {
    let shop = open().await;
    let token = log_in(&shop).await;
    let visitor = shop.visitor().with_header("cookie", &format!("{NAME}={token}"));
    let with_header = visitor.with_header("x-ferrocart-session", "cookie");
    for (path, body) in requests() {
        let missing = with_header.post(path, body.clone()).await.expect(403);
        assert_eq!(missing.text("/code"), "origin_not_allowed");
        for origin in ["https://evil.example", "null", "", PREVIEW, "http://localhost:3000.evil.example"] {
            let answer = with_header.with_header("origin", origin).post(path, body.clone()).await.expect(403);
            assert_eq!(answer.text("/code"), "origin_not_allowed", "{path} from {origin}");
            assert!(!answer.headers.contains_key("set-cookie"), "{path} from {origin}");
        }
        let two = with_header.with_header("origin", FRONTEND).with_header("origin", "https://evil.example");
        two.post(path, body).await.expect(400);
    }
    assert_untouched(&shop, &token).await;
}

#[tokio::test]
async fn a_form_cannot_send_the_header() {
    let shop = open().await;
    let token = log_in(&shop).await;
    let visitor = shop.visitor().with_header("cookie", &format!("{NAME}={token}")).with_header("origin", FRONTEND);
    for (path, body) in requests() {
        let answer = visitor.post(path, body.clone()).await.expect(400);
        assert!(answer.text("/detail").contains("X-Ferrocart-Session"), "{path}: {}", answer.body);
        for value in ["", "body", "COOKIE", "cookie, cookie"] {
            visitor.with_header("x-ferrocart-session", value).post(path, body.clone()).await.expect(400);
        }
    }
    assert_untouched(&shop, &token).await;
}

#[tokio::test]
async fn only_json_is_accepted() {
    let shop = open().await;
    let token = log_in(&shop).await;
    for (path, body) in requests() {
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data")] {
            let mut request = Request::post(format!("/api/v1{path}"));
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let request = request.body(Body::from(body.to_string())).expect("a request");
            browser(&shop, &token).send_raw(request).await.expect(415);
        }
    }
    assert_untouched(&shop, &token).await;
}

#[tokio::test]
async fn of_two_cookies_none_is_used() {
    let shop = open().await;
    let token = log_in(&shop).await;
    for other in [token.as_str(), "planted", ""] {
        for client in [
            page(&shop).with_header("cookie", &format!("{NAME}={token}; {NAME}={other}")),
            browser(&shop, &token).with_header("cookie", &format!("{NAME}={other}")),
        ] {
            for path in ["/auth/refresh", "/auth/logout"] {
                let answer = client.post(path, json!({})).await.expect(400);
                assert!(answer.text("/detail").contains("Cookie"), "{}", answer.body);
            }
        }
    }
    assert_untouched(&shop, &token).await;
}

#[tokio::test]
async fn cookie_and_body_do_not_mix() {
    let shop = open().await;
    let token = log_in(&shop).await;
    let own = shop.visitor().post("/auth/login", credentials()).await.expect(200).text("/refresh_token");
    for path in ["/auth/refresh", "/auth/logout"] {
        let answer = browser(&shop, &token).post(path, json!({ "refresh_token": own })).await.expect(422);
        assert_eq!(answer.text("/errors/0/pointer"), "/refresh_token");
    }
    // Without the header the cookie counts for nothing.
    let ambient = shop.visitor().with_header("cookie", &format!("{NAME}={token}"));
    let refreshed = ambient.post("/auth/refresh", json!({ "refresh_token": own })).await.expect(200);
    assert!(refreshed.at("/refresh_token").is_string() && !refreshed.headers.contains_key("set-cookie"));
    let logout = ambient.post("/auth/logout", json!({ "refresh_token": own })).await.expect(204);
    assert!(!logout.headers.contains_key("set-cookie"));
    assert_untouched(&shop, &token).await;
}

#[tokio::test]
async fn a_missing_or_unknown_cookie_is_no_session() {
    let shop = open().await;
    page(&shop).post("/auth/refresh", json!({})).await.expect(401);
    for cookie in ["", "unknown", "\"quoted\"", &"x".repeat(112)] {
        let answer = browser(&shop, cookie).post("/auth/refresh", json!({})).await.expect(401);
        assert_eq!(answer.text("/code"), "invalid_credentials", "{cookie}");
    }
    for value in ["body", "", "cookie&session=cookie"] {
        let answer = page(&shop).post(&format!("/auth/login?session={value}"), credentials()).await.expect(400);
        assert_eq!(answer.text("/errors/0/pointer"), "session", "{value}");
    }
}

#[tokio::test]
async fn the_cookie_opens_no_other_endpoint() {
    let shop = open().await;
    let token = log_in(&shop).await;
    for path in ["/auth/me", "/auth/sessions", "/cart", "/orders"] {
        browser(&shop, &token).get(path).await.expect(401);
    }
}

#[tokio::test]
async fn without_listed_origins_there_are_no_sessions_in_cookies() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    let answer = page(&shop).post("/auth/login?session=cookie", credentials()).await.expect(403);
    assert_eq!(answer.text("/code"), "origin_not_allowed");
}
