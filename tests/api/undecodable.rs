//! Documents that cannot be decoded, such as those of a newer version: lists and jobs skip them and process the others.

use crate::leaks::{listen, log};
use crate::orders::buyers::{buy, buyer, checkout_request, count, stock_left};
use ferrocart::db::new_id;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::{cart_item, order, product};
use ferrocart_tests::{Answer, Client, TestShop};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// Inserts a document that the collection's validator rejects.
async fn insert_invalid(shop: &TestShop, collection: &str, document: Document) {
    let collection = shop.database().collection::<Document>(collection);
    collection.insert_one(document).bypass_document_validation(true).await.expect("an insert");
}

/// Inserts a copy of a stored document that has these changes.
async fn insert_copy(shop: &TestShop, collection: &str, filter: Document, changes: Document) {
    let stored = shop.database().collection::<Document>(collection).find_one(filter).await.expect("a result");
    let mut copy = stored.expect("a document");
    copy.insert("_id", ObjectId::new());
    // They are unique.
    copy.remove("slugs");
    copy.extend(changes);
    insert_invalid(shop, collection, copy).await;
}

/// Inserts copies of an order that differ from it in the given field, each later by a minute.
pub(crate) async fn insert_broken_orders(
    shop: &TestShop,
    original: OrderId,
    number: u8,
    field: &str,
    value: impl Into<Bson>,
) {
    let value = value.into();
    for position in 0..number {
        let id = ObjectId::new();
        let placed = Timestamp::from_millis(1_800_000_000_000).plus(Duration::from_mins(position.into()));
        let changes = doc! {
            "order_number": format!("FC-BAD0-{}", &id.to_hex().to_uppercase()[20..]), "transaction_id": format!("pi_{id}"),
            "cart_id": id, "created_at": placed, field: value.clone(),
        };
        insert_copy(shop, "orders", doc! { "_id": original }, changes).await;
    }
}

/// Reads all pages of a list and returns the ids of its items.
async fn ids(client: &Client, list: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Answer = client.get(&format!("{list}{cursor}")).await.expect(200);
        let items = page.at("/items").as_array().expect("items").clone();
        ids.extend(items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()));
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

#[tokio::test]
async fn lists_of_orders_show_the_others_and_go_on() {
    let shop = TestShop::open().await;
    let (admin, ada) = (shop.admin().await, shop.customer("ada").await);
    let user = shop.user_id("ada@example.com").await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    let mut good = Vec::new();
    for number in 0..5 {
        let placed = START.plus(Duration::from_hours(number));
        good.push(shop.record(order(user, &tee, 1, OrderStatus::Delivered, placed)).await.id);
    }
    insert_broken_orders(&shop, good[0], 3, "items", "none").await;
    insert_copy(&shop, "orders", doc! { "_id": good[2] }, doc! {
        "order_number": "FC-BAD1-0000", "transaction_id": "pi_bad", "cart_id": ObjectId::new(), "total_amount": "much",
    })
    .await;
    let expected: Vec<String> = good.iter().rev().map(ToString::to_string).collect();
    for limit in [1, 2, 4, 100] {
        assert_eq!(ids(&admin, &format!("/admin/orders?limit={limit}")).await, expected, "{limit}");
        assert_eq!(ids(&ada, &format!("/orders?limit={limit}")).await, expected, "{limit}");
    }
    assert_eq!(ids(&admin, "/admin/orders?status=delivered&limit=2").await, expected);
    let export = ada.get("/auth/me/export").await.expect(200);
    assert_eq!(export.at("/orders").as_array().map(Vec::len), Some(5));
    // A single one is an error.
    let broken = shop.database().collection::<Document>("orders").find_one(doc! { "items": "none" }).await;
    let broken = broken.expect("a result").expect("an order").get_object_id("_id").expect("an id").to_hex();
    ada.get(&format!("/orders/{broken}")).await.expect(500);
    admin.get(&format!("/admin/orders/{broken}")).await.expect(500);
}

