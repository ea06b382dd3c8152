//! A blank string in an optional text field of any body means that the field is absent, as HTML forms send it.

use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{order, product};
use serde_json::{Value, json};

/// Strings that look empty.
const BLANKS: [&str; 3] = ["", " \t", "\u{200B}\u{A0}"];

#[tokio::test]
async fn a_variant_with_a_blank_size_has_none() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (number, blank) in BLANKS.into_iter().enumerate() {
        let variant = json!({ "sku": format!("TEE-{number}"), "size": blank, "color": blank });
        let product =
            json!({ "name": "Tee", "description": blank, "category": "Tees", "base_price": 1, "variants": [variant] });
        let product = admin.post("/products", product).await.expect(201);
        let size_and_color = (product.at("/variants/0/size"), product.at("/variants/0/color"));
        assert_eq!(size_and_color, (&Value::Null, &Value::Null), "{blank:?}");
        assert_eq!(product.at("/description"), "");
    }
}

#[tokio::test]
async fn a_parcel_with_a_blank_tracking_page_has_none() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    shop.customer("ada").await;
    let id = shop.user_id("ada@example.com").await;
    let admin = shop.admin().await;
    for blank in BLANKS {
        let paid = shop.record(order(id, &tee, 1, OrderStatus::Processing, shop.state().now())).await;
        let path = format!("/admin/orders/{}", paid.id);
        let tracking = json!({ "carrier": "UPS", "number": "1Z", "url": blank });
        let shipped = admin.put(&path, json!({ "status": "shipped", "tracking": tracking })).await.expect(200);
        assert_eq!(shipped.at("/tracking/url"), &Value::Null, "{blank:?}");
        let refund = json!({ "amount": 1, "reason": blank });
        let refund = admin.with_header("idempotency-key", "r").post(&format!("{path}/refunds"), refund).await;
        assert_eq!(refund.expect(201).at("/reason"), &Value::Null, "{blank:?}");
    }
}

#[tokio::test]
async fn a_blank_amount_is_not_absent() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    shop.customer("ada").await;
    let id = shop.user_id("ada@example.com").await;
    let paid = shop.record(order(id, &tee, 1, OrderStatus::Processing, shop.state().now())).await;
    let refunds = format!("/admin/orders/{}/refunds", paid.id);
    let admin = shop.admin().await;
    let rejected = admin.with_header("idempotency-key", "r").post(&refunds, json!({ "amount": "" })).await.expect(422);
    assert_eq!(rejected.at("/errors/0/pointer"), "/amount");
}
