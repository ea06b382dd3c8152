//! `GET /admin/orders`

use ferrocart::db::orders::{Flag, OrderDoc};
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::{order, product};
use ferrocart_tests::{Answer, Client, TestShop};
use std::collections::HashSet;
use std::time::Duration;

/// The time of the first order; the others follow an hour apart.
const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// Creates a shop with twelve orders, alternating between Ada and Bob and among four statuses.
pub(crate) async fn shop_with_orders() -> (TestShop, Client, Vec<OrderDoc>) {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    shop.customer("bob").await;
    let buyers = [shop.user_id("ada@example.com").await, shop.user_id("bob@example.com").await];
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    let statuses =
        [OrderStatus::Pending, OrderStatus::Processing, OrderStatus::Shipped, OrderStatus::Cancelled].repeat(3);
    let hat = product("Hat", 999, &[("HAT-S", 5)]);
    let mut orders = Vec::new();
    for ((hour, status), buyer) in (0..).zip(statuses).zip(buyers.iter().cycle()) {
        let placed = START.plus(Duration::from_hours(hour));
        let mut order = order(*buyer, if hour % 5 == 0 { &hat } else { &tee }, 1, status, placed);
        order.flags =
            [Flag::Disputed, Flag::RefundFailed].into_iter().take(if hour % 4 == 1 { 2 } else { 0 }).collect();
        orders.push(shop.record(order).await);
    }
    (shop, admin, orders)
}

fn ids(page: &Answer) -> Vec<String> {
    let items = page.at("/items").as_array().expect("items");
    items.iter().map(|order| order["id"].as_str().expect("an id").to_owned()).collect()
}

/// The ids of the matching orders, latest first.
fn expected(orders: &[OrderDoc], matches: impl Fn(usize, &OrderDoc) -> bool) -> Vec<String> {
    let mut found: Vec<_> = orders
        .iter()
        .enumerate()
        .filter(|(hour, order)| matches(*hour, order))
        .map(|(_, o)| o.id.to_string())
        .collect();
    found.reverse();
    found
}

#[tokio::test]
async fn filters_select_matching_orders_and_combine() {
    let (shop, admin, orders) = shop_with_orders().await;
    let ada = shop.user_id("ada@example.com").await;
    let bob = shop.user_id("bob@example.com").await;
    let hour = |hours: u64| START.plus(Duration::from_hours(hours)).to_string();
    let number = orders[4].order_number.clone();
    let cases: Vec<(String, Vec<String>)> = vec![
        (String::new(), expected(&orders, |_, _| true)),
        ("status=Shipped".into(), expected(&orders, |_, o| o.status == OrderStatus::Shipped)),
        (format!("user_id={ada}"), expected(&orders, |_, o| o.user_id == ada)),
        ("email=%20ADA@example.com".into(), expected(&orders, |_, o| o.user_id == ada)),
        (format!("email=ada@example.com&user_id={bob}"), vec![]),
        ("email=unknown@example.com".into(), vec![]),
        (format!("order_number={number}"), vec![orders[4].id.to_string()]),
        (format!("order_number={}", number.to_lowercase()), vec![orders[4].id.to_string()]),
        ("order_number=FC-0000-0000".into(), vec![]),
        ("flag=disputed".into(), expected(&orders, |hour, _| hour % 4 == 1)),
        ("flag=refund_failed&sku=HAT-S".into(), expected(&orders, |hour, _| hour == 5)),
        ("flag=foreign_intent".into(), vec![]),
        ("sku=HAT-S".into(), expected(&orders, |hour, _| hour % 5 == 0)),
        ("sku=HAT-S&status=pending&payment_status=requires_payment".into(), expected(&orders, |hour, _| hour == 0)),
        ("sku=hat-s".into(), vec![]),
        ("payment_status=canceled".into(), expected(&orders, |_, o| o.status == OrderStatus::Cancelled)),
        ("payment_status=succeeded&flag=disputed".into(), expected(&orders, |hour, _| hour % 4 == 1)),
        ("payment_status=failed".into(), vec![]),
        (format!("from={}", hour(3)), expected(&orders, |hour, _| hour >= 3)),
        (format!("to={}", hour(3)), expected(&orders, |hour, _| hour < 3)),
        (format!("from={}&to={}", hour(3), hour(5)), expected(&orders, |hour, _| (3..5).contains(&hour))),
        (
            format!("user_id={ada}&status=pending&from={}&to={}", hour(1), hour(9)),
            expected(&orders, |hour, o| o.user_id == ada && o.status == OrderStatus::Pending && (1..9).contains(&hour)),
        ),
    ];
    for (query, expected) in cases {
        for list in ["/admin/orders", "/admin/orders/summaries"] {
            let page = admin.get(&format!("{list}?{query}")).await.expect(200);
            assert_eq!(ids(&page), expected, "{list} {query}");
        }
    }
}

