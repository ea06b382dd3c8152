//! Every operation of the OpenAPI document, asked by nobody, by the customer whose data it is, by another
//! customer and by an administrator, with a request that is good otherwise. An operation that is not in
//! the table fails the test.

use crate::openapi::{Operation, document, operations};
use crate::orders::buyers::wish;
use axum::http::Method;
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Client, TestShop};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The operation, and what it answers nobody, the owner, another customer and an administrator.
const TABLE: [(&str, [u16; 4]); 45] = [
    ("DELETE /auth/me", [401, 204, 204, 204]),
    ("DELETE /auth/me/addresses/{id}", [401, 204, 404, 404]),
    ("DELETE /auth/sessions/{id}", [401, 204, 404, 404]),
    ("DELETE /cart", [401, 200, 200, 200]),
    ("DELETE /cart/items/{id}", [401, 200, 404, 404]),
    ("DELETE /products/{id}", [401, 403, 403, 204]),
    // There is none of that id.
    ("DELETE /products/{id}/images/{image_id}", [401, 403, 403, 404]),
    ("GET /admin/orders", [401, 403, 403, 200]),
    ("GET /admin/orders/{id}", [401, 403, 403, 200]),
    ("GET /admin/stats", [401, 403, 403, 200]),
    ("GET /admin/users", [401, 403, 403, 200]),
    ("GET /auth/me", [401, 200, 200, 200]),
    ("GET /auth/me/export", [401, 200, 200, 200]),
    ("GET /auth/sessions", [401, 200, 200, 200]),
    ("GET /cart", [401, 200, 200, 200]),
    ("GET /docs", [200, 200, 200, 200]),
    ("GET /health", [200, 200, 200, 200]),
    ("GET /openapi.json", [200, 200, 200, 200]),
    ("GET /orders", [401, 200, 200, 200]),
    ("GET /orders/{id}", [401, 200, 404, 404]),
    ("GET /products", [200, 200, 200, 200]),
    ("GET /products/categories", [200, 200, 200, 200]),
    ("GET /products/{id}", [200, 200, 200, 200]),
    ("PATCH /auth/me", [401, 200, 200, 200]),
    // It is not paid.
    ("POST /admin/orders/{id}/refunds", [401, 403, 403, 409]),
    ("POST /auth/login", [200, 200, 200, 200]),
    ("POST /auth/logout", [204, 204, 204, 204]),
    ("POST /auth/me/addresses", [401, 201, 201, 201]),
    ("POST /auth/refresh", [200, 200, 200, 200]),
    ("POST /auth/register", [201, 201, 201, 201]),
    ("POST /cart/items", [401, 200, 200, 200]),
    // The others have nothing in their carts.
    ("POST /orders", [401, 201, 422, 422]),
    ("POST /orders/{id}/cancel", [401, 200, 404, 404]),
    ("POST /orders/{id}/payment", [401, 200, 404, 404]),
    ("POST /products", [401, 403, 403, 201]),
    ("POST /products/{id}/images", [401, 403, 403, 201]),
    // Nothing was uploaded.
    ("POST /products/{id}/images/{image_id}/complete", [401, 403, 403, 404]),
    ("POST /products/{id}/stock", [401, 403, 403, 200]),
    // Nobody of them is Stripe.
    ("POST /webhooks/stripe", [400, 400, 400, 400]),
    ("PUT /admin/orders/{id}", [401, 403, 403, 200]),
    ("PUT /admin/users/{id}", [401, 403, 403, 200]),
    ("PUT /auth/me/addresses/{id}", [401, 200, 404, 404]),
    ("PUT /auth/me/password", [401, 204, 204, 204]),
    ("PUT /cart/items/{id}", [401, 200, 404, 404]),
    ("PUT /products/{id}", [401, 403, 403, 200]),
];

/// An owner with one of everything that can be owned, and three others.
struct World {
    number: usize,
    askers: [Client; 4],
    refresh_token: String,
    user: String,
    address: String,
    session: String,
    order: String,
    product: ProductDoc,
}

