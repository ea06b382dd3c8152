//! Orders of guests: `POST /orders` with `Cart-Token`, and the header `Order-Token`.

use super::buyers::{buy, buyer, checkout_request, count, stock_left};
use crate::cart::{guest, guest_with_token};
use crate::leaks::{listen, log};
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, TestShop};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// The body of `POST /orders` of a guest.
pub(crate) fn guest_request() -> Value {
    json!({ "email": "Guest@Example.com", "shipping_address": {
        "type": "shipping", "name": "Grace Hopper", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701",
    } })
}

/// Buys the cart of a guest under an idempotency key.
pub(crate) async fn guest_checkout(guest: &Client, key: &str) -> Answer {
    guest.with_header("idempotency-key", key).post("/orders", guest_request()).await
}

/// Creates a guest and lets it buy a piece of a product.
pub(crate) async fn guest_order(shop: &TestShop, product: &ProductDoc) -> Answer {
    let guest = guest(shop).await;
    guest.post("/cart/items", cart_item(product, 1)).await.expect(200);
    guest_checkout(&guest, "k1").await.expect(201)
}

/// Returns a client that has the token of an order, and the path of the order.
pub(super) fn opener(shop: &TestShop, order: &Answer) -> (Client, String) {
    let client = shop.visitor().with_header("order-token", &order.text("/order_token"));
    (client, format!("/orders/{}", order.text("/id")))
}

async fn open() -> (TestShop, ProductDoc) {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    (shop, mug)
}

async fn update_order(shop: &TestShop, order: &Answer, update: Document) {
    let id = ObjectId::parse_str(order.text("/id")).expect("an id");
    let orders = shop.database().collection::<Document>("orders");
    orders.update_one(doc! { "_id": id }, update).await.expect("an update");
}

#[tokio::test]
async fn a_guest_buys_and_opens_the_order_with_its_token() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let order = guest_order(&shop, &mug).await;
    assert_eq!((order.at("/user_id"), order.at("/status")), (&Value::Null, &json!("pending")));
    assert_eq!(order.at("/shipping_address/name"), "Grace Hopper");
    assert_eq!(stock_left(&shop, &mug).await, 8);
    let (opener, path) = opener(&shop, &order);
    let found = opener.get(&path).await.expect(200);
    assert_eq!((found.at("/user_id"), found.at("/id")), (&Value::Null, order.at("/id")));
    assert!(found.body.get("order_token").is_none(), "{:#}", found.body);
    let payment = opener.post(&format!("{path}/payment"), Value::Null).await.expect(200);
    assert_eq!(payment.at("/intent_id"), order.at("/payment/intent_id"));
    let shipping = &stripe.intents().await[0]["shipping"];
    assert_eq!((&shipping["name"], &shipping["address"]["line1"]), (&json!("Grace Hopper"), &json!("1 Main Street")));
    let cancelled = opener.post(&format!("{path}/cancel"), Value::Null).await.expect(200);
    assert_eq!(cancelled.at("/status"), "cancelled");
    assert_eq!(stock_left(&shop, &mug).await, 9);
}