#[tokio::test]
async fn every_order_shows_its_customer() {
    let (_shop, admin, _) = shop_with_orders().await;
    let page = admin.get("/admin/orders?limit=2").await.expect(200);
    for (position, email) in ["bob@example.com", "ada@example.com"].into_iter().enumerate() {
        let item = page.at(&format!("/items/{position}"));
        assert_eq!(item["customer"]["email"], email);
        assert_eq!(item["customer"]["id"], item["user_id"]);
        assert_eq!(item["payment"]["client_secret"], serde_json::Value::Null);
        assert_eq!(item["customer"].as_object().map(serde_json::Map::len), Some(3));
    }
}

#[tokio::test]
async fn pages_have_no_gaps_even_among_orders_of_the_same_time() {
    let (shop, admin, mut orders) = shop_with_orders().await;
    let buyer = orders[0].user_id;
    for _ in 0..5 {
        let tee = product("Tee", 1999, &[("TEE-M", 5)]);
        let twin = order(buyer, &tee, 1, OrderStatus::Pending, START.plus(Duration::from_hours(20)));
        orders.push(shop.record(twin).await);
    }
    for filters in ["", "&status=pending", "&email=ada@example.com", "&from=2026-09-21T20:00:00Z", "&sku=TEE-M"] {
        let all = ids(&admin.get(&format!("/admin/orders?limit=100{filters}")).await.expect(200));
        for (list, limit) in [("orders", 1), ("orders", 3), ("orders", 4), ("orders/summaries", 3)] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = admin.get(&format!("/admin/{list}?limit={limit}{filters}{cursor}")).await.expect(200);
                seen.extend(ids(&page));
                let Some(next) = page.at("/next_cursor").as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, all, "{filters} {limit}");
            assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
        }
    }
}

#[tokio::test]
async fn a_cursor_is_valid_for_its_own_filters_only() {
    let (shop, admin, orders) = shop_with_orders().await;
    let ada = shop.user_id("ada@example.com").await;
    let cursor = admin.get("/admin/orders?limit=1&email=ada@example.com").await.expect(200).text("/next_cursor");
    for filters in [
        "",
        // Guests can have ordered with the same e-mail address.
        &format!("user_id={ada}"),
        "email=bob@example.com",
        "status=pending",
        &format!("user_id={}", orders[1].user_id),
        "to=2030-01-01T00:00:00Z",
    ] {
        let rejected = admin.get(&format!("/admin/orders?{filters}&cursor={cursor}")).await.expect(400);
        assert_eq!(rejected.at("/code"), "invalid_cursor", "{filters}");
    }
    let mut forged = cursor.clone();
    forged.replace_range(3..4, if &cursor[3..4] == "A" { "B" } else { "A" });
    for bad in [forged.as_str(), "", "x", "null", &cursor[1..]] {
        let query = format!("/admin/orders?limit=1&email=ada@example.com&cursor={bad}");
        assert_eq!(admin.get(&query).await.expect(400).at("/code"), "invalid_cursor", "{bad}");
    }
}

#[tokio::test]
async fn every_invalid_parameter_is_reported() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let query = "status=lost&user_id=me&email=ada&from=yesterday&to=1e9&limit=0&page=2&status%5B%24ne%5D=x";
    insta::assert_snapshot!(admin.get(&format!("/admin/orders?{query}")).await.shown());
    for bad in [
        "limit=-1",
        "limit=101",
        "limit=1000000000",
        "limit=1&limit=2",
        "order_number=",
        "flag=odd",
        "payment_status=paid",
        "sku=%20",
        "email=%7B%22%24gt%22%3A%22%22%7D",
    ] {
        admin.get(&format!("/admin/orders?{bad}")).await.expect(400);
    }
}
