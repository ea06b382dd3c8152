//! `GET /orders` and `GET /orders/{id}`

use super::buyers::{buy, buyer};
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{order, product};
use insta::assert_snapshot;

#[tokio::test]
async fn the_history_is_paginated_latest_first() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let id = shop.user_id("ada@example.com").await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    for number in 0..7 {
        // Every two orders have the same time.
        let placed = Timestamp::from_millis(1_700_000_000_000 + number / 2);
        shop.record(order(id, &tee, number + 1, OrderStatus::Delivered, placed)).await;
    }
    let first = ada.get("/orders?limit=3").await.expect(200);
    assert_snapshot!(first.shown());
    let mut counts: Vec<_> = items(&first);
    let mut cursor = first.at("/next_cursor").as_str().map(str::to_owned);
    while let Some(next) = cursor {
        let page = ada.get(&format!("/orders?limit=3&cursor={next}")).await.expect(200);
        counts.extend(items(&page));
        cursor = page.at("/next_cursor").as_str().map(str::to_owned);
    }
    assert_eq!(counts, [7, 6, 5, 4, 3, 2, 1]);
}

fn items(page: &ferrocart_tests::Answer) -> Vec<i64> {
    page.at("/items")
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["item_count"].as_i64().expect("a number"))
        .collect()
}

#[tokio::test]
async fn invalid_pagination_parameters_are_rejected() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for (query, code) in [
        ("limit=0", "malformed_request"),
        ("limit=-1", "malformed_request"),
        ("limit=101", "malformed_request"),
        ("limit=1000000000", "malformed_request"),
        ("limit=x", "malformed_request"),
        ("limit=1&limit=2", "malformed_request"),
        ("user_id=0123456789abcdef01234567", "malformed_request"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=", "invalid_cursor"),
        ("cursor[$gt]=", "malformed_request"),
    ] {
        assert_eq!(ada.get(&format!("/orders?{query}")).await.expect(400).at("/code"), code, "{query}");
    }
}

#[tokio::test]
async fn another_user_s_cursor_is_rejected() {
    let shop = TestShop::open().await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let id = shop.user_id("ada@example.com").await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    for number in 0..2 {
        shop.record(order(id, &tee, 1, OrderStatus::Delivered, Timestamp::from_millis(1_700_000_000_000 + number)))
            .await;
    }
    let cursor = ada.get("/orders?limit=1").await.expect(200).text("/next_cursor");
    ada.get(&format!("/orders?cursor={cursor}")).await.expect(200);
    bob.get(&format!("/orders?cursor={cursor}")).await.expect(400);
}

#[tokio::test]
async fn another_user_s_order_looks_like_an_unknown_one() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let id = buy(&ada, "k1").await.expect(201).text("/id");
    let bob = shop.customer("bob").await;
    let by_other_user = bob.get(&format!("/orders/{id}")).await.expect(404);
    assert_eq!(by_other_user.shown(), bob.get("/orders/0123456789abcdef01234567").await.shown());
    assert_eq!(by_other_user.shown(), bob.get("/orders/x").await.shown());
    ada.get(&format!("/orders/{id}")).await.expect(200);
}
