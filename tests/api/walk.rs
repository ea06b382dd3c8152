//! A walk over every operation, for tests of what all calls have in common.
//!
//! It follows a shop through a day, failed calls included. Then it calls each remaining operation with its sample
//! request, so a new endpoint needs no entry here.

mod guests;
mod malformed_requests;

use crate::operations::{Access, Operation, document, operations};
use crate::sample_requests::{Caller, Scene};
use crate::stripe_webhook::{deliver, event};
use axum::http::Method;
use ferrocart_tests::bucket::upload;
use ferrocart_tests::{Answer, Client, Stripe, TestShop};
use serde_json::{Value, json};

/// The password of every account that the walk registers. With that of the demo shop, the examples of Ada work there, too.
pub(crate) const PASSWORD: &str = "ferrocart-demo";

/// The calls of a walk.
#[derive(Default)]
pub(crate) struct Walk {
    pub(crate) calls: Vec<Call>,
}

/// A call and its answer.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) request: Option<Value>,
    pub(crate) answer: Answer,
}

impl Walk {
    /// Sends a request and records the call; the answer must have this status.
    #[track_caller]
    pub(crate) fn call<'a>(
        &'a mut self,
        client: &'a Client,
        method: &'static str,
        path: &'a str,
        body: Value,
        status: u16,
    ) -> impl Future<Output = Answer> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let body = Some(body).filter(|body| !body.is_null());
            let method: Method = method.parse().expect("a method");
            let answer = client.send(method.clone(), path, body.clone()).await;
            assert_eq!(answer.status.as_u16(), status, "{caller}: {method} {path}: {:#}", answer.body);
            self.record(method, path, body, answer)
        }
    }

    /// Sends a `GET` request that succeeds and records the call.
    #[track_caller]
    pub(crate) fn get<'a>(&'a mut self, client: &'a Client, path: &'a str) -> impl Future<Output = Answer> + 'a {
        self.call(client, "GET", path, Value::Null, 200)
    }

    fn record(&mut self, method: Method, path: &str, request: Option<Value>, answer: Answer) -> Answer {
        self.calls.push(Call { method, path: path.to_owned(), request, answer: answer.clone() });
        answer
    }

    /// The operations of the document that were not called.
    fn uncalled_operations(&self) -> Vec<Operation> {
        let called = |operation: &Operation| self.calls.iter().any(|call| call.is_of(operation));
        operations(&document()).into_iter().filter(|operation| !called(operation)).collect()
    }
}

impl Call {
    /// Whether it calls this operation.
    pub(crate) fn is_of(&self, operation: &Operation) -> bool {
        self.method == operation.method && matches(&self.path, &operation.path)
    }
}

/// Whether a path template such as `/orders/{id}` covers a path.
fn matches(path: &str, template: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let pattern: Vec<&str> = template.split('/').collect();
    segments.len() == pattern.len()
        && segments.iter().zip(&pattern).all(|(segment, pattern)| pattern.starts_with('{') || segment == pattern)
}

/// Walks over every operation.
pub(crate) async fn walk(shop: &TestShop, stripe: &Stripe) -> Walk {
    let mut walk = Walk::default();
    let admin = shop.admin().await;
    let ada = accounts(&mut walk, shop).await;
    let product = catalogue(&mut walk, shop, &admin).await;
    cart(&mut walk, &ada, &product).await;
    sales(&mut walk, shop, stripe, &admin, &ada, &product).await;
    guests::guests(&mut walk, shop, &ada, &product).await;
    account_deletion(&mut walk, shop, &admin).await;
    malformed_requests::malformed_requests(&mut walk, shop, &admin).await;
    remaining_operations(&mut walk, shop).await;
    walk
}

