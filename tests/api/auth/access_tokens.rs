//! What passes for an access token, and what does not.

use aws_lc_rs::hmac;
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::{Value, json};

const RIGHT: &str = "for-tests-only-for-tests-only-for-tests-only";
const SECRET: &[u8] = RIGHT.as_bytes();

/// A shop, Ada, and what a token of hers says.
async fn shop_with_claims() -> (TestShop, Client, String, Value) {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let token = shop.visitor().post("/auth/register", account).await.expect(201).text("/access_token");
    let claims = token.split('.').nth(1).expect("claims").to_owned();
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let ada = shop.visitor().with_token(&token);
    ada.get("/auth/me").await.expect(200);
    (shop, ada, token, serde_json::from_slice(&claims).expect("JSON"))
}

fn sign_with(algorithm: hmac::Algorithm, secret: &[u8], header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = hmac::sign(&hmac::Key::new(algorithm, secret), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A token as the shop makes it, with other claims.
fn sign(claims: &Value) -> String {
    sign_with(hmac::HMAC_SHA256, SECRET, r#"{"typ":"JWT","alg":"HS256"}"#, &claims.to_string())
}

/// The claims with one of them replaced, or without it.
fn with(claims: &Value, name: &str, value: Option<Value>) -> Value {
    let mut claims = claims.clone();
    let fields = claims.as_object_mut().expect("an object");
    match value {
        Some(value) => fields.insert(name.to_owned(), value),
        None => fields.remove(name),
    };
    claims
}

async fn present(shop: &TestShop, token: &str) -> Answer {
    shop.visitor().with_token(token).get("/auth/me").await
}

#[track_caller]
fn assert_refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, 401, "{why}");
    assert_eq!(answer.at("/code"), "unauthenticated", "{why}");
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{why}");
}

#[tokio::test]
async fn a_token_made_as_the_shop_makes_them_passes() {
    // Without this, the tests below could refuse tokens for a reason that they do not mean.
    let (shop, _, _, claims) = shop_with_claims().await;
    present(&shop, &sign(&claims)).await.expect(200);
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused_in_any_spelling() {
    let (shop, _, token, claims) = shop_with_claims().await;
    let signature = token.rsplit('.').next().expect("a signature");
    for alg in ["none", "None", "NONE", "nOnE", "none ", ""] {
        let header = URL_SAFE_NO_PAD.encode(json!({ "typ": "JWT", "alg": alg }).to_string());
        let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
        for token in
            [format!("{header}.{payload}."), format!("{header}.{payload}"), format!("{header}.{payload}.{signature}")]
        {
            assert_refused(&present(&shop, &token).await, alg);
        }
    }
}

#[tokio::test]
async fn another_algorithm_with_the_right_secret_is_refused() {
    let (shop, _, _, claims) = shop_with_claims().await;
    for (alg, algorithm) in [
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
        ("HS1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        ("hs256", hmac::HMAC_SHA256),
        ("RS256", hmac::HMAC_SHA256),
        ("ES256", hmac::HMAC_SHA256),
        ("EdDSA", hmac::HMAC_SHA256),
    ] {
        let header = json!({ "typ": "JWT", "alg": alg }).to_string();
        assert_refused(&present(&shop, &sign_with(algorithm, SECRET, &header, &claims.to_string())).await, alg);
    }
    for header in [r#"{"typ":"JWT"}"#, "{}", "[]", "null", "", r#"{"alg":["HS256"]}"#, r#"{"alg":{"$ne":1}}"#] {
        assert_refused(
            &present(&shop, &sign_with(hmac::HMAC_SHA256, SECRET, header, &claims.to_string())).await,
            header,
        );
    }
}

#[tokio::test]
async fn a_key_that_the_token_itself_names_is_not_used() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let own_key = json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode("mine") });
    for (header, secret) in [
        (json!({ "alg": "HS256", "kid": "/dev/null" }), ""),
        (json!({ "alg": "HS256", "kid": "../../../../etc/hostname" }), ""),
        (json!({ "alg": "HS256", "kid": "' OR 1=1 --" }), "1"),
        (json!({ "alg": "HS256", "kid": "/dev/null" }), RIGHT),
        (json!({ "alg": "HS256", "kid": "" }), RIGHT),
        (json!({ "alg": "HS256", "kid": ["0"] }), RIGHT),
        (json!({ "alg": "HS256", "kid": { "$ne": 1 } }), RIGHT),
        (json!({ "alg": "HS256", "jwk": own_key }), "mine"),
        (json!({ "alg": "HS256", "jku": "http://127.0.0.1:9/keys" }), "mine"),
        (json!({ "alg": "HS256", "x5u": "http://127.0.0.1:9/keys" }), "mine"),
    ] {
        let token = sign_with(hmac::HMAC_SHA256, secret.as_bytes(), &header.to_string(), &claims.to_string());
        assert_refused(&present(&shop, &token).await, &header.to_string());
    }
}

