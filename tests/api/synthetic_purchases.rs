//! Synthetic purchases: no other user can buy their product, nothing shows them, and `maintenance` removes dead ones.

use crate::orders::buyers::{buy, checkout_request, count};
use ferrocart::checkout::{SyntheticPurchase, prepare_synthetic_purchase};
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Answer, Client, TestShop};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

/// The item that a synthetic purchase adds to its cart.
fn item(purchase: &SyntheticPurchase) -> Value {
    json!({ "product_id": purchase.product.to_string(), "variant_sku": purchase.sku.as_str(), "quantity": 1 })
}

/// Logs the synthetic user in.
async fn synthetic_buyer(shop: &TestShop, purchase: &SyntheticPurchase) -> Client {
    let login = json!({ "email": purchase.email, "password": purchase.password.expose() });
    let session = shop.visitor().post("/auth/login", login).await.expect(200);
    shop.visitor().with_token(&session.text("/access_token"))
}

/// Prepares a synthetic purchase and places its order.
async fn purchased(shop: &TestShop) -> (SyntheticPurchase, Client, Answer) {
    let purchase = prepare_synthetic_purchase(shop.state()).await.expect("a purchase");
    let buyer = synthetic_buyer(shop, &purchase).await;
    let cart = buyer.post("/cart/items", item(&purchase)).await.expect(200);
    assert_eq!((cart.at("/items/0/available"), cart.at("/subtotal")), (&json!(true), &json!(0.0)));
    let order = buy(&buyer, "k1").await.expect(201);
    assert_eq!(order.text("/status"), "processing");
    (purchase, buyer, order)
}

async fn maintain(shop: &TestShop) -> Value {
    ferrocart_maintenance::run(shop.state().clone()).await.expect("a report")
}

/// Makes a purchase old enough to count as dead.
async fn age(shop: &TestShop, purchase: &SyntheticPurchase) {
    let created = doc! { "$set": { "created_at": shop.state().now().minus(Duration::from_hours(1)) } };
    let id = ObjectId::from_bytes(purchase.user.to_bytes());
    let users = shop.database().collection::<Document>("users");
    users.update_one(doc! { "_id": id }, created).await.expect("an update");
}

#[tokio::test]
async fn only_its_own_user_can_buy_the_product() {
    let shop = TestShop::open().await;
    let purchase = prepare_synthetic_purchase(shop.state()).await.expect("a purchase");
    let (ada, admin) = (shop.customer("ada").await, shop.admin().await);
    for other in [&ada, &admin] {
        let rejected = other.post("/cart/items", item(&purchase)).await.expect(409);
        assert_eq!(rejected.text("/code"), "product_unavailable");
    }
    // Nor if it is in the cart, however it got there.
    let tee = shop.stock(product("Tee", 0, &[("TEE-M", 5)])).await;
    ada.post("/cart/items", ferrocart_tests::sample::cart_item(&tee, 1)).await.expect(200);
    let line = doc! { "$set": {
        "items.0.product_id": ObjectId::from_bytes(purchase.product.to_bytes()), "items.0.variant_sku": purchase.sku.as_str(),
    } };
    shop.database().collection::<Document>("carts").update_many(doc! {}, line).await.expect("an update");
    assert_eq!(ada.get("/cart").await.expect(200).at("/items/0/available"), &json!(false));
    ada.put(&format!("/cart/items/{}", purchase.sku.as_str()), json!({ "quantity": 2 })).await.expect(409);
    let rejected = ada.with_header("idempotency-key", "k1").post("/orders", checkout_request()).await.expect(409);
    assert_eq!(rejected.text("/code"), "product_unavailable");
    assert_eq!(count(&shop, "orders", doc! {}).await, 0);
}

#[tokio::test]
async fn lists_and_searches_do_not_show_the_product() {
    let shop = TestShop::open().await;
    let (purchase, buyer, _) = purchased(&shop).await;
    let admin = shop.admin().await;
    for client in [shop.visitor(), &buyer, &admin] {
        for path in
            ["/products", "/products?q=deployment", "/products?category=Deployment%20check", "/products?max_price=0"]
        {
            assert_eq!(client.get(path).await.expect(200).at("/items"), &json!([]), "{path}");
        }
        assert_eq!(client.get("/products/categories").await.expect(200).body["items"], json!([]));
        client.get(&format!("/products/{}", purchase.product)).await.expect(404);
    }
}