#[tokio::test]
async fn a_skipped_document_is_logged_and_counted_once_per_request() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let good = shop.record(order(new_id(), &product("Tee", 1, &[("T", 1)]), 1, OrderStatus::Delivered, START)).await;
    insert_broken_orders(&shop, good.id, 1, "items", "none").await;
    let broken = shop.database().collection::<Document>("orders").find_one(doc! { "items": "none" }).await;
    let broken = broken.expect("a result").expect("an order").get_object_id("_id").expect("an id").to_hex();
    drop(log(&heard));
    admin.get("/admin/orders").await.expect(200);
    let lines: Vec<Value> = log(&heard).iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let skipped: Vec<_> = lines.iter().filter(|line| line["fields"]["id"] == json!(broken)).collect();
    assert_eq!(skipped.len(), 1, "{lines:#?}");
    assert_eq!(skipped[0]["fields"]["collection"], "orders");
    let is_count = |line: &&Value| line["fields"]["metric"] == "UndecodableDocuments";
    assert_eq!(lines.iter().filter(is_count).count(), 1, "{lines:#?}");
}

#[tokio::test]
async fn lists_of_products_show_the_others_and_go_on() {
    let shop = TestShop::open().await;
    let mut good = Vec::new();
    for number in 0..4 {
        let mut tee = product(&format!("Tee {number}"), 1999, &[(&format!("TEE-{number}"), 5)]);
        tee.created_at = START.plus(Duration::from_hours(number));
        good.push(shop.stock(tee).await.id.to_string());
    }
    good.reverse();
    for position in 0..3 {
        let changes = doc! {
            "created_at": DateTime::from_millis(1_800_000_000_000 + position), "images": 1,
            "variants": [{ "sku": format!("BAD-{position}"), "stock_quantity": "many", "price_modifier": 0_i64 }],
        };
        insert_copy(&shop, "products", doc! { "name": "Tee 1" }, changes).await;
    }
    for limit in [1, 2, 3, 100] {
        assert_eq!(ids(shop.visitor(), &format!("/products?limit={limit}")).await, good, "{limit}");
        assert_eq!(ids(shop.visitor(), &format!("/products?q=tee&limit={limit}")).await, good, "{limit}");
    }
    assert_eq!(ids(shop.visitor(), "/products?category=Things&sort=price_asc").await.len(), 4);
    assert!(ids(shop.visitor(), "/products?q=BAD-1").await.is_empty());
}

#[tokio::test]
async fn categories_without_a_valid_name_or_count_are_skipped() {
    let shop = TestShop::open().await;
    shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    insert_invalid(&shop, "categories", doc! { "_id": "Broken", "product_count": "many" }).await;
    let listed = json!([{ "category": "Things", "product_count": 1 }]);
    assert_eq!(shop.visitor().get("/products/categories").await.expect(200).body["items"], listed);
    insert_copy(&shop, "products", doc! {}, doc! { "category": 7, "variants": [{ "sku": "OTHER" }] }).await;
    shop.state().products.recount_categories().await.expect("a count");
    assert_eq!(shop.visitor().get("/products/categories").await.expect(200).body["items"], listed);
    // Counted from the products, as during an import.
    shop.database().collection::<Document>("categories").delete_many(doc! {}).await.expect("a deletion");
    assert_eq!(shop.visitor().get("/products/categories").await.expect(200).body["items"], listed);
}

