//! Runs a purchase from registration to delivery against the real binaries over HTTP: those that `cargo xtask dev` starts, or
//! a deployed stack that the variable `FERROCART_STACK` describes (CONTRIBUTING.md). The webhooks come from the Stripe
//! stand-in, or from Stripe itself. A shop can be tested repeatedly: each run has its own product and customer, and removes
//! them.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by a panic, and reads its environment"
)]

mod stack;

use serde_json::{Value, json};
use stack::{Caller, Stack};

/// A PNG of one pixel.
const IMAGE: &[u8] = include_bytes!("pixel.png");

#[tokio::test]
async fn a_purchase_from_registration_to_delivery() {
    let stack = Stack::start();
    let visitor = stack.caller();
    let admin = stack.log_in_as_admin().await;
    let run = stack::run_id();

    let lamp = json!({
        "name": "Reading Lamp", "description": "Bends where you look.", "category": format!("E2E {run}"),
        "base_price": 49.90, "variants": [{ "sku": format!("E2E-{run}"), "color": "Brass", "stock_quantity": 3 }],
    });
    let lamp = admin.post("/products", lamp).await.expect(201);
    let product = format!("/products/{}", text(&lamp["id"]));
    let url = upload_image(&admin, &product).await;
    stack.check_image(&url, IMAGE).await;

    let browsed = visitor.get(&format!("/products?category=E2E%20{run}")).await.expect(200);
    assert_eq!(browsed["items"][0]["id"], lamp["id"]);
    let buyer = visitor.register("Grace", &format!("grace-{run}@example.com")).await;
    let sku = lamp["variants"][0]["sku"].clone();
    let line = json!({ "product_id": lamp["id"], "variant_sku": sku, "quantity": 2 });
    let cart = buyer.post("/cart/items", line).await.expect(200);
    assert_eq!(cart["subtotal"], json!(99.80));

    let address =
        json!({ "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701" });
    let checkout = json!({ "shipping_address": address, "expected_total": 99.80 });
    let order = buyer.post("/orders", checkout).await.expect(201);
    assert_eq!(order["status"], "pending");
    let id = text(&order["id"]).to_owned();

    stack.pay(&order["payment"], "pm_card_chargeDeclined").await;
    let declined = stack.order_with(&buyer, &id, "failed").await;
    assert_eq!(declined["status"], "pending");
    let payment = buyer.post(&format!("/orders/{id}/payment"), Value::Null).await.expect(200);
    assert_eq!(payment["intent_id"], order["payment"]["intent_id"]);
    stack.pay(&payment, "pm_card_visa").await;
    let paid = stack.order_with(&buyer, &id, "succeeded").await;
    assert_eq!(paid["status"], "processing");

    let parcel = json!({ "status": "Shipped", "tracking": { "carrier": "UPS", "number": "1Z999" } });
    admin.put(&format!("/admin/orders/{id}"), parcel).await.expect(200);
    admin.put(&format!("/admin/orders/{id}"), json!({ "status": "delivered" })).await.expect(200);
    let receipt = buyer.get(&format!("/orders/{id}")).await.expect(200);
    let states: Vec<_> =
        receipt["status_history"].as_array().expect("a history").iter().map(|step| &step["status"]).collect();
    assert_eq!(states, ["pending", "processing", "shipped", "delivered"]);
    assert_eq!(receipt["tracking"]["number"], "1Z999");

    // Stripe sends the event of the cancelled intent at once, often before the shop has stored the change.
    let line = json!({ "product_id": lamp["id"], "variant_sku": sku, "quantity": 1 });
    buyer.post("/cart/items", line).await.expect(200);
    let second = buyer.post("/orders", json!({ "shipping_address": address })).await.expect(201);
    let cancelled = buyer.post(&format!("/orders/{}/cancel", text(&second["id"])), Value::Null).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");

    let sold = visitor.get(&product).await.expect(200);
    assert_eq!(sold["variants"][0]["stock_quantity"], 1);
    let stats = admin.get("/admin/stats").await.expect(200);
    assert!(!stats["top_products"].as_array().expect("products").is_empty(), "{stats}");
    visitor.get("/health").await.expect(200);
    visitor.get("/openapi.json").await.expect(200);
    visitor.get("/nowhere").await.expect(404);

    buyer.delete("/auth/me", json!({ "password": stack::PASSWORD })).await.expect(204);
    admin.delete(&product, Value::Null).await.expect(204);
    visitor.get(&product).await.expect(404);
    stack.end();
}

/// Uploads an image of a product; returns its URL.
async fn upload_image(admin: &Caller, product: &str) -> String {
    let images = format!("{product}/images");
    let upload = json!({ "content_type": "image/png", "content_length": IMAGE.len() });
    let announced = admin.post(&images, upload).await.expect(201);
    stack::upload(&announced["upload"], IMAGE).await;
    let complete = format!("{images}/{}/complete", text(&announced["image_id"]));
    let shown = admin.post(&complete, Value::Null).await.expect(200);
    let url = text(&shown["images"][0]);
    assert!(url.ends_with(".png"), "{url}");
    url.to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