#[tokio::test]
async fn a_token_that_was_changed_in_one_place_is_refused() {
    let (shop, _, token, claims) = shop_with_claims().await;
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let edited = URL_SAFE_NO_PAD.encode(with(&claims, "role", Some(json!("admin"))).to_string());
    assert_refused(&present(&shop, &format!("{header}.{edited}.{signature}")).await, "role");
    // Every character of the signature counts, those whose last bits are padding too.
    for place in 0..signature.len() {
        let mut changed = signature.to_owned();
        let old = &signature[place..=place];
        for new in ["A", "B", "_"].into_iter().filter(|new| *new != old) {
            changed.replace_range(place..=place, new);
            assert_refused(&present(&shop, &format!("{header}.{payload}.{changed}")).await, &changed);
        }
    }
    for token in
        [format!("{token}="), format!("{token}."), format!("{token}.x"), token[1..].to_owned(), token.to_uppercase()]
    {
        assert_refused(&present(&shop, &token).await, &token);
    }
}

#[tokio::test]
async fn a_token_whose_claims_are_not_ours_is_refused() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let now = shop.state().now().as_seconds();
    let cases: Vec<(&str, Option<Value>)> = vec![
        ("exp", None),
        ("exp", Some(json!((now + 600).to_string()))),
        ("exp", Some(json!(1e300))),
        ("exp", Some(json!(-1))),
        ("exp", Some(Value::Null)),
        ("exp", Some(json!([now + 600]))),
        ("nbf", None),
        ("nbf", Some(json!(now + 600))),
        ("nbf", Some(json!("yesterday"))),
        ("aud", None),
        ("aud", Some(json!("another-api"))),
        ("aud", Some(Value::Null)),
        ("iss", None),
        ("iss", Some(json!("another-shop"))),
        ("typ", None),
        ("typ", Some(json!("refresh"))),
        ("sub", None),
        ("sub", Some(json!("me"))),
        ("sub", Some(json!({ "$gt": "" }))),
        ("sub", Some(json!("0123456789abcdef0123456"))),
        ("sid", None),
        ("sid", Some(json!("my session"))),
        ("sid", Some(json!({ "$gt": "" }))),
        ("sid", Some(json!("0123456789abcdef01234567"))),
        ("jti", None),
        ("role", None),
        ("role", Some(json!("owner"))),
    ];
    for (name, value) in cases {
        let why = format!("{name} {value:?}");
        let answer = present(&shop, &sign(&with(&claims, name, value))).await;
        assert_eq!(answer.status, 401, "{why}");
    }
    for claims in ["", "null", "[]", "\"x\"", "{", "{\"exp\":1e999}"] {
        assert_refused(
            &present(&shop, &sign_with(hmac::HMAC_SHA256, SECRET, r#"{"alg":"HS256"}"#, claims)).await,
            claims,
        );
    }
}

#[tokio::test]
async fn a_token_that_has_expired_is_refused_as_that() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let now = shop.state().now().as_seconds();
    for past in [now - 6, now - 3600, 0] {
        let answer = present(&shop, &sign(&with(&claims, "exp", Some(json!(past))))).await.expect(401);
        assert_eq!(answer.at("/code"), "token_expired");
    }
    let lifetime = claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat");
    assert_eq!(lifetime, 15 * 60);
}

