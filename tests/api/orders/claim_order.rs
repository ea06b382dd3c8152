//! `POST /orders/{id}/claim`

use super::buyers::{buy, buyer};
use super::guest_orders::{guest_checkout, guest_order};
use crate::auth::account_links::new_link;
use crate::cart::guest;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, MAIL, TestShop};
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

async fn claim(client: &Client, order: &Answer) -> Answer {
    let token = json!({ "order_token": order.text("/order_token") });
    client.post(&format!("/orders/{}/claim", order.text("/id")), token).await
}

#[tokio::test]
async fn a_claimed_order_is_open_to_its_account_alone() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let order = guest_order(&shop, &mug).await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let path = format!("/orders/{}", order.text("/id"));
    let claimed = claim(&ada, &order).await.expect(200);
    let user = shop.user_id("ada@example.com").await.to_string();
    assert_eq!((claimed.text("/id"), claimed.text("/user_id")), (order.text("/id"), user));
    assert_eq!(ada.get(&path).await.expect(200).body, claimed.body);
    assert_eq!(ada.get("/orders").await.expect(200).at("/items/0/id"), order.at("/id"));
    let opener = shop.visitor().with_header("order-token", &order.text("/order_token"));
    opener.get(&path).await.expect(404);
    opener.post(&format!("{path}/cancel"), Value::Null).await.expect(404);
    claim(&bob, &order).await.expect(404);
    // The response may have been lost.
    assert_eq!(claim(&ada, &order).await.expect(200).body, claimed.body);
    let admin = shop.admin().await;
    let shown = admin.get(&format!("/admin{path}")).await.expect(200);
    assert_eq!((shown.at("/guest_email"), shown.at("/customer/email")), (&Value::Null, &json!("ada@example.com")));
    let stored = shop.database().collection::<Document>("orders").find_one(doc! {}).await.expect("a result");
    let stored = stored.expect("an order");
    let guest = stored.get_document("guest").expect("a guest");
    assert_eq!(guest.get_i64("token_version").ok(), Some(2));
    assert!(guest.contains_key("claimed_at") && !stored.contains_key("idempotency_key"));
}

#[tokio::test]
async fn only_the_token_of_the_order_claims_it() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let (order, other) = (guest_order(&shop, &mug).await, guest_order(&shop, &mug).await);
    let by_bob = buy(&buyer(&shop, "bob", &mug, 1).await, "k1").await.expect(201);
    let ada = shop.customer("ada").await;
    let path = |order: &Answer| format!("/orders/{}/claim", order.text("/id"));
    let token = json!({ "order_token": other.text("/order_token") });
    let unknown = ada.post("/orders/0123456789abcdef01234567/claim", token.clone()).await.expect(404);
    for target in [&order, &by_bob] {
        assert_eq!(ada.post(&path(target), token.clone()).await.expect(404).shown(), unknown.shown());
    }
    for body in [json!({}), json!({ "order_token": "order_" }), json!({ "order_token": { "$ne": null } })] {
        ada.post(&path(&order), body).await.expect(422);
    }
    shop.visitor().post(&path(&other), token).await.expect(401);
    assert_eq!(ada.get("/orders").await.expect(200).at("/items"), &json!([]));
}

#[tokio::test]
async fn a_key_that_the_account_has_used_does_not_prevent_the_claim() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let ada = buyer(&shop, "ada", &mug, 1).await;
    let own = buy(&ada, "k1").await.expect(201);
    let guest = guest(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let order = guest_checkout(&guest, "k1").await.expect(201);
    claim(&ada, &order).await.expect(200);
    assert_eq!(buy(&ada, "k1").await.expect(201).text("/id"), own.text("/id"));
    assert_eq!(ada.get("/orders").await.expect(200).at("/items").as_array().map(Vec::len), Some(2));
    // A replay of the guest buys nothing, and does not return the order of the account.
    let replay = guest_checkout(&guest, "k1").await.expect(409);
    assert_eq!(replay.at("/code"), "cart_already_ordered");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_accounts_one_claims_an_order() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let order = guest_order(&shop, &mug).await;
    let accounts = join_all((0..8).map(async |number| shop.customer(&format!("user{number}")).await)).await;
    let answers = join_all(accounts.iter().map(|account| claim(account, &order))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404, 404, 404, 404, 404, 404]);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_requests_of_one_account_claim_an_order() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let order = guest_order(&shop, &mug).await;
    let ada = shop.customer("ada").await;
    for answer in join_all((0..8).map(|_| claim(&ada, &order))).await {
        answer.expect(200);
    }
}

#[tokio::test]
async fn orders_of_an_address_join_the_account_that_verifies_it() {
    let shop = TestShop::open_with(MAIL).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let (one, two) = (guest_order(&shop, &mug).await, guest_order(&shop, &mug).await);
    let (ada, bob) = (shop.customer("guest").await, shop.customer("bob").await);
    claim(&bob, &two).await.expect(200);
    let guest = guest(&shop).await;
    assert_eq!(ada.get("/orders").await.expect(200).at("/items"), &json!([]));
    let address = "guest@example.com";
    let token = json!({ "token": new_link(&shop, TokenPurpose::VerifyEmail, address, address).await });
    shop.visitor().post("/auth/email/verify", token).await.expect(204);
    let joined = ada.get("/orders").await.expect(200);
    assert_eq!((joined.at("/items/0/id"), joined.at("/items").as_array().map(Vec::len)), (one.at("/id"), Some(1)));
    guest
        .with_header("order-token", &one.text("/order_token"))
        .get(&format!("/orders/{}", one.text("/id")))
        .await
        .expect(404);
}

#[tokio::test]
async fn deleting_the_account_erases_the_address_of_the_guest() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let order = guest_order(&shop, &mug).await;
    let ada = shop.customer("ada").await;
    claim(&ada, &order).await.expect(200);
    ada.post(&format!("/orders/{}/cancel", order.text("/id")), Value::Null).await.expect(200);
    let password = json!({ "password": "correct horse" });
    ada.send(axum::http::Method::DELETE, "/auth/me", Some(password)).await.expect(204);
    let stored = shop.database().collection::<Document>("orders").find_one(doc! {}).await.expect("a result");
    let stored = stored.expect("an order").to_string();
    assert!(!stored.contains("guest@example.com") && !stored.contains("Grace Hopper"), "{stored}");
}
