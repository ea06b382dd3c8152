//! Runs a purchase from registration to delivery against the real binaries over HTTP, as `cargo xtask dev` starts them.
//! The webhooks come from the Stripe stand-in.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by a panic, and reads its environment"
)]

mod stack;

use serde_json::{Value, json};
use stack::Stack;

/// A PNG of one pixel.
const IMAGE: &[u8] = include_bytes!("pixel.png");

#[tokio::test]
async fn a_purchase_from_registration_to_delivery() {
    let stack = Stack::start();
    let visitor = stack.caller();
    let admin = visitor.log_in("admin@example.com", "ferrocart-demo").await;

    let lamp = json!({
        "name": "Reading Lamp", "description": "Bends where you look.", "category": "E2E", "base_price": 49.90,
        "variants": [{ "sku": "E2E-LAMP", "color": "Brass", "stock_quantity": 3 }],
    });
    let lamp = admin.post("/products", lamp).await.expect(201);
    let images = format!("/products/{}/images", lamp["id"].as_str().expect("an id"));
    let upload = json!({ "content_type": "image/png", "content_length": IMAGE.len() });
    let announced = admin.post(&images, upload).await.expect(201);
    stack::upload(&announced["upload"], IMAGE).await;
    let image = announced["image_id"].as_str().expect("an id");
    let shown = admin.post(&format!("{images}/{image}/complete"), Value::Null).await.expect(200);
    let url = shown["images"][0].as_str().expect("a URL");
    assert!(url.ends_with(".png"), "{url}");
    stack.check_image(url, IMAGE).await;

    let browsed = visitor.get("/products?category=E2E").await.expect(200);
    assert_eq!(browsed["items"][0]["id"], lamp["id"]);
    let buyer = visitor.register("Grace", "grace@example.com").await;
    let line = json!({ "product_id": lamp["id"], "variant_sku": "E2E-LAMP", "quantity": 2 });
    let cart = buyer.post("/cart/items", line).await.expect(200);
    assert_eq!(cart["subtotal"], json!(99.80));

    let address =
        json!({ "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701" });
    let checkout = json!({ "shipping_address": address, "expected_total": 99.80 });
    let order = buyer.post("/orders", checkout).await.expect(201);
    assert_eq!(order["status"], "pending");
    let id = order["id"].as_str().expect("an id").to_owned();

    stack.pay(&order["payment"], "pm_card_chargeDeclined").await;
    let declined = buyer.get(&format!("/orders/{id}")).await.expect(200);
    assert_eq!((&declined["status"], &declined["payment"]["status"]), (&json!("pending"), &json!("failed")));
    let payment = buyer.post(&format!("/orders/{id}/payment"), Value::Null).await.expect(200);
    assert_eq!(payment["intent_id"], order["payment"]["intent_id"]);
    stack.pay(&payment, "pm_card_visa").await;
    let paid = buyer.get(&format!("/orders/{id}")).await.expect(200);
    assert_eq!((&paid["status"], &paid["payment"]["status"]), (&json!("processing"), &json!("succeeded")));

    let parcel = json!({ "status": "Shipped", "tracking": { "carrier": "UPS", "number": "1Z999" } });
    admin.put(&format!("/admin/orders/{id}"), parcel).await.expect(200);
    admin.put(&format!("/admin/orders/{id}"), json!({ "status": "delivered" })).await.expect(200);
    let receipt = buyer.get(&format!("/orders/{id}")).await.expect(200);
    let states: Vec<_> =
        receipt["status_history"].as_array().expect("a history").iter().map(|step| &step["status"]).collect();
    assert_eq!(states, ["pending", "processing", "shipped", "delivered"]);
    assert_eq!(receipt["tracking"]["number"], "1Z999");

    // The stand-in sends the event of the cancelled intent at once, often before the shop has stored the change.
    let line = json!({ "product_id": lamp["id"], "variant_sku": "E2E-LAMP", "quantity": 1 });
    buyer.post("/cart/items", line).await.expect(200);
    let second = buyer.post("/orders", json!({ "shipping_address": address })).await.expect(201);
    let second = second["id"].as_str().expect("an id");
    let cancelled = buyer.post(&format!("/orders/{second}/cancel"), Value::Null).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");

    let product = visitor.get(&format!("/products/{}", lamp["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(product["variants"][0]["stock_quantity"], 1);
    let stats = admin.get("/admin/stats").await.expect(200);
    assert!(stats["top_products"].as_array().expect("products").len() > 1, "the statistics include the demo data");
    visitor.get("/health").await.expect(200);
    visitor.get("/openapi.json").await.expect(200);
    visitor.get("/nowhere").await.expect(404);

    stack.end();
}
