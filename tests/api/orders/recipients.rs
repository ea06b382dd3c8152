//! The recipient of an order: who receives the parcel, and in which form the address may be sent.

use super::buyers::{buyer, checkout_request};
use axum::http::Method;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use serde_json::{Value, json};

#[tokio::test]
async fn an_order_keeps_the_name_that_the_account_had() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let home = checkout_request()["shipping_address"].clone();
    let stored = ada.post("/auth/me/addresses", home).await.expect(201);
    assert_eq!(stored.at("/name"), &Value::Null);
    for request in [checkout_request(), json!({ "shipping_address_id": stored.text("/id") })] {
        let order = ada.post("/orders", request).await.expect(201);
        assert_eq!(order.at("/shipping_address/name"), "ada");
        ada.patch("/auth/me", json!({ "name": "Augusta" })).await.expect(200);
        let path = format!("/orders/{}", order.text("/id"));
        assert_eq!(ada.get(&path).await.expect(200).at("/shipping_address/name"), "ada");
        ada.patch("/auth/me", json!({ "name": "ada" })).await.expect(200);
        let item = json!({ "product_id": tee.id.to_string(), "variant_sku": "TEE-M", "quantity": 1 });
        ada.post("/cart/items", item).await.expect(200);
    }
}

#[tokio::test]
async fn a_gift_goes_to_its_recipient() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let mut request = checkout_request();
    let fields = [("name", "ශ්\u{200D}රී රාම"), ("company", "Ferro Ltd"), ("street2", "Apt 3"), ("phone", "+1 555 0100")];
    for (name, value) in fields {
        request["shipping_address"][name] = json!(value);
    }
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let order = ada.post("/orders", request).await.expect(201);
    let admins = shop.admin().await.get(&format!("/admin/orders/{}", order.text("/id"))).await.expect(200);
    for (name, value) in fields {
        let pointer = format!("/shipping_address/{name}");
        assert_eq!((order.at(&pointer), admins.at(&pointer)), (&json!(value), &json!(value)), "{name}");
    }
    let export = ada.get("/auth/me/export").await.expect(200);
    assert_eq!(export.at("/orders/0/shipping_address"), order.at("/shipping_address"));
}

#[tokio::test]
async fn a_stored_address_can_be_sent_inline_as_it_was_read() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    ada.post("/auth/me/addresses", checkout_request()["shipping_address"].clone()).await.expect(201);
    let read = ada.get("/auth/me").await.expect(200).at("/addresses/0").clone();
    let order = ada.post("/orders", json!({ "shipping_address": read })).await.expect(201);
    // The address of an order can be used for the next one.
    let item = json!({ "product_id": tee.id.to_string(), "variant_sku": "TEE-M", "quantity": 1 });
    ada.post("/cart/items", item).await.expect(200);
    let again = json!({ "shipping_address": order.at("/shipping_address"), "shipping_address_id": "" });
    let again = ada.post("/orders", again).await.expect(201);
    assert_eq!(again.at("/shipping_address"), order.at("/shipping_address"));
}

#[tokio::test]
async fn a_key_is_bound_to_every_field_of_the_address() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await.with_header("idempotency-key", "k1");
    let order = ada.post("/orders", checkout_request()).await.expect(201);
    let fields = ["name", "company", "street", "street2", "city", "state", "phone"];
    for (name, value) in fields.map(|name| (name, "Other")).into_iter().chain([("zip", "62702"), ("type", "billing")]) {
        let mut other = checkout_request();
        other["shipping_address"][name] = json!(value);
        let answer = ada.send(Method::POST, "/orders", Some(other)).await.expect(422);
        assert_eq!(answer.at("/code"), "idempotency_key_reused", "{name}");
    }
    let mut same = checkout_request();
    same["shipping_address"]["company"] = json!("");
    assert_eq!(ada.post("/orders", same).await.expect(201).at("/id"), order.at("/id"));
}