#[tokio::test]
async fn a_token_that_claims_a_role_does_not_give_it() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let token = sign(&with(&claims, "role", Some(json!("admin"))));
    shop.visitor().with_token(&token).get("/admin/orders").await.expect(403);
}

#[tokio::test]
async fn the_token_of_an_account_that_is_gone_is_refused() {
    let (_shop, ada, _, _) = shop_with_claims().await;
    ada.send(Method::DELETE, "/auth/me", Some(json!({ "password": "correct horse" }))).await.expect(204);
    assert_refused(&ada.get("/auth/me").await, "me");
    assert_refused(&ada.patch("/auth/me", json!({ "name": "Ghost" })).await, "name");
    for path in ["/cart", "/orders"] {
        assert_refused(&ada.get(path).await, path);
    }
}

#[tokio::test]
async fn a_token_names_a_session_of_its_own_user() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let bob = json!({ "name": "Bob", "email": "bob@example.com", "password": "correct horse" });
    let bob = shop.visitor().post("/auth/register", bob).await.expect(201);
    let mixed = with(&claims, "sub", Some(bob.at("/user/id").clone()));
    assert_refused(&present(&shop, &sign(&mixed)).await, "Ada's session");
}

#[tokio::test]
async fn refresh_tokens_and_access_tokens_do_not_stand_in_for_one_another() {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/register", account).await.expect(201);
    assert_refused(&present(&shop, &session.text("/refresh_token")).await, "a refresh token");
    let swapped = json!({ "refresh_token": session.text("/access_token") });
    shop.visitor().post("/auth/refresh", swapped).await.expect(401);
}

#[tokio::test]
async fn a_header_that_is_no_bearer_token_is_refused() {
    let (shop, ada, token, _) = shop_with_claims().await;
    let long = format!("Bearer {}", "x".repeat(10_000));
    let joined = format!("Bearer {token}, Bearer {token}");
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YWRhOmFkYQ==",
        &token,
        &long,
        &joined,
        "Bearer a.b.c",
        "Bearer ...",
        "Bearer ä",
    ] {
        let request = Request::get("/api/v1/auth/me").header("authorization", header).body(Body::empty());
        let answer = shop.visitor().send_raw(request.expect("a request")).await;
        assert_refused(&answer, header);
    }
    let twice = ada.with_header("authorization", &format!("Bearer {token}")).get("/auth/me").await;
    assert_refused(&twice, "two headers");
    let in_query = shop.visitor().get(&format!("/auth/me?access_token={token}")).await;
    assert_refused(&in_query, "in the query");
    // The scheme's name is read in any case (RFC 9110, section 11.1).
    let request =
        Request::get("/api/v1/auth/me").header("authorization", format!("bearer {token}")).body(Body::empty());
    shop.visitor().send_raw(request.expect("a request")).await.expect(200);
}

#[tokio::test]
async fn the_signing_secret_can_be_rolled_without_logging_anybody_out() {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/register", account).await.expect(201);
    let token = session.text("/access_token");
    for _ in 0..2 {
        let login = json!({ "email": "ada@example.com", "password": "correct horse" });
        shop.visitor().post("/auth/login", login).await.expect(200);
    }
    let ada = shop.visitor().with_token(&token);
    let cursor = ada.get("/auth/sessions?limit=1").await.expect(200).text("/next_cursor");
    let new = ("JWT_SECRET", "another-secret-another-secret-another");
    let rolling = shop.reopen_with(&[new, ("JWT_SECRET_PREVIOUS", RIGHT)]).await;
    rolling.with_token(&token).get("/cart").await.expect(200);
    rolling.with_token(&token).get(&format!("/auth/sessions?limit=1&cursor={cursor}")).await.expect(200);
    let token_of_session = json!({ "refresh_token": session.text("/refresh_token") });
    let renewed = rolling.post("/auth/refresh", token_of_session).await.expect(200).text("/access_token");
    assert_ne!(renewed.split('.').next(), token.split('.').next(), "the key's name");
    let rolled = shop.reopen_with(&[new]).await;
    rolled.with_token(&renewed).get("/cart").await.expect(200);
    assert_refused(&rolled.with_token(&token).get("/cart").await, "a key that is gone");
}