async fn accounts(walk: &mut Walk, shop: &TestShop) -> Client {
    let visitor = shop.visitor();
    let account = json!({ "name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD });
    let session = walk.call(visitor, "POST", "/auth/register", account.clone(), 201).await;
    walk.call(visitor, "POST", "/auth/register", account, 409).await;
    let bad = json!({ "name": "", "email": "ada@example.com", "password": PASSWORD, "role": "admin" });
    walk.call(visitor, "POST", "/auth/register", bad, 422).await;
    let wrong = json!({ "email": "ada@example.com", "password": format!("not-{PASSWORD}") });
    walk.call(visitor, "POST", "/auth/login", wrong, 401).await;
    let right = json!({ "email": "ada@example.com", "password": PASSWORD });
    let login = walk.call(visitor, "POST", "/auth/login", right, 200).await;
    let first = json!({ "refresh_token": session.text("/refresh_token") });
    let renewed = walk.call(visitor, "POST", "/auth/refresh", first.clone(), 200).await;
    let second = json!({ "refresh_token": renewed.text("/refresh_token") });
    walk.call(visitor, "POST", "/auth/logout", second.clone(), 204).await;
    for ended in [first, second, json!({ "refresh_token": "unknown" })] {
        walk.call(visitor, "POST", "/auth/refresh", ended, 401).await;
    }
    let ada = visitor.with_token(&login.text("/access_token"));
    walk.get(&ada, "/auth/me").await;
    walk.call(&visitor.with_token("nonsense"), "GET", "/auth/me", Value::Null, 401).await;
    walk.call(&ada, "PATCH", "/auth/me", json!({ "name": "Ada King" }), 200).await;
    let home = walk.call(&ada, "POST", "/auth/me/addresses", address(), 201).await;
    let path = format!("/auth/me/addresses/{}", home.text("/id"));
    walk.call(&ada, "PUT", &path, address(), 200).await;
    walk.call(&ada, "DELETE", &path, Value::Null, 204).await;
    walk.call(&ada, "DELETE", &path, Value::Null, 404).await;
    let other = json!({ "password": PASSWORD, "email": "ada@example.com" });
    walk.call(visitor, "POST", "/auth/login", other, 200).await;
    let sessions = walk.get(&ada, "/auth/sessions").await;
    let other = format!("/auth/sessions/{}", sessions.text("/items/0/id"));
    walk.call(&ada, "DELETE", &other, Value::Null, 204).await;
    walk.call(&ada, "DELETE", &other, Value::Null, 404).await;
    let new = format!("new-{PASSWORD}");
    for (current, next) in [(PASSWORD, new.as_str()), (&new, PASSWORD)] {
        let change = json!({ "current_password": current, "new_password": next });
        walk.call(&ada, "PUT", "/auth/me/password", change, 204).await;
    }
    let wrong = json!({ "current_password": new, "new_password": PASSWORD });
    walk.call(&ada, "PUT", "/auth/me/password", wrong, 401).await;
    ada
}

async fn account_deletion(walk: &mut Walk, shop: &TestShop, admin: &Client) {
    let visitor = shop.visitor();
    let account = json!({ "name": "Ada Byron", "email": "byron@example.com", "password": PASSWORD });
    let byron = walk.call(visitor, "POST", "/auth/register", account, 201).await;
    let path = format!("/admin/users/{}", byron.text("/user/id"));
    walk.get(admin, "/admin/users?role=customer").await;
    walk.call(admin, "PUT", &path, json!({ "role": "admin" }), 200).await;
    walk.call(admin, "PUT", &path, json!({ "role": "customer" }), 200).await;
    let login = json!({ "email": "byron@example.com", "password": PASSWORD });
    let byron = walk.call(visitor, "POST", "/auth/login", login, 200).await;
    let byron = visitor.with_token(&byron.text("/access_token"));
    walk.call(&byron, "DELETE", "/auth/me", json!({ "password": "no" }), 401).await;
    walk.call(&byron, "DELETE", "/auth/me", json!({ "password": PASSWORD }), 204).await;
    let last = walk.get(admin, "/auth/me").await;
    let last = format!("/admin/users/{}", last.text("/id"));
    walk.call(admin, "PUT", &last, json!({ "role": "customer" }), 409).await;
}

async fn catalogue(walk: &mut Walk, shop: &TestShop, admin: &Client) -> Value {
    let input = |name: &str, sku: &str| {
        json!({
            "name": name, "description": "Good to have.", "category": "Walks", "base_price": 19.99,
            "images": ["https://images.example.com/walk.jpg"],
            "variants": [{ "sku": sku, "size": "M", "color": "Red", "stock_quantity": 50 }],
        })
    };
    let boots = walk.call(admin, "POST", "/products", input("Boots", "BOOTS"), 201).await;
    walk.call(admin, "POST", "/products", input("Other boots", "BOOTS"), 409).await;
    let socks = walk.call(admin, "POST", "/products", input("Socks", "SOCKS"), 201).await;
    let path = format!("/products/{}", boots.text("/id"));
    walk.call(admin, "PUT", &path, input("Better boots", "BOOTS"), 200).await;
    let gone = format!("/products/{}", socks.text("/id"));
    walk.call(admin, "DELETE", &gone, Value::Null, 204).await;
    walk.call(shop.visitor(), "GET", &gone, Value::Null, 404).await;
    walk.get(shop.visitor(), &path).await;
    walk.get(shop.visitor(), "/products").await;
    walk.get(shop.visitor(), "/products?q=better+boo&size=M&max_price=30&in_stock=true").await;
    walk.get(shop.visitor(), "/products?q=boost").await;
    walk.get(shop.visitor(), "/products/facets?category=Walks").await;
    let stock = format!("{path}/stock");
    walk.call(admin, "POST", &stock, json!({ "sku": "BOOTS", "delta": 1 }), 200).await;
    walk.call(admin, "POST", &stock, json!({ "sku": "BOOTS", "delta": -52 }), 409).await;
    walk.call(admin, "POST", &stock, json!({ "sku": "BOOTS", "delta": -1 }), 200).await;
    images(walk, admin, &path).await;
    boots.at("/id").clone()
}

async fn images(walk: &mut Walk, admin: &Client, product: &str) {
    let images = format!("{product}/images");
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR a picture";
    let announcement = json!({ "content_type": "image/png", "content_length": png.len() });
    let announced = walk.call(admin, "POST", &images, announcement, 201).await;
    let image = format!("{images}/{}", announced.text("/image_id"));
    walk.call(admin, "POST", &format!("{image}/complete"), Value::Null, 404).await;
    assert_eq!(upload(&announced).send(png).await, 200);
    walk.call(admin, "POST", &format!("{image}/complete"), Value::Null, 200).await;
    walk.call(admin, "DELETE", &image, Value::Null, 204).await;
}

async fn cart(walk: &mut Walk, ada: &Client, product: &Value) {
    let item = |quantity: u32| json!({ "product_id": product, "variant_sku": "BOOTS", "quantity": quantity });
    walk.get(ada, "/cart").await;
    walk.call(ada, "POST", "/cart/items", item(51), 409).await;
    walk.call(ada, "POST", "/cart/items", item(1), 200).await;
    walk.call(ada, "POST", "/cart/items", item(1), 200).await;
    walk.call(ada, "PUT", "/cart/items/BOOTS", json!({ "quantity": 3 }), 200).await;
    walk.call(ada, "DELETE", "/cart/items/BOOTS", Value::Null, 200).await;
    walk.call(ada, "DELETE", "/cart", Value::Null, 200).await;
}

#[expect(clippy::cognitive_complexity, reason = "one call after the other")]
async fn sales(walk: &mut Walk, shop: &TestShop, stripe: &Stripe, admin: &Client, ada: &Client, product: &Value) {
    let paid = order(walk, ada, product, "walk-1").await;
    let path = format!("/orders/{}", paid.text("/id"));
    let payment = walk.call(ada, "POST", &format!("{path}/payment"), Value::Null, 200).await;
    stripe.confirm(&payment.text("/intent_id"), "pm_card_visa").await;
    for (id, status) in [("evt_walk_1", 200), ("evt_walk_1", 200)] {
        let succeeded = event(id, "payment_intent.succeeded", &paid, |_| ());
        let answer = deliver(shop, &succeeded).await.expect(status);
        walk.record(Method::POST, "/webhooks/stripe", Some(succeeded), answer);
    }
    walk.get(ada, "/orders").await;
    walk.get(ada, &path).await;
    walk.call(ada, "POST", &format!("{path}/cancel"), Value::Null, 409).await;
    unplaceable_orders(walk, ada, product).await;
    let cancelled = order(walk, ada, product, "walk-2").await;
    walk.call(ada, "POST", &format!("/orders/{}/cancel", cancelled.text("/id")), Value::Null, 200).await;
    let replay = ada.with_header("idempotency-key", "walk-2");
    walk.call(&replay, "POST", "/orders", checkout_request(), 201).await;
    let rejected = order(walk, ada, product, "walk-3").await;
    walk.call(admin, "PUT", &admin_path(&rejected), json!({ "status": "cancelled" }), 200).await;
    let parcel = json!({ "status": "shipped", "tracking": { "carrier": "UPS", "number": "1Z" } });
    walk.call(admin, "PUT", &admin_path(&paid), parcel, 200).await;
    let refunds = format!("{}/refunds", admin_path(&paid));
    let part = json!({ "amount": 1.5, "reason": "a scratch" });
    walk.call(&admin.with_header("idempotency-key", "walk-4"), "POST", &refunds, part, 201).await;
    walk.call(admin, "POST", &refunds, json!({ "amount": 1 }), 400).await;
    walk.call(&admin.with_header("idempotency-key", "walk-5"), "POST", &refunds, json!({ "amount": 1000 }), 409).await;
    walk.call(admin, "POST", &format!("{}/refunds", admin_path(&rejected)), json!({}), 409).await;
    let refunded = stripe.event("charge.refunded").await;
    let answer = deliver(shop, &refunded).await.expect(200);
    walk.record(Method::POST, "/webhooks/stripe", Some(refunded), answer);
    walk.get(admin, &admin_path(&paid)).await;
    walk.get(admin, "/admin/orders?email=ada@example.com").await;
    walk.get(admin, "/admin/stats").await;
    walk.call(ada, "GET", "/admin/stats", Value::Null, 403).await;
}

async fn unplaceable_orders(walk: &mut Walk, ada: &Client, product: &Value) {
    walk.call(ada, "POST", "/orders", checkout_request(), 409).await;
    let item = json!({ "product_id": product, "variant_sku": "BOOTS", "quantity": 2 });
    walk.call(ada, "POST", "/cart/items", item, 200).await;
    let mut outdated = checkout_request();
    outdated["expected_total"] = json!(35);
    walk.call(ada, "POST", "/orders", outdated, 409).await;
    walk.call(ada, "DELETE", "/cart", Value::Null, 200).await;
}

async fn order(walk: &mut Walk, ada: &Client, product: &Value, key: &str) -> Answer {
    let item = json!({ "product_id": product, "variant_sku": "BOOTS", "quantity": 2 });
    walk.call(ada, "POST", "/cart/items", item, 200).await;
    walk.call(&ada.with_header("idempotency-key", key), "POST", "/orders", checkout_request(), 201).await
}

/// Calls the other operations with their sample requests, each of which must succeed.
async fn remaining_operations(walk: &mut Walk, shop: &TestShop) {
    for (number, operation) in walk.uncalled_operations().into_iter().enumerate() {
        let caller = match operation.access() {
            Access::Public => Caller::Visitor,
            Access::Customer => Caller::Owner,
            Access::Admin => Caller::Admin,
        };
        let scene = Scene::new(shop, number).await;
        let answer = scene.send(&operation, caller).await.expect(operation.success_status());
        walk.record(operation.method.clone(), &scene.path(&operation), scene.body(&operation), answer);
    }
}

fn admin_path(order: &Answer) -> String {
    format!("/admin/orders/{}", order.text("/id"))
}

fn address() -> Value {
    json!({ "type": "shipping", "street": "12 St James's Square", "city": "London", "state": "London", "zip": "SW1Y 4LE", "country": "GB" })
}

/// The body of `POST /orders`.
pub(crate) fn checkout_request() -> Value {
    json!({ "shipping_address": address() })
}
