//! `DELETE /auth/me`

use crate::orders::buyers::{buy, buyer, checkout_request, count, stock_left};
use axum::http::Method;
use ferrocart::db::orders::Tracking;
use ferrocart::domain::address::Address;
use ferrocart::domain::order::OrderStatus;
use ferrocart_tests::sample::{cart_item, order, product};
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::TryStreamExt;
use futures_util::future::join_all;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::time::Duration;

async fn delete(client: &Client, password: &str) -> Answer {
    client.send(Method::DELETE, "/auth/me", Some(json!({ "password": password }))).await
}

async fn run_maintenance(shop: &TestShop) {
    ferrocart_maintenance::run(shop.state().clone()).await.expect("a report");
}

/// Runs maintenance as if the deletion were a minute old, so that no request from before it can still be running.
async fn run_maintenance_a_minute_later(shop: &TestShop) {
    let begun = doc! { "$set": { "begun_at": shop.state().now().minus(Duration::from_mins(1)) } };
    shop.database().collection::<Document>("erasures").update_many(doc! {}, begun).await.expect("an update");
    run_maintenance(shop).await;
}

/// The collection of every document that contains a text.
async fn collections_containing(shop: &TestShop, text: &str) -> Vec<String> {
    let mut collections = Vec::new();
    for name in shop.database().list_collection_names().await.expect("names") {
        let mut found = shop.database().collection::<Document>(&name).find(doc! {}).await.expect("documents");
        while found.advance().await.expect("a document") {
            let document = found.deserialize_current().expect("a document");
            if document.to_string().contains(text) {
                collections.push(name.clone());
            }
        }
    }
    collections
}

/// Returns all documents of a collection.
async fn documents(shop: &TestShop, collection: &str) -> Vec<Document> {
    let found = shop.database().collection(collection).find(doc! {}).sort(doc! { "_id": 1 }).await.expect("documents");
    found.try_collect().await.expect("documents")
}

#[tokio::test]
async fn what_was_stored_during_the_deletion_is_removed() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 50)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let (sessions, carts) = (documents(&shop, "sessions").await, documents(&shop, "carts").await);
    delete(&ada, "correct horse").await.expect(204);
    assert_eq!(documents(&shop, "carts").await, []);
    // Requests that were suspended store a session and a cart.
    shop.database().collection::<Document>("sessions").insert_many(&sessions).await.expect("sessions");
    shop.database().collection::<Document>("carts").insert_many(&carts).await.expect("carts");
    run_maintenance_a_minute_later(&shop).await;
    assert_eq!((documents(&shop, "sessions").await, documents(&shop, "carts").await), (vec![], vec![]));
}

#[tokio::test]
async fn deleting_an_account_requires_its_password() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for wrong in ["wrong horse", ""] {
        assert_eq!(delete(&ada, wrong).await.expect(401).at("/code"), "invalid_credentials");
    }
    ada.send(Method::DELETE, "/auth/me", Some(json!({}))).await.expect(422);
    ada.send(Method::DELETE, "/auth/me", None).await.expect(415);
    ada.get("/auth/me").await.expect(200);
    assert_eq!(delete(&ada, "correct horse").await.expect(204).body, Value::Null);
    ada.get("/auth/me").await.expect(401);
    ada.get("/cart").await.expect(401);
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    shop.visitor().post("/auth/login", login).await.expect(401);
    // The e-mail address can be registered again; the new account has no orders.
    let again = shop.customer("ada").await;
    assert_eq!(again.get("/orders").await.expect(200).at("/items"), &json!([]));
}

