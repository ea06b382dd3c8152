//! Carts.

mod add_item;
mod clear_cart;
mod get_cart;
mod guest_carts;
mod merge_cart;
mod remove_item;
mod set_item_quantity;

use axum::body::Body;
use axum::http::{Method, Request};
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::Value;

/// Invalid quantities as JSON text, each with its error code.
const INVALID_QUANTITIES: [(&str, &str); 14] = [
    ("0", "out_of_range"),
    ("-1", "out_of_range"),
    ("100", "out_of_range"),
    ("256", "out_of_range"),
    ("2147483648", "out_of_range"),
    ("9223372036854775807", "out_of_range"),
    ("9223372036854775808", "invalid_type"),
    ("1.5", "invalid_type"),
    ("1e0", "invalid_type"),
    ("\"1\"", "invalid_type"),
    ("null", "invalid_type"),
    ("true", "invalid_type"),
    ("[1]", "invalid_type"),
    ("{\"$gt\":0}", "invalid_type"),
];

/// Sends JSON text unparsed, because parsing would change some numbers.
async fn send_text(client: &Client, method: Method, path: &str, json: String) -> Answer {
    let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    let request = request.header("content-type", "application/json").body(Body::from(json));
    client.send_raw(request.expect("a good request")).await
}

/// Returns a guest with an empty cart.
pub(crate) async fn guest(shop: &TestShop) -> Client {
    guest_with_token(shop).await.0
}

/// Returns a guest with an empty cart, and the token of the cart.
pub(crate) async fn guest_with_token(shop: &TestShop) -> (Client, String) {
    let token = shop.visitor().post("/carts", Value::Null).await.expect(201).text("/cart_token");
    (shop.visitor().with_header("cart-token", &token), token)
}
