//! `GET /admin/stats`

use ferrocart::domain::dispute::{Dispute, DisputeStatus};
use ferrocart::domain::money::Money;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{order, product};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[tokio::test]
async fn the_figures_of_a_week_count_the_orders_paid_in_it() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let buyer = ferrocart::db::new_id();
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 7), ("TEE-L", 0)])).await;
    let mug = shop.stock(product("Mug", 501, &[("MUG", 3)])).await;
    let mut hidden = product("Hidden", 1, &[("HIDDEN", 0)]);
    hidden.is_active = false;
    let hidden = shop.stock(hidden).await;
    let orders = [
        // The last millisecond before the week, its first, its last, and the first after it.
        (&tee, 9, OrderStatus::Delivered, "2026-11-01T23:59:59.999Z", 0),
        (&tee, 2, OrderStatus::Delivered, "2026-11-02T00:00:00.000Z", 0),
        (&mug, 1, OrderStatus::Processing, "2026-11-08T23:59:59.999Z", 0),
        (&tee, 9, OrderStatus::Delivered, "2026-11-09T00:00:00.000Z", 0),
        (&mug, 2, OrderStatus::Shipped, "2026-11-04T12:00:00.000Z", 501),
        (&hidden, 3, OrderStatus::Shipped, "2026-11-04T13:00:00.000Z", 0),
        (&mug, 50, OrderStatus::Pending, "2026-11-04T14:00:00.000Z", 0),
        (&mug, 60, OrderStatus::Cancelled, "2026-11-04T15:00:00.000Z", 0),
        (&tee, 1, OrderStatus::Cancelled, "2026-11-04T16:00:00.000Z", 1999),
    ];
    for (product, quantity, status, placed, refunded) in orders {
        let mut order = order(buyer, product, quantity, status, time(placed));
        order.refunded_amount = Money::from_minor(refunded);
        shop.record(order).await;
    }
    let stats = admin.get("/admin/stats?from=2026-11-02T00:00:00Z&to=2026-11-09T00:00:00Z").await;
    assert_snapshot!(stats.shown());
}

#[tokio::test]
async fn lost_disputes_reduce_the_revenue() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = shop.stock(product("Tee", 1000, &[("TEE-M", 7)])).await;
    let placed = time("2026-11-02T12:00:00Z");
    let (delivered, cancelled) = (OrderStatus::Delivered, OrderStatus::Cancelled);
    let cases: [(OrderStatus, &[(DisputeStatus, i64)]); 7] = [
        (delivered, &[]),
        (delivered, &[(DisputeStatus::Lost, 300)]),
        (delivered, &[(DisputeStatus::Won, 1000), (DisputeStatus::Lost, 200)]),
        // A payment that was disputed twice.
        (delivered, &[(DisputeStatus::Lost, 1000), (DisputeStatus::Lost, 1000)]),
        (delivered, &[(DisputeStatus::Inquiry, 1000)]),
        (OrderStatus::Processing, &[(DisputeStatus::Open, 1000)]),
        (cancelled, &[(DisputeStatus::Lost, 1000)]),
    ];
    for (status, disputes) in cases {
        let mut order = order(ferrocart::db::new_id(), &tee, 1, status, placed);
        let dispute = |(status, cents): &(DisputeStatus, i64)| {
            let (id, amount) = (format!("du_{status:?}"), Money::from_minor(*cents));
            Dispute { id, amount, status: *status, as_of: placed }
        };
        order.disputes = disputes.iter().map(dispute).collect();
        shop.record(order).await;
    }
    let stats = admin.get("/admin/stats?from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z").await.expect(200);
    assert_eq!((stats.at("/revenue"), stats.at("/lost_to_disputes")), (&json!(45.0), &json!(15.0)));
    assert_eq!((stats.at("/orders"), stats.at("/average_order_value")), (&json!(6), &json!(7.5)));
    assert_eq!(stats.at("/revenue_by_day/0/revenue"), &json!(45.0));
    assert_eq!((stats.at("/units_sold"), stats.at("/top_products/0/revenue")), (&json!(6), &json!(60.0)));
}

