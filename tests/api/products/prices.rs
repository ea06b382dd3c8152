//! Prices that Stripe can charge, by currency: they are checked where they are defined.

use ferrocart_tests::TestShop;
use serde_json::{Value, json};

/// The body of a product with this base price and price modifier, as JSON numbers.
fn product(base_price: &str, modifier: &str) -> Value {
    let number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
    json!({
        "name": "Tee", "description": "", "category": "Shirts", "base_price": number(base_price),
        "variants": [{ "sku": "TEE", "price_modifier": number(modifier) }],
    })
}

#[tokio::test]
async fn prices_are_limited_to_what_stripe_charges_in_the_currency() {
    for (currency, base_price, modifier, error) in [
        ("KWD", "1.234", "0", Some(("/base_price", "too_many_decimals"))),
        ("KWD", "1.23", "-0.005", Some(("/variants/0/price_modifier", "too_many_decimals"))),
        ("KWD", "1.230", "0.01", None),
        ("KWD", "99999.99", "0.01", Some(("/variants/0/price_modifier", "too_large"))),
        ("JPY", "1.5", "0", Some(("/base_price", "too_many_decimals"))),
        ("IDR", "1500000", "0", None),
        ("IDR", "9999999999.99", "0", None),
        ("IDR", "10000000000", "0", Some(("/base_price", "too_large"))),
        ("IDR", "9999999999.99", "0.01", Some(("/variants/0/price_modifier", "too_large"))),
        ("INR", "9999999.99", "0", None),
        ("COP", "99999999.99", "0", None),
        ("USD", "1000000", "0", Some(("/base_price", "too_large"))),
        ("USD", "999999.99", "0.01", Some(("/variants/0/price_modifier", "too_large"))),
    ] {
        let shop = TestShop::open_with(&[("STORE_CURRENCY", currency)]).await;
        let admin = shop.admin().await;
        let place = format!("{base_price} + {modifier} {currency}");
        let created = admin.post("/products", product(base_price, modifier)).await;
        let Some((pointer, code)) = error else {
            created.expect(201);
            continue;
        };
        let existing = admin.post("/products", product("1", "0")).await.expect(201).text("/id");
        let replaced = admin.put(&format!("/products/{existing}"), product(base_price, modifier)).await;
        for rejected in [created.expect(422), replaced.expect(422)] {
            let found = (rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code"));
            assert_eq!(found, (&json!(pointer), &json!(code)), "{place}");
        }
    }
}
