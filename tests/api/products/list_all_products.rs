//! `GET /admin/products`

use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Client, TestShop};
use mongodb::bson::{Document, doc, oid::ObjectId};
use std::time::Duration;

/// The time at which the first product was created; the others follow an hour apart.
const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// Returns a shop with products of one or two variants, of which every third is inactive.
async fn shop_with_products() -> (TestShop, Client) {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let stocks: [&[i64]; 12] =
        [&[5], &[0, 9], &[3], &[0], &[7, 2], &[1], &[0], &[4, 4], &[2, 0], &[6], &[1, 3], &[8, 5]];
    for (number, stocks) in (0_u32..).zip(stocks) {
        let skus: Vec<String> = (0..stocks.len()).map(|variant| format!("SKU-{number}-{variant}")).collect();
        let variants: Vec<(&str, i64)> = skus.iter().map(String::as_str).zip(stocks.iter().copied()).collect();
        let mut product = product(&format!("Shirt {number}"), i64::from(number).saturating_add(100), &variants);
        product.created_at = START.plus(Duration::from_hours(number.into()));
        product.category = ["Tees", "Hats"][usize::from(number % 2 == 1)].parse().expect("a category");
        product.is_active = number % 3 != 0;
        shop.stock(product).await;
    }
    (shop, admin)
}

fn numbers(page: &Answer) -> Vec<u32> {
    let items = page.at("/items").as_array().expect("items");
    let number =
        |item: &serde_json::Value| item["name"].as_str().and_then(|name| name.rsplit(' ').next()?.parse().ok());
    items.iter().map(|item| number(item).expect("a number")).collect()
}

#[tokio::test]
async fn filters_select_active_and_inactive_products_and_combine() {
    let (_shop, admin) = shop_with_products().await;
    let cases: [(&str, &[u32]); 15] = [
        ("", &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ("is_active=true", &[11, 10, 8, 7, 5, 4, 2, 1]),
        ("is_active=false", &[9, 6, 3, 0]),
        ("is_active=false&sort=price_asc", &[0, 3, 6, 9]),
        ("sort=name", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ("sort=price_desc&category=Hats", &[11, 9, 7, 5, 3, 1]),
        ("category=Hats&is_active=false", &[9, 3]),
        ("q=shirt&is_active=false", &[9, 6, 3, 0]),
        ("q=shirt&is_active=false&max_stock=0", &[6, 3]),
        ("q=shirts&category=Hats&max_stock=1&sort=newest", &[5, 3, 1]),
        ("q=SKU-9-0", &[9]),
        // Active ones first; of those of the same stock, the earlier category.
        ("max_stock=1", &[1, 8, 5, 10, 3, 6]),
        ("max_stock=1&category=Tees", &[8, 10, 6]),
        ("max_stock=2&is_active=true", &[1, 8, 5, 10, 4]),
        ("sort=stock&is_active=false", &[3, 6, 0, 9]),
    ];
    for (query, expected) in cases {
        assert_eq!(numbers(&admin.get(&format!("/admin/products?{query}")).await.expect(200)), expected, "{query}");
    }
}

#[tokio::test]
async fn pages_have_no_gaps_in_any_order() {
    let (_shop, admin) = shop_with_products().await;
    for query in [
        "",
        "sort=name",
        "sort=price_asc",
        "is_active=false",
        "category=Hats",
        "category=Hats,Tees&sort=price_desc",
        "q=shirt",
        "q=shirt&max_stock=3",
        "sort=stock",
        "max_stock=4",
        "max_stock=4&category=Tees",
        "max_stock=4&category=Tees,Hats",
        "max_stock=9&is_active=true",
        "max_stock=9&is_active=false",
    ] {
        let all = numbers(&admin.get(&format!("/admin/products?limit=100&{query}")).await.expect(200));
        assert!(all.len() > 3, "{query}: {all:?}");
        for limit in [1, 2, 5] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = admin.get(&format!("/admin/products?limit={limit}&{query}{cursor}")).await.expect(200);
                seen.extend(numbers(&page));
                let Some(next) = page.at("/next_cursor").as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, all, "{query}, {limit} a page");
        }
    }
}

#[tokio::test]
async fn items_have_state_and_stock() {
    let (shop, admin) = shop_with_products().await;
    let page = admin.get("/admin/products?q=SKU-8-0").await.expect(200);
    let item = page.at("/items/0");
    for (field, expected) in [("stock_quantity", 2), ("lowest_stock", 0), ("variant_count", 2)] {
        assert_eq!(item[field], expected, "{field}");
    }
    assert_eq!((item["is_active"].as_bool(), item["slug"].as_str()), (Some(true), Some("shirt-8")));
    assert_eq!(item["created_at"], START.plus(Duration::from_hours(8)).to_string());
    assert!(item["updated_at"].is_string());
    // A deactivated product remains in the list.
    admin.delete(&format!("/products/{}", item["id"].as_str().expect("an id"))).await.expect(204);
    let page = admin.get("/admin/products?q=SKU-8-0&is_active=false").await.expect(200);
    assert_eq!(page.at("/items/0/is_active"), false);
    shop.visitor().get("/products?q=SKU-8-0").await.expect(200);
}

#[tokio::test]
async fn the_product_of_a_synthetic_purchase_is_not_listed() {
    let (shop, admin) = shop_with_products().await;
    let products = shop.database().collection::<Document>("products");
    let exclusive = doc! { "$set": { "exclusive_to": ObjectId::new() } };
    products.update_one(doc! { "variants.sku": "SKU-3-0" }, exclusive).await.expect("an update");
    for query in ["", "is_active=false", "q=shirt", "max_stock=0", "category=Hats"] {
        let page = admin.get(&format!("/admin/products?{query}")).await.expect(200);
        assert!(!numbers(&page).contains(&3), "{query}");
    }
}

#[tokio::test]
async fn contradictory_and_invalid_parameters_are_rejected() {
    let (_shop, admin) = shop_with_products().await;
    for (query, pointer, message) in [
        ("sort=relevance", "sort", "must not be relevance without q"),
        ("sort=stock&q=shirt", "sort", "must not be stock with q"),
        ("sort=name&max_stock=3", "sort", "must be stock with max_stock and without q"),
        ("sort=age", "sort", "must be one of newest, price_asc, price_desc, name, relevance, stock"),
        ("max_stock=-1", "max_stock", "must be a whole number from 0 to 1000000000"),
        ("is_active=yes", "is_active", "must be true or false"),
        ("size=M", "size", "unknown field"),
    ] {
        let rejected = admin.get(&format!("/admin/products?{query}")).await.expect(400);
        let error = rejected.at("/errors/0");
        assert_eq!((error["pointer"].as_str(), error["message"].as_str()), (Some(pointer), Some(message)), "{query}");
    }
    // Cursors of other lists, filters and orders.
    let cursor = admin.get("/admin/products?limit=1&max_stock=3").await.expect(200).text("/next_cursor");
    for query in ["max_stock=4", "max_stock=3&is_active=true", "sort=stock", "", "q=shirt&max_stock=3"] {
        let rejected = admin.get(&format!("/admin/products?limit=1&{query}&cursor={cursor}")).await.expect(400);
        assert_eq!(rejected.at("/code"), "invalid_cursor", "{query}");
    }
}
