//! The validators of the collections: no other writer can store an invalid document.

use crate::auth::account_links::new_link;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, order, product};
use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::error::ErrorKind;
use serde_json::json;

/// MongoDB's error code `DocumentValidationFailure`.
const VALIDATION_FAILURE: i32 = 121;

/// Updates that the validators must reject, by collection.
fn invalid_updates() -> Vec<(&'static str, Document)> {
    let set = |field: &str, value: Bson| doc! { "$set": { field: value } };
    let unset = |field: &str| doc! { "$unset": { field: "" } };
    vec![
        ("users", set("role", "root".into())),
        ("users", set("email", Bson::Null)),
        ("users", set("password_hash", "secret".into())),
        ("users", set("created_at", "today".into())),
        ("users", set("addresses", Bson::Array(vec![doc! { "street": 1 }.into()]))),
        ("users", unset("addresses")),
        ("users", set("email_verified_at", true.into())),
        ("users", set("pending_email", doc! { "email": "ada@example.org" }.into())),
        ("account_tokens", set("purpose", "log_in".into())),
        ("account_tokens", unset("expires_at")),
        ("products", set("base_price", 19.99.into())),
        ("products", set("base_price", Bson::Int64(-1))),
        ("products", set("is_active", "yes".into())),
        ("products", set("variants", Bson::Array(vec![]))),
        ("products", set("variants.0.stock_quantity", Bson::Int32(-1))),
        ("products", set("variants.0.sku", "no spaces".into())),
        ("products", set("variants.0.price_modifier", 0.5.into())),
        ("products", set("holds", "none".into())),
        ("products", unset("min_price")),
        ("carts", set("items.0.quantity", Bson::Int32(0))),
        ("carts", set("items.0.quantity", Bson::Int32(100))),
        ("carts", set("user_id", "not an id".into())),
        ("carts", unset("version")),
        ("orders", set("notifications", Bson::Array(vec![doc! { "kind": "order_paid" }.into()]))),
        ("orders", set("status", "lost".into())),
        ("orders", set("abandoned_at", DateTime::now().into())),
        ("orders", set("cart_purchase", Bson::Int64(-1))),
        ("orders", set("total_amount", 19.99.into())),
        ("orders", set("refunded_amount", Bson::Int64(-1))),
        ("orders", set("items", Bson::Array(vec![]))),
        ("orders", set("items.0.price_per_unit", Bson::Int32(1))),
        ("orders", set("payment.status", "maybe".into())),
        ("orders", set("status_history.0.by", "unknown".into())),
        ("orders", set("payment.idempotency_attempt", Bson::Int64(-1))),
        ("orders", set("refunds", Bson::Array(vec![doc! { "amount": 1_i64 }.into()]))),
        ("orders", set("disputes", Bson::Array(vec![doc! { "id": "du_1", "amount": -1_i64 }.into()]))),
        ("orders", set("restocked", "no".into())),
        ("orders", set("flags", Bson::Array(vec!["odd".into()]))),
        ("orders", set("shipping_address", Bson::Null)),
        ("orders", unset("shipping_address.type")),
        ("orders", unset("shipping_address.street")),
        ("orders", set("shipping_address.name", Bson::Null)),
        ("orders", set("buyer_erased_at", true.into())),
        ("orders", unset("flags")),
        ("orders", unset("created_at")),
        ("sessions", set("verifier.secret_hash", "short".into())),
        ("sessions", unset("verifier.tag_key")),
        ("sessions", set("generation", Bson::Int64(-1))),
        ("sessions", set("spent", Bson::Array(vec![doc! { "generation": 0_i64 }.into()]))),
        ("sessions", unset("user_id")),
    ]
}

#[tokio::test]
async fn validators_reject_invalid_documents() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    let address = json!({ "type": "shipping", "street": "1", "city": "S", "state": "IL", "zip": "62701" });
    ada.post("/auth/me/addresses", address).await.expect(201);
    let id = shop.user_id("ada@example.com").await;
    new_link(&shop, TokenPurpose::ResetPassword, "ada@example.com", "ada@example.com").await;
    let status = ferrocart::domain::order::OrderStatus::Delivered;
    shop.record(order(id, &tee, 1, status, shop.state().now())).await;
    for (collection, update) in invalid_updates() {
        let documents = shop.database().collection::<Document>(collection);
        let error = documents.update_one(doc! {}, update.clone()).await.expect_err(&format!("{collection}: {update}"));
        let ErrorKind::Write(mongodb::error::WriteFailure::WriteError(failure)) = error.kind.as_ref() else {
            panic!("{collection}: {update}: {error}");
        };
        assert_eq!(failure.code, VALIDATION_FAILURE, "{collection}: {update}");
        // The stored document is still valid.
        documents.update_one(doc! {}, doc! { "$currentDate": { "touched": true } }).await.expect("a good document");
    }
}