#[tokio::test]
async fn a_cart_shows_a_broken_product_as_unavailable() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let mug = shop.stock(product("Mug", 900, &[("MUG", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    ada.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let products = shop.database().collection::<Document>("products");
    let broken = doc! { "$set": { "base_price": "cheap" } };
    products.update_one(doc! { "_id": mug.id }, broken).bypass_document_validation(true).await.expect("an update");
    let cart = ada.get("/cart").await.expect(200);
    assert_eq!((cart.at("/subtotal"), cart.at("/items/1/available")), (&json!(19.99), &json!(false)));
    ada.delete("/cart/items/MUG").await.expect(200);
    buy(&ada, "k1").await.expect(201);
}

#[tokio::test]
async fn lists_of_users_and_sessions_show_the_others() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let ada = shop.customer("ada").await;
    let user = shop.user_id("ada@example.com").await;
    let tee = product("Tee", 1999, &[("TEE-M", 5)]);
    shop.record(order(user, &tee, 1, OrderStatus::Delivered, START)).await;
    for number in 0..3 {
        let changes = doc! { "email": format!("bad{number}@example.com"), "name": 7, "created_at": DateTime::now() };
        insert_copy(&shop, "users", doc! { "_id": user }, changes).await;
        let changes = doc! { "token_hash": format!("bad{number}"), "last_used_at": DateTime::now(), "network": 7 };
        insert_copy(&shop, "sessions", doc! { "user_id": user }, changes).await;
    }
    for limit in [1, 2, 100] {
        assert_eq!(ids(&admin, &format!("/admin/users?limit={limit}")).await.len(), 2, "{limit}");
        assert_eq!(ids(&ada, &format!("/auth/sessions?limit={limit}")).await.len(), 1, "{limit}");
    }
    // The customer of an order in a list.
    let users = shop.database().collection::<Document>("users");
    let broken = doc! { "$set": { "name": 7 } };
    users.update_one(doc! { "_id": user }, broken).bypass_document_validation(true).await.expect("an update");
    let listed = admin.get("/admin/orders").await.expect(200);
    assert_eq!(listed.at("/items/0/customer"), &Value::Null);
}

#[tokio::test]
async fn statistics_leave_broken_orders_and_products_out() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let good = shop.record(order(new_id(), &tee, 1, OrderStatus::Delivered, START)).await.id;
    for (field, value) in [
        ("total_amount", Bson::from(19.99)),
        ("refunded_amount", Bson::from("none")),
        ("status", Bson::from("returned")),
        ("items", Bson::from("none")),
        ("items", Bson::from(vec![doc! { "product_id": 1, "name": 2, "quantity": "x", "price_per_unit": "y" }])),
        ("disputes", Bson::from("none")),
        ("disputes", Bson::from(vec![doc! { "status": "lost", "amount": "y" }])),
        ("currency", Bson::Null),
        ("currency", Bson::from("gold")),
    ] {
        insert_broken_orders(&shop, good, 1, field, value).await;
    }
    let placed = doc! { "$set": { "created_at": DateTime::from_millis(START.as_millis()) } };
    shop.database()
        .collection::<Document>("orders")
        .update_many(doc! {}, placed)
        .bypass_document_validation(true)
        .await
        .expect("an update");
    insert_copy(&shop, "products", doc! {}, doc! { "variants": [{ "sku": "BAD", "stock_quantity": "many" }] }).await;
    let (from, to) = (START, START.plus(Duration::from_hours(1)));
    let stats = admin.get(&format!("/admin/stats?from={from}&to={to}")).await.expect(200);
    assert_eq!((stats.at("/revenue"), stats.at("/refunds")), (&json!(19.99), &json!(0.0)));
    assert_eq!((stats.at("/orders"), stats.at("/units_sold")), (&json!(1), &json!(1)));
    assert_eq!(stats.at("/low_stock").as_array().map(Vec::len), Some(1));
    let lines: Vec<Value> = log(&heard).iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let is_order = |line: &&Value| line["fields"]["collection"] == "orders" && line["fields"]["id"].is_string();
    assert_eq!(lines.iter().filter(is_order).count(), 9, "{lines:#?}");
}

#[tokio::test]
async fn maintenance_processes_the_other_due_orders() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 1).await;
    let placed = ada.post("/orders", checkout_request()).await.expect(201);
    let overdue = doc! { "$set": { "expires_at": DateTime::from_millis(0), "checked_at": DateTime::from_millis(1) } };
    shop.database().collection::<Document>("orders").update_many(doc! {}, overdue).await.expect("an update");
    // More than one batch of orders that are due for longer, for each job.
    let original = placed.text("/id").parse().expect("an id");
    insert_broken_orders(&shop, original, 60, "items", "none").await;
    let broken = doc! { "$set": { "checked_at": DateTime::from_millis(0), "refunds": [{ "status": "pending" }] } };
    shop.database()
        .collection::<Document>("orders")
        .update_many(doc! { "items": "none" }, broken)
        .bypass_document_validation(true)
        .await
        .expect("an update");
    insert_invalid(&shop, "erasures", doc! { "_id": "broken", "checked_at": DateTime::from_millis(0) }).await;
    let broken_hold = doc! { "holds": [{ "order_id": ObjectId::from_bytes([1; 12]), "quantity": "many" }],
    "variants": [{ "sku": "OTHER" }] };
    insert_copy(&shop, "products", doc! {}, broken_hold).await;
    let report = ferrocart_maintenance::run(shop.state().clone()).await.expect("a report");
    assert_eq!(report["orders_expired"], json!({ "done": 1, "failed": 0 }));
    assert_eq!(count(&shop, "orders", doc! { "status": "cancelled" }).await, 1);
    assert_eq!(stock_left(&shop, &tee).await, 5);
}
