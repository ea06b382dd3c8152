//! Access tokens: which are accepted and which are rejected.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::Ed25519KeyPair;
use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ferrocart_tests::keys::{TOKEN_SEED, token_key};
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::{Value, json};

/// The seed of a key that is not the shop's.
pub(super) const OTHER_SEED: [u8; 32] = [8; 32];

/// Creates a shop and Ada's account; returns the shop, Ada's client, her token and its claims.
pub(super) async fn shop_with_claims() -> (TestShop, Client, String, Value) {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let token = shop.visitor().post("/auth/register", account).await.expect(201).text("/access_token");
    let claims = token.split('.').nth(1).expect("claims").to_owned();
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let ada = shop.visitor().with_token(&token);
    ada.get("/auth/me").await.expect(200);
    (shop, ada, token, serde_json::from_slice(&claims).expect("JSON"))
}

fn sign_with(seed: [u8; 32], header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a key").sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Authenticates claims with a secret that is used as the key of an HMAC.
fn hmac_with(algorithm: hmac::Algorithm, secret: &[u8], header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = hmac::sign(&hmac::Key::new(algorithm, secret), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Signs claims as the API does.
fn sign(claims: &Value) -> String {
    sign_with(TOKEN_SEED, r#"{"typ":"JWT","alg":"EdDSA"}"#, &claims.to_string())
}

/// The claims with one replaced, or removed if there is no value.
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
pub(super) fn assert_unauthenticated(answer: &Answer, context: &str) {
    assert_eq!(answer.status, 401, "{context}");
    assert_eq!(answer.at("/code"), "unauthenticated", "{context}");
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{context}");
}

#[tokio::test]
async fn a_correctly_signed_token_is_accepted() {
    // Proves that the tokens of the other tests are rejected for their defect and not for a wrong signature.
    let (shop, _, _, claims) = shop_with_claims().await;
    present(&shop, &sign(&claims)).await.expect(200);
}

#[tokio::test]
async fn an_unsigned_token_is_rejected_in_every_spelling_of_none() {
    let (shop, _, token, claims) = shop_with_claims().await;
    let signature = token.rsplit('.').next().expect("a signature");
    for alg in ["none", "None", "NONE", "nOnE", "none ", ""] {
        let header = URL_SAFE_NO_PAD.encode(json!({ "typ": "JWT", "alg": alg }).to_string());
        let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
        for token in
            [format!("{header}.{payload}."), format!("{header}.{payload}"), format!("{header}.{payload}.{signature}")]
        {
            assert_unauthenticated(&present(&shop, &token).await, alg);
        }
    }
}

#[tokio::test]
async fn the_public_key_as_the_secret_of_an_hmac_is_rejected() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let public = token_key(TOKEN_SEED).public_key();
    let texts = [public.to_string().into_bytes(), hex(public.as_bytes()).into_bytes(), public.as_bytes().to_vec()];
    for (alg, algorithm) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
        ("HS1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        ("EdDSA", hmac::HMAC_SHA256),
        ("RS256", hmac::HMAC_SHA256),
    ] {
        let header = json!({ "typ": "JWT", "alg": alg }).to_string();
        for secret in &texts {
            let token = hmac_with(algorithm, secret, &header, &claims.to_string());
            assert_unauthenticated(&present(&shop, &token).await, alg);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_valid_signature_under_another_algorithm_is_rejected() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let algorithms = ["HS256", "ES256", "RS256", "eddsa", "Ed25519", "none"];
    let named = algorithms.map(|alg| json!({ "typ": "JWT", "alg": alg }).to_string());
    let others = [r#"{"typ":"JWT"}"#, "{}", "[]", "null", "", r#"{"alg":["EdDSA"]}"#, r#"{"alg":{"$ne":1}}"#];
    for header in named.iter().map(String::as_str).chain(others) {
        let token = sign_with(TOKEN_SEED, header, &claims.to_string());
        assert_unauthenticated(&present(&shop, &token).await, header);
    }
}

#[tokio::test]
async fn a_key_named_by_the_token_is_not_used() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let x = URL_SAFE_NO_PAD.encode(token_key(OTHER_SEED).public_key().as_bytes());
    let own_key = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    for (header, seed) in [
        (json!({ "alg": "EdDSA" }), OTHER_SEED),
        (json!({ "alg": "EdDSA", "kid": "/dev/null" }), [0; 32]),
        (json!({ "alg": "EdDSA", "kid": "../../../../etc/hostname" }), [0; 32]),
        (json!({ "alg": "EdDSA", "kid": "' OR 1=1 --" }), OTHER_SEED),
        (json!({ "alg": "EdDSA", "kid": "/dev/null" }), TOKEN_SEED),
        (json!({ "alg": "EdDSA", "kid": "" }), TOKEN_SEED),
        (json!({ "alg": "EdDSA", "kid": ["0"] }), TOKEN_SEED),
        (json!({ "alg": "EdDSA", "kid": { "$ne": 1 } }), TOKEN_SEED),
        (json!({ "alg": "EdDSA", "jwk": own_key }), OTHER_SEED),
        (json!({ "alg": "EdDSA", "jku": "http://127.0.0.1:9/keys" }), OTHER_SEED),
        (json!({ "alg": "EdDSA", "x5u": "http://127.0.0.1:9/keys" }), OTHER_SEED),
    ] {
        let token = sign_with(seed, &header.to_string(), &claims.to_string());
        assert_unauthenticated(&present(&shop, &token).await, &header.to_string());
    }
}

#[tokio::test]
async fn a_token_with_one_changed_character_is_rejected() {
    let (shop, _, token, claims) = shop_with_claims().await;
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    let edited = URL_SAFE_NO_PAD.encode(with(&claims, "role", Some(json!("admin"))).to_string());
    assert_unauthenticated(&present(&shop, &format!("{header}.{edited}.{signature}")).await, "role");
    // Every character of the signature is significant, even the last one, whose low bits are padding.
    for position in 0..signature.len() {
        let mut changed = signature.to_owned();
        let old = &signature[position..=position];
        for new in ["A", "B", "_"].into_iter().filter(|new| *new != old) {
            changed.replace_range(position..=position, new);
            assert_unauthenticated(&present(&shop, &format!("{header}.{payload}.{changed}")).await, &changed);
        }
    }
    for token in
        [format!("{token}="), format!("{token}."), format!("{token}.x"), token[1..].to_owned(), token.to_uppercase()]
    {
        assert_unauthenticated(&present(&shop, &token).await, &token);
    }
}

#[tokio::test]
async fn a_token_with_an_invalid_claim_is_rejected() {
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
        let context = format!("{name} {value:?}");
        let answer = present(&shop, &sign(&with(&claims, name, value))).await;
        assert_eq!(answer.status, 401, "{context}");
    }
    for claims in ["", "null", "[]", "\"x\"", "{", "{\"exp\":1e999}"] {
        assert_unauthenticated(&present(&shop, &sign_with(TOKEN_SEED, r#"{"alg":"EdDSA"}"#, claims)).await, claims);
    }
}

#[tokio::test]
async fn an_expired_token_is_rejected_as_token_expired() {
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
async fn the_role_claim_grants_no_access() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let token = sign(&with(&claims, "role", Some(json!("admin"))));
    shop.visitor().with_token(&token).get("/admin/orders").await.expect(403);
}

#[tokio::test]
async fn a_token_of_a_deleted_account_is_rejected() {
    let (_shop, ada, _, _) = shop_with_claims().await;
    ada.send(Method::DELETE, "/auth/me", Some(json!({ "password": "correct horse" }))).await.expect(204);
    assert_unauthenticated(&ada.get("/auth/me").await, "me");
    assert_unauthenticated(&ada.patch("/auth/me", json!({ "name": "Ghost" })).await, "name");
    for path in ["/cart", "/orders"] {
        assert_unauthenticated(&ada.get(path).await, path);
    }
}

#[tokio::test]
async fn a_token_with_a_session_of_another_user_is_rejected() {
    let (shop, _, _, claims) = shop_with_claims().await;
    let bob = json!({ "name": "Bob", "email": "bob@example.com", "password": "correct horse" });
    let bob = shop.visitor().post("/auth/register", bob).await.expect(201);
    let mixed = with(&claims, "sub", Some(bob.at("/user/id").clone()));
    assert_unauthenticated(&present(&shop, &sign(&mixed)).await, "Ada's session");
}

#[tokio::test]
async fn refresh_and_access_tokens_are_not_interchangeable() {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/register", account).await.expect(201);
    assert_unauthenticated(&present(&shop, &session.text("/refresh_token")).await, "a refresh token");
    let swapped = json!({ "refresh_token": session.text("/access_token") });
    shop.visitor().post("/auth/refresh", swapped).await.expect(401);
}

#[tokio::test]
async fn an_authorization_header_without_a_bearer_token_is_rejected() {
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
        assert_unauthenticated(&answer, header);
    }
    let twice = ada.with_header("authorization", &format!("Bearer {token}")).get("/auth/me").await;
    assert_unauthenticated(&twice, "two headers");
    let in_query = shop.visitor().get(&format!("/auth/me?access_token={token}")).await;
    assert_unauthenticated(&in_query, "in the query");
    // The name of the scheme is case-insensitive (RFC 9110, section 11.1).
    let request =
        Request::get("/api/v1/auth/me").header("authorization", format!("bearer {token}")).body(Body::empty());
    shop.visitor().send_raw(request.expect("a request")).await.expect(200);
}
