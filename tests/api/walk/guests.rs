//! What guests do: they fill a cart, buy it, and claim the order.

use super::{Walk, address};
use ferrocart_tests::{Client, TestShop};
use serde_json::{Value, json};

pub(super) async fn guests(walk: &mut Walk, shop: &TestShop, ada: &Client, product: &Value) {
    let item = |quantity: u32| json!({ "product_id": product, "variant_sku": "BOOTS", "quantity": quantity });
    let cart = walk.call(shop.visitor(), "POST", "/carts", Value::Null, 201).await;
    let guest = shop.visitor().with_header("cart-token", &cart.text("/cart_token"));
    walk.call(&guest, "POST", "/cart/items", item(1), 200).await;
    let mut shipping_address = address();
    shipping_address["name"] = json!("Grace Hopper");
    let request = json!({ "email": "grace@example.com", "shipping_address": shipping_address });
    let order = walk.call(&guest.with_header("idempotency-key", "walk-6"), "POST", "/orders", request, 201).await;
    let opener = shop.visitor().with_header("order-token", &order.text("/order_token"));
    let path = format!("/orders/{}", order.text("/id"));
    walk.get(&opener, &path).await;
    let claim = json!({ "order_token": order.text("/order_token") });
    walk.call(ada, "POST", &format!("{path}/claim"), claim, 200).await;
    walk.call(&opener, "GET", &path, Value::Null, 404).await;
    walk.call(&guest, "POST", "/cart/items", item(2), 200).await;
    let merge = json!({ "cart_token": cart.text("/cart_token"), "mode": "sum" });
    walk.call(ada, "POST", "/cart/merge", merge, 200).await;
    walk.call(ada, "DELETE", "/cart", Value::Null, 200).await;
    let unknown = shop.visitor().with_header("cart-token", "unknown");
    walk.call(&unknown, "GET", "/cart", Value::Null, 404).await;
}
