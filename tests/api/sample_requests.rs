//! A valid request for every operation of the OpenAPI document. A new operation adds its body to [`Scene::body`] if it
//! takes one, and its resource to [`Scene::path`] if its `{id}` is not an order's; nothing else.

use crate::operations::Operation;
use crate::orders::buyers::checkout_request;
use ferrocart::db::products::ProductDoc;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::{Value, json};

/// The role of the client that sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A client without a token.
    Visitor,
    /// The customer who owns the requested resource.
    Owner,
    /// A customer without any resources.
    OtherCustomer,
    /// An administrator who does not own the resource.
    Admin,
}

impl Caller {
    pub(crate) const ALL: [Self; 4] = [Self::Visitor, Self::Owner, Self::OtherCustomer, Self::Admin];
}

/// A customer with one of each resource that a customer can own, and a client for each role.
pub(crate) struct Scene {
    number: usize,
    visitor: Client,
    owner: Client,
    other_customer: Client,
    admin: Client,
    refresh_token: String,
    user: String,
    address: String,
    session: String,
    order: String,
    product: ProductDoc,
}

impl Scene {
    /// Creates the accounts and resources; the number keeps several scenes in one shop apart.
    pub(crate) async fn new(shop: &TestShop, number: usize) -> Self {
        let tee = shop.stock(product("Tee", 1999, &[(&format!("TEE-{number}"), 50)])).await;
        let name = format!("owner{number}");
        let (owner, other_customer) = (shop.customer(&name).await, shop.customer(&format!("other{number}")).await);
        let admin = shop.admin_called("Admin", &format!("admin{number}@example.com")).await;
        let login = json!({ "email": format!("{name}@example.com"), "password": "correct horse" });
        let second_session = shop.visitor().post("/auth/login", login).await.expect(200);
        let sessions = owner.get("/auth/sessions").await.expect(200);
        let second = usize::from(sessions.at("/items/0/current") == true);
        owner.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
        let key = format!("scene-{number}");
        let order = owner.with_header("idempotency-key", &key).post("/orders", checkout_request()).await.expect(201);
        owner.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
        let address = owner.post("/auth/me/addresses", address()).await.expect(201);
        Self {
            number,
            visitor: shop.visitor().clone(),
            owner,
            other_customer,
            admin,
            refresh_token: second_session.text("/refresh_token"),
            user: second_session.text("/user/id"),
            address: address.text("/id"),
            session: sessions.text(&format!("/items/{second}/id")),
            order: order.text("/id"),
            product: tee,
        }
    }

    /// The client of a role.
    pub(crate) const fn client(&self, caller: Caller) -> &Client {
        match caller {
            Caller::Visitor => &self.visitor,
            Caller::Owner => &self.owner,
            Caller::OtherCustomer => &self.other_customer,
            Caller::Admin => &self.admin,
        }
    }

    /// Sends the operation's sample request.
    pub(crate) async fn send(&self, operation: &Operation, caller: Caller) -> Answer {
        let (client, path) = (self.client(caller), self.path(operation));
        match self.body(operation) {
            Some(Value::String(file)) => client.post_file(&path, "text/csv", file).await,
            body => client.send(operation.method.clone(), &path, body).await,
        }
    }

    /// Sends the operation's sample request from a client that accepts these encodings.
    pub(crate) async fn send_accepting(&self, operation: &Operation, caller: Caller, encodings: &str) -> Answer {
        let client = self.client(caller).with_header("accept-encoding", encodings);
        client.send(operation.method.clone(), &self.path(operation), self.body(operation)).await
    }

    /// The operation's path to the owner's resource.
    pub(crate) fn path(&self, operation: &Operation) -> String {
        let template = operation.path.as_str();
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
        template
            .replace("{file}", "start.js")
            .replace("{id}", id)
            .replace("{sku}", &sku)
            .replace("{slug}", self.product.slug().as_str())
            .replace("{image_id}", "010203040506070802000001")
            .replace("{start}", "0-000000000000000000000000")
    }

    /// The operation's sample body, if it takes one: JSON, or a string with a CSV file.
    pub(crate) fn body(&self, operation: &Operation) -> Option<Value> {
        let product_input = |sku: &str| {
            json!({
                "name": "Tee", "description": "", "category": "Tees", "base_price": 19.99,
                "variants": [{ "sku": sku, "stock_quantity": 5 }],
            })
        };
        let email = |name: &str| format!("{name}{}@example.com", self.number);
        Some(match operation.name().as_str() {
            "DELETE /auth/me" => json!({ "password": "correct horse" }),
            "PATCH /auth/me" => json!({ "name": "Ada" }),
            "POST /auth/login" => json!({ "email": email("owner"), "password": "correct horse" }),
            "POST /auth/logout" | "POST /auth/refresh" => json!({ "refresh_token": self.refresh_token }),
            "POST /auth/register" => json!({ "name": "Ada", "email": email("new"), "password": "correct horse" }),
            "POST /auth/me/addresses" | "PUT /auth/me/addresses/{id}" => address(),
            "POST /cart/items" => cart_item(&self.product, 1),
            "POST /orders" => checkout_request(),
            "POST /products" => product_input(&format!("NEW-{}", self.number)),
            "POST /products/{id}/stock" => json!({ "sku": self.product.variants[0].sku.as_str(), "delta": 1 }),
            "POST /products/{id}/images" => json!({ "content_type": "image/png", "content_length": 68 }),
            "PATCH /products/{id}" => json!({ "name": "Soft Tee" }),
            "PATCH /products/{id}/variants/{sku}" => json!({ "size": "L" }),
            "PUT /products/{id}" => product_input(self.product.variants[0].sku.as_str()),
            "POST /admin/imports" => {
                json!(format!("name,category,base_price,sku\nMug,Mugs,9.50,MUG-{}\n", self.number))
            }
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