#[tokio::test]
async fn a_shop_without_sales_has_zeros_for_the_last_30_days() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.customer("ada").await;
    shop.customer("bob").await;
    let stats = admin.get("/admin/stats").await.expect(200);
    let (from, to) = (time(&stats.text("/from")), time(&stats.text("/to")));
    assert_eq!(to.since(from), std::time::Duration::from_hours(30 * 24));
    assert!(shop.state().now().since(to) < std::time::Duration::from_mins(1));
    let days = stats.at("/revenue_by_day").as_array().expect("days");
    assert_eq!(days.len(), 31, "30 times 24 hours touch 31 days");
    assert!(days.iter().all(|day| day["revenue"] == json!(0.0) && day["orders"] == 0));
    assert!(days.windows(2).all(|pair| pair[0]["date"].as_str() < pair[1]["date"].as_str()));
    for figure in ["/revenue", "/lost_to_disputes", "/refunds", "/average_order_value"] {
        assert_eq!(stats.at(figure), &json!(0.0), "{figure}");
    }
    assert_eq!((stats.at("/orders"), stats.at("/units_sold")), (&json!(0), &json!(0)));
    // Administrators do not count as customers.
    assert_eq!(stats.at("/new_customers"), 2);
    assert_eq!(stats.at("/top_products"), &json!([]));
}

#[tokio::test]
async fn the_10_best_sellers_and_the_20_lowest_stocks_are_listed() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let placed = shop.state().now().minus(std::time::Duration::from_hours(1));
    for number in 0..15_i64 {
        let skus = [format!("P{number:02}-A"), format!("P{number:02}-B")];
        // Products with an even number have one variant with little stock.
        let stocks =
            [(skus[0].as_str(), 100 + number), (skus[1].as_str(), if number % 2 == 0 { number } else { 200 + number })];
        let product = shop.stock(product(&format!("Product {number}"), 100 * (number + 1), &stocks)).await;
        shop.record(order(ferrocart::db::new_id(), &product, 2, OrderStatus::Processing, placed)).await;
    }
    let stats = admin.get("/admin/stats").await.expect(200);
    let column = |list: &str, field: &str| -> Vec<Value> {
        stats.at(list).as_array().expect("a list").iter().map(|row| row[field].clone()).collect()
    };
    let best: Vec<_> = (5..15).rev().map(|number| json!(format!("Product {number}"))).collect();
    assert_eq!(column("/top_products", "name"), best);
    assert_eq!(stats.at("/top_products/0/revenue"), &json!(30.0));
    let scarcest: Vec<_> = [0, 2, 4, 6, 8, 10, 12, 14].into_iter().chain(100..112).map(|stock| json!(stock)).collect();
    assert_eq!(column("/low_stock", "stock_quantity"), scarcest);
    assert_eq!(stats.at("/low_stock/1/sku"), "P02-B");
}

#[tokio::test]
async fn an_invalid_period_is_rejected() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (query, pointer) in [
        ("from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", "from"),
        ("from=2099-11-02T00:00:00Z", "from"),
        ("from=2025-01-01T00:00:00Z&to=2026-01-02T00:00:00.001Z", "from"),
        ("to=-009999-01-02T01:59:59Z", "from"),
        ("from=2026-11-01", "from"),
        ("to=tomorrow", "to"),
        ("to=2026-11-01T00:00:00Z&to=2026-11-01T00:00:00Z", "to"),
        ("day=1", "day"),
    ] {
        let rejected = admin.get(&format!("/admin/stats?{query}")).await.expect(400);
        assert_eq!(
            (rejected.at("/code"), rejected.at("/errors/0/pointer")),
            (&json!("malformed_request"), &json!(pointer)),
            "{query}"
        );
    }
    let leap_year = admin.get("/admin/stats?from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:00Z").await.expect(200);
    assert_eq!(leap_year.at("/revenue_by_day").as_array().map(Vec::len), Some(366));
    let empty = admin.get("/admin/stats?from=2024-01-01T00:00:00Z&to=2024-01-01T00:00:00Z").await.expect(200);
    assert_eq!(empty.at("/revenue_by_day"), &json!([]));
}
