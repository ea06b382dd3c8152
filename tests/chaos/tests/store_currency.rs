//! Proves that functions that sell do not start with another currency than that of the catalogue's prices, and that the
//! functions that serve existing orders do.

use ferrocart_chaos::World;
use mongodb::bson::{Document, doc};

#[tokio::test]
async fn functions_that_sell_do_not_start_with_another_currency() {
    let world = World::open().await;
    let settings = world.database().collection::<Document>("settings");
    let yen = doc! { "_id": "catalogue", "currency": "JPY", "has_prices": true };
    settings.replace_one(doc! { "_id": "catalogue" }, yen).await.expect("a record of another currency");

    let http = reqwest::Client::new();
    let url = |path: &str| format!("{}/api/v1{path}", world.lambda.base_url());
    for path in ["/products", "/cart", "/orders"] {
        let response = http.get(url(path)).send().await.expect("a response");
        assert!(response.status().is_server_error(), "{path}: {}", response.status());
    }
    let logs = std::fs::read_dir(world.directory().join("functions")).expect("logs").flatten();
    let logs: String = logs.filter_map(|log| std::fs::read_to_string(log.path()).ok()).collect();
    assert!(logs.contains("the prices of the catalogue are in JPY, but STORE_CURRENCY is USD"), "{logs}");
    for function in ["products", "cart", "orders"] {
        assert!(!world.lambda.died(function).await.success(), "{function} has started");
    }

    // An unsigned event reaches the function.
    let unsigned = http.post(url("/webhooks/stripe")).body("{}").send().await.expect("a response");
    assert_eq!(unsigned.status(), 400);
    let anonymous = http.get(url("/admin/orders")).send().await.expect("a response");
    assert_eq!(anonymous.status(), 401);
    for function in ["stripe-webhook", "admin"] {
        assert!(!world.deaths().iter().any(|(name, _)| *name == function), "{function} has ended");
    }
}
