//! Carts of guests: `POST /carts`, and the header `Cart-Token`.

use super::guest;
use crate::orders::buyers::count;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

const RANDOM: &str = "cart_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[tokio::test]
async fn a_guest_fills_a_cart_with_its_token() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let created = shop.visitor().post("/carts", Value::Null).await.expect(201);
    assert_eq!((created.at("/cart/items"), created.at("/cart/subtotal")), (&json!([]), &json!(0.0)));
    assert_eq!(created.header("cache-control"), "no-store");
    let guest = shop.visitor().with_header("cart-token", &created.text("/cart_token"));
    guest.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    guest.put("/cart/items/TEE-M", json!({ "quantity": 3 })).await.expect(200);
    assert_eq!(guest.get("/cart").await.expect(200).at("/subtotal"), &json!(59.97));
    guest.delete("/cart/items/TEE-M").await.expect(200);
    assert_eq!(guest.delete("/cart").await.expect(200).at("/item_count"), 0);
    assert_eq!(count(&shop, "carts", doc! {}).await, 1);
}

#[tokio::test]
async fn each_guest_has_a_cart() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let (one, other) = (guest(&shop).await, guest(&shop).await);
    one.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    assert_eq!(other.get("/cart").await.expect(200).at("/item_count"), 0);
    assert_eq!(one.get("/cart").await.expect(200).at("/item_count"), 2);
}

#[tokio::test]
async fn a_token_is_stored_as_a_hash() {
    let shop = TestShop::open().await;
    let token = shop.visitor().post("/carts", Value::Null).await.expect(201).text("/cart_token");
    let carts = shop.database().collection::<Document>("carts");
    let stored = carts.find_one(doc! {}).await.expect("a result").expect("a cart");
    assert!(!stored.to_string().contains(&token[5..]), "{stored}");
    assert_eq!(stored.get_str("token_hash").expect("a hash").len(), 64);
    // The guest has an id of its own, under which no account exists.
    assert_eq!(stored.get("user_id"), stored.get("_id"));
}

#[tokio::test]
async fn a_guessed_token_opens_no_cart() {
    let shop = TestShop::open().await;
    let token = shop.visitor().post("/carts", Value::Null).await.expect(201).text("/cart_token");
    let carts = shop.database().collection::<Document>("carts");
    let stored = carts.find_one(doc! {}).await.expect("a result").expect("a cart");
    let (hash, id) = (stored.get_str("token_hash").expect("a hash"), stored.get_object_id("_id").expect("an id"));
    let last = if token.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &token[..token.len() - 1]);
    let id = id.to_hex();
    for guess in ["", "x", RANDOM, &changed, &token[5..], &token.to_uppercase(), hash, &id, "{\"$gt\":\"\"}"] {
        let client = shop.visitor().with_header("cart-token", guess);
        let answer = client.get("/cart").await.expect(404);
        assert_eq!(answer.at("/code"), "cart_not_found", "{guess}");
        client.post("/orders", json!({})).await.expect(404);
    }
    shop.visitor().with_header("cart-token", &token).get("/cart").await.expect(200);
    shop.visitor().get("/cart").await.expect(401);
    let twice = shop.visitor().with_header("cart-token", &token).with_header("cart-token", &token);
    twice.get("/cart").await.expect(400);
}

#[tokio::test]
async fn with_an_access_token_the_cart_of_the_account_is_meant() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let token = shop.visitor().post("/carts", Value::Null).await.expect(201).text("/cart_token");
    let with_cart = |client: &Client| client.with_header("cart-token", &token);
    let ada = shop.customer("ada").await;
    with_cart(&ada).post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    assert_eq!(ada.get("/cart").await.expect(200).at("/item_count"), 2);
    assert_eq!(with_cart(shop.visitor()).get("/cart").await.expect(200).at("/item_count"), 0);
    // An invalid access token is not ignored: the client has to refresh its session.
    with_cart(&shop.visitor().with_token("nonsense")).get("/cart").await.expect(401);
}

#[tokio::test]
async fn carts_of_one_address_are_limited() {
    let shop = TestShop::open_with(&[("ADDRESS_CALLS_PER_HOUR", "2")]).await;
    let here = shop.visitor().at("203.0.113.7");
    for _ in 0..2 {
        here.post("/carts", Value::Null).await.expect(201);
    }
    let rejected = here.post("/carts", Value::Null).await.expect(429);
    assert_eq!(rejected.at("/code"), "rate_limited");
    assert!(rejected.headers.contains_key("retry-after"));
    shop.visitor().at("203.0.113.8").post("/carts", Value::Null).await.expect(201);
}
