//! `GET /admin/orders/summaries`

use super::list_all_orders::shop_with_orders;
use ferrocart::db::new_id;
use ferrocart::db::orders::OrderItem;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::quantity::Quantity;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{order, product};
use serde_json::Value;

#[tokio::test]
async fn a_summary_has_what_a_table_of_orders_shows() {
    let (shop, admin, orders) = shop_with_orders().await;
    let tee = product("Tee", 1999, &[("TEE-M", 5), ("TEE-L", 5)]);
    let mut two_lines = order(shop.user_id("ada@example.com").await, &tee, 2, OrderStatus::Shipped, shop.state().now());
    let (variant, quantity) = (&tee.variants[1], Quantity::try_from(3).expect("a quantity"));
    two_lines.items.push(OrderItem::new(&tee, variant, quantity).expect("a price"));
    let two_lines = shop.record(two_lines).await;
    let orphan = shop.record(order(new_id(), &tee, 1, OrderStatus::Pending, orders[0].created_at)).await;
    let page = admin.get("/admin/orders/summaries?limit=1").await.expect(200);
    let summary = page.at("/items/0");
    let mut fields: Vec<&String> = summary.as_object().expect("an object").keys().collect();
    fields.sort_unstable();
    insta::assert_debug_snapshot!(fields);
    assert_eq!(summary["id"], two_lines.id.to_string());
    for (field, expected) in
        [("item_count", 5.into()), ("payment_status", "succeeded".into()), ("status", Value::from("shipped"))]
    {
        assert_eq!(summary[field], expected, "{field}");
    }
    assert_eq!(summary["customer"]["email"], "ada@example.com");
    let of_deleted =
        admin.get(&format!("/admin/orders/summaries?order_number={}", orphan.order_number)).await.expect(200);
    assert_eq!(of_deleted.at("/items/0/customer"), &Value::Null);
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the output shows the figures")]
async fn summaries_are_less_than_a_third_as_long_as_orders() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    let ada = shop.user_id("ada@example.com").await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    for _ in 0..100 {
        shop.record(order(ada, &tee, 1, OrderStatus::Processing, shop.state().now())).await;
    }
    let length = async |list: &str| {
        let page = admin.get(&format!("/admin/{list}?limit=100")).await.expect(200);
        page.body.to_string().len()
    };
    let (orders, summaries) = (length("orders").await, length("orders/summaries").await);
    println!("100 orders: {orders} bytes, their summaries: {summaries} bytes");
    assert!(summaries * 3 < orders, "{summaries} of {orders} bytes");
}

#[tokio::test]
async fn cursors_of_orders_are_not_those_of_summaries() {
    let (_shop, admin, _) = shop_with_orders().await;
    let cursor = admin.get("/admin/orders?limit=1").await.expect(200).text("/next_cursor");
    let rejected = admin.get(&format!("/admin/orders/summaries?limit=1&cursor={cursor}")).await.expect(400);
    assert_eq!(rejected.at("/code"), "invalid_cursor");
}
