//! The keys of access tokens and cursors: who has which, and how they are rolled.

use super::access_tokens::{OTHER_SEED, assert_unauthenticated, shop_with_claims};
use ferrocart_tests::keys::{TOKEN_SEED, token_key};
use ferrocart_tests::{Client, TestShop};
use serde_json::json;

/// Returns the settings of the function `auth` with the keys of these seeds, of which the first one signs.
pub(super) fn settings(seeds: &[[u8; 32]]) -> Vec<(&'static str, String)> {
    let keys: Vec<_> = seeds.iter().copied().map(token_key).collect();
    let public_keys = keys.iter().map(|key| key.public_key().to_string()).collect::<Vec<_>>().join(",");
    vec![("TOKEN_PRIVATE_KEY", keys[0].expose_text()), ("TOKEN_PUBLIC_KEYS", public_keys)]
}

/// Returns a visitor of the same shop with these settings.
pub(super) async fn reopen(shop: &TestShop, settings: &[(&'static str, String)]) -> Client {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    shop.reopen_with(&settings).await
}

#[tokio::test]
async fn rolling_the_token_key_keeps_sessions_alive() {
    let shop = TestShop::open().await;
    let account = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse" });
    let session = shop.visitor().post("/auth/register", account).await.expect(201);
    let token = session.text("/access_token");
    // At first both public keys are accepted, and the old private key signs.
    let accepting = reopen(&shop, &settings(&[TOKEN_SEED, OTHER_SEED])).await;
    accepting.with_token(&token).get("/cart").await.expect(200);
    // Then the new private key signs.
    let rolling = reopen(&shop, &settings(&[OTHER_SEED, TOKEN_SEED])).await;
    rolling.with_token(&token).get("/cart").await.expect(200);
    let token_of_session = json!({ "refresh_token": session.text("/refresh_token") });
    let renewed = rolling.post("/auth/refresh", token_of_session).await.expect(200).text("/access_token");
    assert_ne!(renewed.split('.').next(), token.split('.').next(), "the key's name");
    accepting.with_token(&renewed).get("/cart").await.expect(200);
    // Finally the old public key is removed.
    let rolled = reopen(&shop, &settings(&[OTHER_SEED])).await;
    rolled.with_token(&renewed).get("/cart").await.expect(200);
    assert_unauthenticated(&rolled.with_token(&token).get("/cart").await, "signed with the retired key");
}

#[tokio::test]
async fn only_a_function_with_the_private_key_issues_tokens() {
    let (shop, _, token, _) = shop_with_claims().await;
    let public = shop.reopen_with(&[("TOKEN_PRIVATE_KEY", "")]).await;
    public.with_token(&token).get("/auth/me").await.expect(200);
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    public.post("/auth/login", login).await.expect(500);
    // Without a public key no user is logged out: the function is misconfigured.
    let without_keys = shop.reopen_with(&[("TOKEN_PRIVATE_KEY", ""), ("TOKEN_PUBLIC_KEYS", "")]).await;
    without_keys.with_token(&token).get("/auth/me").await.expect(500);
}

#[tokio::test]
async fn cursors_have_a_key_of_their_own() {
    const OTHER_KEY: (&str, &str) = ("CURSOR_KEY", "another-key-another-key-another-key");
    let (shop, ada, token, _) = shop_with_claims().await;
    for _ in 0..2 {
        let login = json!({ "email": "ada@example.com", "password": "correct horse" });
        shop.visitor().post("/auth/login", login).await.expect(200);
    }
    let cursor = ada.get("/auth/sessions?limit=1").await.expect(200).text("/next_cursor");
    let next = format!("/auth/sessions?limit=1&cursor={cursor}");
    // Neither the key of tokens nor that of fingerprints matters.
    let other_keys = [settings(&[OTHER_SEED, TOKEN_SEED]), vec![("FINGERPRINT_KEY", OTHER_KEY.1.to_owned())]].concat();
    reopen(&shop, &other_keys).await.with_token(&token).get(&next).await.expect(200);
    let previous = ("CURSOR_KEY_PREVIOUS", "for-tests-only-for-tests-only-for-tests-only");
    let rolling = shop.reopen_with(&[OTHER_KEY, previous]).await;
    rolling.with_token(&token).get(&next).await.expect(200);
    let rolled = shop.reopen_with(&[OTHER_KEY]).await;
    assert_eq!(rolled.with_token(&token).get(&next).await.expect(400).at("/code"), "invalid_cursor");
    let without_key = shop.reopen_with(&[("CURSOR_KEY", "")]).await;
    without_key.with_token(&token).get("/auth/sessions").await.expect(500);
}