impl World {
    async fn new(shop: &TestShop, number: usize) -> Self {
        let tee = shop.stock(product("Tee", 1999, &[(&format!("TEE-{number}"), 50)])).await;
        let name = format!("owner{number}");
        let (owner, other) = (shop.customer(&name).await, shop.customer(&format!("other{number}")).await);
        let admin = shop.admin_called("Admin", &format!("admin{number}@example.com")).await;
        let login = json!({ "email": format!("{name}@example.com"), "password": "correct horse" });
        let elsewhere = shop.visitor().post("/auth/login", login).await.expect(200);
        let sessions = owner.get("/auth/sessions").await.expect(200);
        let elsewhere_first = usize::from(sessions.at("/items/0/current") == true);
        owner.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
        let key = format!("world-{number}");
        let order = owner.with_header("idempotency-key", &key).post("/orders", wish()).await.expect(201);
        owner.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
        let address = owner.post("/auth/me/addresses", address()).await.expect(201);
        Self {
            number,
            refresh_token: elsewhere.text("/refresh_token"),
            user: elsewhere.text("/user/id"),
            address: address.text("/id"),
            session: sessions.text(&format!("/items/{elsewhere_first}/id")),
            order: order.text("/id"),
            product: tee,
            askers: [shop.visitor().clone(), owner, other, admin],
        }
    }

    /// The operation's path, with what is the owner's in it.
    fn path(&self, template: &str) -> String {
        let sku = self.product.variants[0].sku.to_string();
        let product = self.product.id.to_string();
        let id = match template {
            "/auth/me/addresses/{id}" => &self.address,
            "/auth/sessions/{id}" => &self.session,
            "/cart/items/{id}" => &sku,
            "/admin/users/{id}" => &self.user,
            _ if template.starts_with("/products/{id}") => &product,
            _ => &self.order,
        };
        template.replace("{id}", id).replace("{image_id}", "010203040506070802000001")
    }

    fn body(&self, operation: &str) -> Option<Value> {
        let input = |sku: &str| {
            json!({
                "name": "Tee", "description": "", "category": "Tees", "base_price": 19.99,
                "variants": [{ "sku": sku, "stock_quantity": 5 }],
            })
        };
        let email = |who: &str| format!("{who}{}@example.com", self.number);
        Some(match operation {
            "DELETE /auth/me" => json!({ "password": "correct horse" }),
            "PATCH /auth/me" => json!({ "name": "Ada" }),
            "POST /auth/login" => json!({ "email": email("owner"), "password": "correct horse" }),
            "POST /auth/logout" | "POST /auth/refresh" => json!({ "refresh_token": self.refresh_token }),
            "POST /auth/register" => json!({ "name": "Ada", "email": email("new"), "password": "correct horse" }),
            "POST /auth/me/addresses" | "PUT /auth/me/addresses/{id}" => address(),
            "POST /cart/items" => cart_item(&self.product, 1),
            "POST /orders" => wish(),
            "POST /products" => input(&format!("NEW-{}", self.number)),
            "POST /products/{id}/stock" => json!({ "sku": self.product.variants[0].sku.as_str(), "delta": 1 }),
            "POST /products/{id}/images" => json!({ "content_type": "image/png", "content_length": 68 }),
            "PUT /products/{id}" => input(self.product.variants[0].sku.as_str()),
            "PUT /admin/orders/{id}" => json!({ "status": "cancelled" }),
            "PUT /admin/users/{id}" => json!({ "role": "admin" }),
            "PUT /auth/me/password" => json!({ "current_password": "correct horse", "new_password": "another horse" }),
            "PUT /cart/items/{id}" => json!({ "quantity": 2 }),
            "POST /admin/orders/{id}/refunds" | "POST /webhooks/stripe" => json!({}),
            _ => return None,
        })
    }
}

fn address() -> Value {
    json!({ "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701" })
}

fn name(operation: &Operation) -> String {
    operation.name().replace("/api/v1", "")
}

#[test]
fn every_operation_is_in_the_table() {
    let documented: BTreeSet<String> = operations(&document()).iter().map(name).collect();
    assert_eq!(documented, TABLE.iter().map(|(operation, _)| (*operation).to_owned()).collect());
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_no_more() {
    let (shop, _stripe) = TestShop::open_whole().await;
    let askers = ["nobody", "the owner", "another customer", "an administrator"];
    let mut wrong = Vec::new();
    let mut number = 0_usize;
    for (operation, expected) in TABLE {
        let (method, template) = operation.split_once(' ').expect("a method and a path");
        let method: Method = method.parse().expect("a method");
        for (asker, (who, status)) in askers.iter().zip(expected).enumerate() {
            number = number.saturating_add(1);
            let world = World::new(&shop, number).await;
            let client = &world.askers[asker];
            let answer = client.send(method.clone(), &world.path(template), world.body(operation)).await;
            if answer.status.as_u16() != status {
                wrong.push(format!("{operation} by {who}: {} instead of {status}", answer.shown()));
            }
            for (header, value) in [
                ("x-content-type-options", "nosniff"),
                ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ] {
                assert_eq!(answer.header(header), value, "{operation}");
            }
            assert!(
                answer.headers.contains_key("cache-control") && answer.headers.contains_key("x-request-id"),
                "{operation}"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