#[tokio::test]
async fn administrators_can_neither_edit_nor_activate_the_product() {
    // Nothing is sent to the bucket.
    let key = [("AWS_ACCESS_KEY_ID", "local"), ("AWS_SECRET_ACCESS_KEY", "local")];
    let bucket = [("IMAGE_BUCKET", "images"), ("AWS_REGION", "eu-central-1"), key[0], key[1]];
    let shop = TestShop::open_with(&bucket).await;
    let purchase = prepare_synthetic_purchase(shop.state()).await.expect("a purchase");
    let admin = shop.admin().await;
    let path = format!("/products/{}", purchase.product);
    let details = json!({
        "name": "Mine", "description": "", "category": "Things", "base_price": 0, "is_active": true,
        "variants": [{ "sku": purchase.sku.as_str(), "stock_quantity": 9 }],
    });
    admin.put(&path, details).await.expect(404);
    admin.delete(&path).await.expect(404);
    let adjustment = json!({ "sku": purchase.sku.as_str(), "delta": 1 });
    admin.with_header("idempotency-key", "k1").post(&format!("{path}/stock"), adjustment).await.expect(404);
    let image = json!({ "content_type": "image/png", "content_length": 100 });
    admin.post(&format!("{path}/images"), image).await.expect(404);
}

#[tokio::test]
async fn statistics_and_lists_of_administrators_leave_it_out() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let period = "/admin/stats?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z";
    let before = admin.get(period).await.expect(200).body;
    let (purchase, _, order) = purchased(&shop).await;
    assert_eq!(admin.get(period).await.expect(200).body, before);
    let number = order.text("/order_number");
    let user = purchase.user;
    for query in ["", "?status=processing", &format!("?order_number={number}"), &format!("?user_id={user}")] {
        assert_eq!(admin.get(&format!("/admin/orders{query}")).await.expect(200).at("/items"), &json!([]), "{query}");
    }
    for query in ["?role=customer", &format!("?email={}", purchase.email)] {
        assert_eq!(admin.get(&format!("/admin/users{query}")).await.expect(200).at("/items"), &json!([]), "{query}");
    }
    assert_eq!(admin.get("/admin/users").await.expect(200).at("/items").as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn no_request_can_mark_a_user_a_product_or_an_order() {
    let shop = TestShop::open().await;
    let account =
        json!({ "name": "Eve", "email": "eve@example.com", "password": "correct horse", "is_synthetic": true });
    shop.visitor().post("/auth/register", account).await.expect(422);
    let admin = shop.admin().await;
    let id = admin.get("/auth/me").await.expect(200).text("/id");
    let details = json!({
        "name": "Free", "description": "", "category": "Things", "base_price": 0, "exclusive_to": id,
        "variants": [{ "sku": "FREE" }],
    });
    admin.post("/products", details).await.expect(422);
    let request = json!({ "is_synthetic": true, "shipping_address": checkout_request()["shipping_address"] });
    admin.with_header("idempotency-key", "k1").post("/orders", request).await.expect(422);
}

#[tokio::test]
async fn a_dead_purchase_is_removed_by_maintenance() {
    let shop = TestShop::open().await;
    let (purchase, _, _) = purchased(&shop).await;
    let alive = prepare_synthetic_purchase(shop.state()).await.expect("a purchase");
    shop.customer("ada").await;
    assert_eq!(maintain(&shop).await["synthetic_purchases_removed"]["done"], 0, "it may still be running");
    age(&shop, &purchase).await;
    assert_eq!(maintain(&shop).await["synthetic_purchases_removed"]["done"], 1);
    for (collection, left) in [("users", 2), ("sessions", 1), ("products", 1), ("carts", 0), ("orders", 0)] {
        assert_eq!(count(&shop, collection, doc! {}).await, left, "{collection}");
    }
    assert_eq!(count(&shop, "users", doc! { "_id": ObjectId::from_bytes(alive.user.to_bytes()) }).await, 1);
}

#[tokio::test]
async fn a_purchase_on_hold_is_removed_after_its_recovery() {
    let shop = TestShop::open().await;
    let purchase = prepare_synthetic_purchase(shop.state()).await.expect("a purchase");
    age(&shop, &purchase).await;
    let products = shop.database().collection::<Document>("products");
    // A request that is still running has reserved a piece.
    let hold = |order: ObjectId| {
        let hold = doc! { "order_id": order, "cart_id": ObjectId::new(), "sku": purchase.sku.as_str(), "quantity": 1 };
        doc! { "$set": { "holds": [hold] } }
    };
    products.update_one(doc! {}, hold(ObjectId::new())).await.expect("an update");
    maintain(&shop).await;
    assert_eq!((count(&shop, "products", doc! {}).await, count(&shop, "users", doc! {}).await), (1, 1));
    // It has died.
    let old = ferrocart::db::id_at::<ferrocart::domain::id::OrderId>(long_ago(&shop));
    products.update_one(doc! {}, hold(ObjectId::from_bytes(old.to_bytes()))).await.expect("an update");
    maintain(&shop).await;
    assert_eq!((count(&shop, "products", doc! {}).await, count(&shop, "users", doc! {}).await), (0, 0));
    // Its order can never be placed.
    assert_eq!(count(&shop, "orders", doc! { "abandoned_at": { "$exists": true } }).await, 1);
}

fn long_ago(shop: &TestShop) -> Timestamp {
    shop.state().now().minus(Duration::from_hours(1))
}