#[tokio::test]
async fn a_replay_returns_the_same_order_and_token() {
    let (shop, mug) = open().await;
    let guest = guest(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let first = guest_checkout(&guest, "k1").await.expect(201);
    let replay = guest_checkout(&guest, "k1").await.expect(201);
    assert_eq!(replay.header("idempotent-replayed"), "true");
    assert_eq!((replay.at("/id"), replay.at("/order_token")), (first.at("/id"), first.at("/order_token")));
    let mut other = guest_request();
    other["email"] = json!("other@example.com");
    let reused = guest.with_header("idempotency-key", "k1").post("/orders", other).await.expect(422);
    assert_eq!(reused.at("/code"), "idempotency_key_reused");
    // Another guest's key, and a customer's, are others.
    assert_ne!(guest_order(&shop, &mug).await.at("/id"), first.at("/id"));
    let ada = buyer(&shop, "ada", &mug, 1).await;
    let by_ada = buy(&ada, "k1").await.expect(201);
    assert_eq!(by_ada.at("/order_token"), &Value::Null);
    assert_eq!(count(&shop, "orders", doc! {}).await, 3);
}

#[tokio::test]
async fn a_guest_gives_an_address_with_a_name_and_a_customer_gives_no_mail_address() {
    let (shop, mug) = open().await;
    let guest = guest(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let without = |pointer: &str| {
        let mut request = guest_request();
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
        request.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(field);
        request
    };
    let stored = json!({ "email": "guest@example.com", "shipping_address_id": "0123456789abcdef01234567" });
    let mut bad_address = guest_request();
    bad_address["email"] = json!("Grace\r\nBcc: all@example.com");
    for (request, pointer, code) in [
        (without("/email"), "/email", "required"),
        (without("/shipping_address/name"), "/shipping_address/name", "required"),
        (without("/shipping_address"), "/shipping_address_id", "required"),
        (stored, "/shipping_address_id", "unknown_address"),
        (bad_address, "/email", "invalid_email"),
    ] {
        let rejected = guest.post("/orders", request.clone()).await.expect(422);
        let error = (rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code"));
        assert_eq!(error, (&json!(pointer), &json!(code)), "{request:#}");
    }
    let ada = buyer(&shop, "ada", &mug, 1).await;
    let rejected = ada.post("/orders", guest_request()).await.expect(422);
    assert_eq!(rejected.at("/errors/0/pointer"), "/email");
    assert_eq!(count(&shop, "orders", doc! {}).await, 0);
}

#[tokio::test]
async fn a_wrong_token_is_answered_like_an_unknown_order() {
    let (shop, mug) = open().await;
    let (order, other) = (guest_order(&shop, &mug).await, guest_order(&shop, &mug).await);
    let by_ada = buy(&buyer(&shop, "ada", &mug, 1).await, "k1").await.expect(201);
    let (opener, path) = opener(&shop, &order);
    let token = order.text("/order_token");
    let unknown = opener.get("/orders/0123456789abcdef01234567").await.expect(404).shown();
    let last = if token.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &token[..token.len() - 1]);
    let guesses = [other.text("/order_token"), changed, token[6..].to_owned(), String::new(), order.text("/id")];
    for guess in guesses {
        let guesser = shop.visitor().with_header("order-token", &guess);
        for (method, path) in
            [("GET", path.clone()), ("POST", format!("{path}/payment")), ("POST", format!("{path}/cancel"))]
        {
            let answer = guesser.send(method.parse().expect("a method"), &path, None).await.expect(404);
            assert_eq!(answer.shown(), unknown, "{guess} {method} {path}");
        }
    }
    // The token opens one order: neither that of another guest nor that of a customer.
    for id in [other.text("/id"), by_ada.text("/id")] {
        assert_eq!(opener.get(&format!("/orders/{id}")).await.expect(404).shown(), unknown);
    }
    // Neither an account nor the cart opens it, and no list has it.
    let ada = shop.log_in_again("ada").await;
    assert_eq!(ada.get(&path).await.expect(404).shown(), unknown);
    assert_eq!(ada.get("/orders").await.expect(200).at("/items").as_array().map(Vec::len), Some(1));
    shop.visitor().get(&path).await.expect(401);
    guest(&shop).await.get(&path).await.expect(401);
    opener.with_header("order-token", &token).get(&path).await.expect(400);
    // A customer may follow the link of a guest.
    ada.with_header("order-token", &token).get(&path).await.expect(200);
}

#[tokio::test]
async fn a_token_expires_180_days_after_the_order_ended() {
    let (shop, mug) = open().await;
    let order = guest_order(&shop, &mug).await;
    let (opener, path) = opener(&shop, &order);
    let days_ago = |days: u64| {
        let at = shop.state().now().minus(Duration::from_hours(days * 24));
        DateTime::from_millis(at.as_millis())
    };
    // A pending order has not ended, however old it is.
    update_order(&shop, &order, doc! { "$set": { "status_history.0.at": days_ago(400) } }).await;
    opener.get(&path).await.expect(200);
    opener.post(&format!("{path}/cancel"), Value::Null).await.expect(200);
    for (days, status) in [(179, 200), (181, 404)] {
        update_order(&shop, &order, doc! { "$set": { "status_history.1.at": days_ago(days) } }).await;
        opener.get(&path).await.expect(status);
    }
}

#[tokio::test]
async fn links_remain_valid_while_the_key_is_rolled() {
    const OTHER_KEY: &str = "another-key-another-key-another-key";
    let (shop, mug) = open().await;
    let (guest, _) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let order = guest_checkout(&guest, "k1").await.expect(201);
    let (opener, path) = opener(&shop, &order);
    let previous = ("ORDER_TOKEN_KEY_PREVIOUS", "for-tests-only-for-tests-only-for-tests-only");
    let rolled = shop.reopen_with(&[("ORDER_TOKEN_KEY", OTHER_KEY), previous]).await;
    opener.at_shop(&rolled).get(&path).await.expect(200);
    let replay = guest_checkout(&guest.at_shop(&rolled), "k1").await.expect(201);
    assert_ne!(replay.at("/order_token"), order.at("/order_token"));
    let later = shop.reopen_with(&[("ORDER_TOKEN_KEY", OTHER_KEY)]).await;
    opener.at_shop(&later).get(&path).await.expect(404);
    later.with_header("order-token", &replay.text("/order_token")).get(&path).await.expect(200);
}

#[tokio::test]
async fn administrators_see_and_find_the_address_of_a_guest() {
    let (shop, mug) = open().await;
    let order = guest_order(&shop, &mug).await;
    buy(&buyer(&shop, "ada", &mug, 1).await, "k1").await.expect(201);
    let admin = shop.admin().await;
    let found = admin.get(&format!("/admin/orders/{}", order.text("/id"))).await.expect(200);
    assert_eq!((found.at("/guest_email"), found.at("/customer")), (&json!("guest@example.com"), &Value::Null));
    assert_eq!(found.at("/user_id"), &Value::Null);
    for list in ["/admin/orders", "/admin/orders/summaries"] {
        let all = admin.get(list).await.expect(200);
        assert_eq!(all.at("/items/0/guest_email"), &Value::Null, "{list}");
        assert_eq!(all.at("/items/1/guest_email"), "guest@example.com", "{list}");
        let found = admin.get(&format!("{list}?email=guest@example.com")).await.expect(200);
        assert_eq!(found.at("/items").as_array().map(Vec::len), Some(1), "{list}");
        assert_eq!(found.at("/items/0/id"), order.at("/id"), "{list}");
        let none = admin.get(&format!("{list}?email=other@example.com")).await.expect(200);
        assert_eq!(none.at("/items"), &json!([]), "{list}");
    }
}

#[tokio::test]
async fn an_order_reveals_nothing_about_accounts() {
    let (shop, mug) = open().await;
    shop.customer("guest").await;
    let known = guest_order(&shop, &mug).await;
    let guest = guest(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let mut request = guest_request();
    request["email"] = json!("unknown@example.com");
    let unknown = guest.post("/orders", request).await.expect(201);
    let shown = |answer: &Answer| {
        let mut answer = answer.clone();
        answer.body["order_token"] = json!("[order token]");
        answer.shown()
    };
    assert_eq!(shown(&known), shown(&unknown));
    // The account gets the order only once its address is verified.
    let account = shop.log_in_again("guest").await;
    assert_eq!(account.get("/orders").await.expect(200).at("/items"), &json!([]));
}

#[tokio::test]
async fn the_log_contains_no_token_and_no_address() {
    let (_listening, heard) = listen();
    let (shop, mug) = open().await;
    let (guest, cart_token) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let order = guest_checkout(&guest, "k1").await.expect(201);
    let (opener, path) = opener(&shop, &order);
    opener.get(&path).await.expect(200);
    shop.visitor().with_header("order-token", &cart_token).get(&path).await.expect(404);
    shop.visitor().with_header("cart-token", &order.text("/order_token")).get("/cart").await.expect(404);
    let ada = shop.customer("ada").await;
    ada.post("/cart/merge", json!({ "cart_token": cart_token, "mode": "sum" })).await.expect(200);
    ada.post(&format!("{path}/claim"), json!({ "order_token": order.text("/order_token") })).await.expect(200);
    let lines = log(&heard);
    assert!(lines.iter().any(|line| line.contains("answered")));
    for secret in [cart_token, order.text("/order_token"), "guest@example.com".to_owned(), "Grace Hopper".to_owned()] {
        let leak =
            lines.iter().find(|line| line.contains(secret.trim_start_matches("cart_").trim_start_matches("order_")));
        assert_eq!(leak, None, "{secret}");
    }
}

#[tokio::test]
async fn a_customer_without_a_cart_token_is_no_guest() {
    let (shop, mug) = open().await;
    let ada = buyer(&shop, "ada", &mug, 1).await;
    let order = ada.post("/orders", checkout_request()).await.expect(201);
    let stored = shop.database().collection::<Document>("orders").find_one(doc! {}).await.expect("a result");
    assert!(!stored.expect("an order").contains_key("guest"));
    assert!(order.at("/user_id").is_string());
}
