//! Concurrent requests in one environment, as on Lambda Managed Instances: nothing of one leaks into another.

use crate::leaks::{listen, log};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NAMES: [&str; 8] = ["ada", "grace", "alan", "edsger", "barbara", "donald", "frances", "ken"];
const ROUNDS: u64 = 5;

#[tokio::test]
async fn eight_concurrent_users_each_see_their_own_data() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 99)])).await;
    let mut users = Vec::new();
    for (name, quantity) in NAMES.into_iter().zip(1..) {
        let user = shop.customer(name).await;
        user.post("/cart/items", cart_item(&tee, quantity)).await.expect(200);
        let id = user.get("/auth/me").await.expect(200).text("/id");
        users.push((user, name, quantity, id));
    }
    drop(log(&heard));
    for _ in 0..ROUNDS {
        join_all(users.iter().map(async |(user, name, quantity, id)| {
            let (me, cart) = futures_util::join!(user.get("/auth/me"), user.get("/cart"));
            let me = me.expect(200);
            assert_eq!(me.at("/email"), &json!(format!("{name}@example.com")));
            assert_eq!(me.at("/id"), &json!(id));
            assert_eq!(cart.expect(200).at("/item_count"), &json!(quantity));
        }))
        .await;
    }
    // The log lines are separate, too: each has its own user and number of database calls.
    let mut logged: BTreeMap<(String, String, u64), u64> = BTreeMap::new();
    for line in log(&heard) {
        let line: Value = serde_json::from_str(&line).expect("JSON");
        let fields = &line["fields"];
        if fields["message"] == "answered" {
            let text = |name: &str| fields[name].as_str().expect(name).to_owned();
            let calls = fields["database_calls"].as_u64().expect("calls");
            let count = logged.entry((text("user_id"), text("route"), calls)).or_default();
            *count = count.saturating_add(1);
        }
    }
    let expected = users.iter().flat_map(|(.., id)| {
        // The session and the user; the session and the cart, with its products.
        [("/api/v1/auth/me", 2), ("/api/v1/cart", 2)]
            .map(|(route, calls)| ((id.clone(), route.to_owned(), calls), ROUNDS))
    });
    assert_eq!(logged, expected.collect());
}