#[tokio::test]
async fn orders_of_a_deleted_account_are_kept_without_the_buyer() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 50)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let home = json!({ "type": "shipping", "street": "1 Main Street", "city": "S", "state": "IL", "zip": "62701" });
    ada.post("/auth/me/addresses", home).await.expect(201);
    let id = shop.user_id("ada@example.com").await;
    let mut records = Vec::new();
    for status in [OrderStatus::Delivered, OrderStatus::Cancelled, OrderStatus::Shipped] {
        records.push(shop.record(order(id, &tee, 1, status, shop.state().now())).await);
    }
    delete(&ada, "correct horse").await.expect(204);
    for personal in ["ada@example.com", "\"ada\"", "$2b$"] {
        assert_eq!(collections_containing(&shop, personal).await, [""; 0], "{personal}");
    }
    // A shipped order keeps its address until it is delivered.
    assert_eq!(collections_containing(&shop, "1 Main Street").await, ["orders"]);
    assert_eq!(count(&shop, "orders", doc! { "total_amount": 1999_i64, "shipping_address.country": "US" }).await, 3);
    run_maintenance(&shop).await;
    assert_eq!(collections_containing(&shop, "1 Main Street").await, ["orders"]);
    let admin = shop.admin().await;
    let path = format!("/admin/orders/{}", records[2].id);
    assert_eq!(admin.get(&path).await.expect(200).at("/customer"), &Value::Null);
    admin.put(&path, json!({ "status": "delivered" })).await.expect(200);
    run_maintenance(&shop).await;
    assert_eq!(collections_containing(&shop, "1 Main Street").await, [""; 0]);
    assert_eq!(count(&shop, "erasures", doc! {}).await, 1, "a request from before may still be running");
    run_maintenance_a_minute_later(&shop).await;
    assert_eq!(count(&shop, "erasures", doc! {}).await, 0);
    let erased = admin.get(&path).await.expect(200);
    assert_eq!(erased.at("/erased"), true);
    assert_eq!(
        erased.at("/shipping_address"),
        &json!({
            "type": "shipping", "name": null, "company": null, "street": null, "street2": null, "city": null,
            "state": "IL", "zip": null, "country": "US", "phone": null,
        })
    );
}

#[tokio::test]
async fn no_text_that_users_type_prevents_the_erasure() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 50)])).await;
    let ada = shop.customer("ada").await;
    let id = shop.user_id("ada@example.com").await;
    let mut sold = order(id, &tee, 1, OrderStatus::Delivered, shop.state().now());
    let personal = |text: &str| Some(text.parse().expect("a label"));
    sold.shipping_address = Address {
        name: Some("Personal Name".parse().expect("a name")),
        company: personal("Personal Company"),
        street: personal("[erased]"),
        street2: personal("Personal Floor"),
        city: personal("Personal City"),
        zip: personal("Personal Zip"),
        phone: personal("Personal Phone"),
        ..sold.shipping_address
    };
    sold.idempotency_key = Some("Personal Key".to_owned());
    sold.request_digest = Some("Personal Digest".to_owned());
    sold.network = Some("Personal".repeat(8));
    sold.tracking = Some(Tracking {
        carrier: "UPS".parse().expect("a carrier"),
        number: "Personal Tracking".parse().expect("a number"),
        url: Some("https://example.com/Personal".to_owned()),
    });
    let sold = shop.record(sold).await;
    let admin = shop.admin().await;
    let refunds = format!("/admin/orders/{}/refunds", sold.id);
    let refund = json!({ "amount": 1, "reason": "Personal Reason" });
    let refunded = admin.with_header("idempotency-key", "r1").post(&refunds, refund.clone()).await.expect(201);
    delete(&ada, "correct horse").await.expect(204);
    run_maintenance(&shop).await;
    assert_eq!(collections_containing(&shop, "Personal").await, [""; 0]);
    let erased = admin.get(&format!("/admin/orders/{}", sold.id)).await.expect(200);
    assert_eq!(erased.at("/erased"), true);
    assert_eq!(erased.at("/refunds/0/reason"), &Value::Null);
    assert_eq!(erased.at("/refunds/0/amount"), &json!(1.0));
    // The key still yields the same refund, and no reason is stored again.
    let replay = admin.with_header("idempotency-key", "r1").post(&refunds, refund.clone()).await.expect(201);
    assert_eq!(replay.at("/id"), refunded.at("/id"));
    admin.with_header("idempotency-key", "r2").post(&refunds, refund).await.expect(201);
    let parcel = json!({ "carrier": "UPS", "number": "Personal Tracking" });
    let corrected = json!({ "status": "delivered", "tracking": parcel });
    let rejected = admin.put(&format!("/admin/orders/{}", sold.id), corrected).await.expect(422);
    assert_eq!(rejected.at("/errors/0/pointer"), "/tracking");
    assert_eq!(collections_containing(&shop, "Personal").await, [""; 0]);
}

