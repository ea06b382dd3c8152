//! `POST /orders` in a shop that requires verified e-mail addresses

use crate::auth::account_links::{link, shop_with_mail};
use crate::cart::guest;
use crate::orders::buyers::{buyer, checkout_request, count, stock_left};
use crate::orders::guest_orders::guest_checkout;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart_tests::sample::{cart_item, product};
use mongodb::bson::{Document, doc};
use serde_json::json;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_buyer_without_a_verified_address_orders_nothing() {
    let shop = shop_with_mail(&[("REQUIRE_VERIFIED_EMAIL", "true")]).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await.with_header("idempotency-key", "one");
    let rejected = ada.post("/orders", checkout_request()).await.expect(403);
    assert_eq!(rejected.at("/code"), "email_not_verified");
    assert_eq!((stock_left(&shop, &tee).await, count(&shop, "orders", doc! {}).await), (5, 0));
    let token = link(&shop, TokenPurpose::VerifyEmail, ADA, ADA).await;
    shop.visitor().post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    let placed = ada.post("/orders", checkout_request()).await.expect(201);
    // A replay finds its order, whatever has happened to the address since.
    let users = shop.database().collection::<Document>("users");
    let unverified = doc! { "$set": { "email_verified_at": null } };
    users.update_one(doc! {}, unverified).await.expect("an update");
    let replayed = ada.post("/orders", checkout_request()).await.expect(201);
    assert_eq!(placed.text("/id"), replayed.text("/id"));
}

#[tokio::test]
async fn a_guest_has_no_verified_address() {
    let shop = shop_with_mail(&[("REQUIRE_VERIFIED_EMAIL", "true")]).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let guest = guest(&shop).await;
    guest.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    assert_eq!(guest_checkout(&guest, "k1").await.expect(403).at("/code"), "email_not_verified");
}

#[tokio::test]
async fn by_default_an_unverified_buyer_orders() {
    let shop = shop_with_mail(&[]).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    ada.post("/orders", checkout_request()).await.expect(201);
}