#[tokio::test]
async fn a_street_called_erased_is_no_erasure() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 50)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let mut request = checkout_request();
    request["shipping_address"]["street"] = json!("[erased]");
    let order = ada.post("/orders", request).await.expect(201);
    assert_eq!((order.at("/erased"), order.at("/shipping_address/street")), (&json!(false), &json!("[erased]")));
}

#[tokio::test]
async fn unpaid_orders_are_cancelled_and_their_stock_released() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let placed = ada.with_header("idempotency-key", "1").post("/orders", checkout_request()).await.expect(201);
    assert_eq!(stock_left(&shop, &tee).await, 3);
    delete(&ada, "correct horse").await.expect(204);
    run_maintenance(&shop).await;
    run_maintenance_a_minute_later(&shop).await;
    assert_eq!(stock_left(&shop, &tee).await, 5);
    assert_eq!(stripe.intents().await[0]["status"], "canceled");
    assert_eq!(collections_containing(&shop, &placed.text("/shipping_address/street")).await, [""; 0]);
    assert_eq!(count(&shop, "erasures", doc! {}).await, 0);
}

#[tokio::test]
async fn an_order_paid_just_before_the_deletion_is_processed() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let placed = ada.with_header("idempotency-key", "1").post("/orders", checkout_request()).await.expect(201);
    stripe.confirm(&placed.text("/payment/intent_id"), "pm_card_visa").await;
    delete(&ada, "correct horse").await.expect(204);
    run_maintenance(&shop).await;
    run_maintenance_a_minute_later(&shop).await;
    // The parcel needs its recipient until it is delivered.
    let filter = doc! {
        "status": "processing", "shipping_address.street": placed.text("/shipping_address/street"),
        "shipping_address.name": "ada",
    };
    assert_eq!(count(&shop, "orders", filter).await, 1);
    assert_eq!(count(&shop, "erasures", doc! {}).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_last_administrators_only_one_can_delete_its_account() {
    for _ in 0..5 {
        let shop = TestShop::open().await;
        let (one, two) = (shop.admin().await, shop.second_admin().await);
        let leaving = [one, two].map(|admin| tokio::spawn(async move { delete(&admin, "correct horse").await }));
        let mut answers: Vec<u16> =
            join_all(leaving).await.into_iter().map(|answer| answer.expect("an answer").status.as_u16()).collect();
        answers.sort_unstable();
        assert_eq!(answers, [204, 409]);
        assert_eq!(count(&shop, "users", doc! { "role": "admin" }).await, 1);
    }
}

#[tokio::test]
async fn a_deletion_changes_nothing_of_other_users_and_paid_orders() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let (ada, bob) = (buyer(&shop, "ada", &tee, 1).await, buyer(&shop, "bob", &tee, 1).await);
    buy(&ada, "1").await.expect(201);
    let paid = doc! { "$set": { "status": "processing", "payment.status": "succeeded" } };
    shop.database().collection::<Document>("orders").update_one(doc! {}, paid).await.expect("an update");
    buy(&bob, "1").await.expect(201);
    bob.post("/cart/items", cart_item(&tee, 2)).await.expect(200);
    let bobs = shop.user_id("bob@example.com").await;
    shop.record(order(bobs, &tee, 1, OrderStatus::Delivered, shop.state().now())).await;
    let before = (documents(&shop, "orders").await, bob.get("/auth/me").await.body, bob.get("/cart").await.body);
    delete(&ada, "correct horse").await.expect(204);
    run_maintenance(&shop).await;
    run_maintenance_a_minute_later(&shop).await;
    let after = (documents(&shop, "orders").await, bob.get("/auth/me").await.body, bob.get("/cart").await.body);
    assert_eq!(after, before);
    assert_eq!((stripe.intents().await.len(), count(&shop, "sessions", doc! { "user_id": bobs }).await), (2, 1));
}
