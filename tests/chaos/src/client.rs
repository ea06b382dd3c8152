//! HTTP clients of the shop. They map each response to an [`Outcome`] and record the operations that the checker
//! verifies.

#![expect(clippy::disallowed_types, reason = "concurrent requests of one guest share the tokens of its orders")]

use crate::history::{History, Operation, Outcome};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The client timeout. It exceeds the timeout of API Gateway, so that no later response is possible.
const TIMEOUT: Duration = Duration::from_secs(35);

/// The password of all accounts.
pub const PASSWORD: &str = "correct horse";

/// The address of the shop's API, with the history of all its clients.
#[derive(Debug, Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    history: History,
}

/// A client of the API, usually with the access token of a user or the token of a guest's cart.
#[derive(Debug, Clone)]
pub struct ApiClient {
    api: Api,
    name: String,
    credentials: Credentials,
}

#[derive(Debug, Clone)]
enum Credentials {
    None,
    AccessToken(String),
    /// The token of the cart, and the tokens of the orders that the guest has placed, by the ids of the orders.
    Guest(String, Arc<Mutex<BTreeMap<String, String>>>),
}

impl Api {
    pub(crate) fn new(base_url: &str, history: History) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().expect("a client");
        Self { http, base: format!("{base_url}/api/v1"), history }
    }

    /// Returns a client without a token.
    #[must_use]
    pub fn anonymous(&self, name: &str) -> ApiClient {
        ApiClient { api: self.clone(), name: name.to_owned(), credentials: Credentials::None }
    }

    /// Returns a client with that access token.
    pub(crate) fn client(&self, name: &str, token: &str) -> ApiClient {
        ApiClient { credentials: Credentials::AccessToken(token.to_owned()), ..self.anonymous(name) }
    }

    /// Registers an account and returns its client, or `None` if the request does not succeed.
    pub async fn register(&self, name: &str) -> Option<ApiClient> {
        let account = json!({ "name": name, "email": format!("{name}@example.com"), "password": PASSWORD });
        let session = self.anonymous(name).post("/auth/register", account).await;
        Some(self.client(name, session.ok()?["access_token"].as_str()?))
    }

    /// Requests a link to set a new password.
    pub async fn request_password_reset(&self, name: &str) -> Outcome {
        let body = json!({ "email": format!("{name}@example.com") });
        self.anonymous(name).post("/auth/password-reset", body).await
    }

    /// Logs in and returns the client of the session, or `None` if the request does not succeed.
    pub async fn log_in(&self, name: &str) -> Option<ApiClient> {
        let login = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
        let session = self.anonymous(name).post("/auth/login", login).await;
        Some(self.client(name, session.ok()?["access_token"].as_str()?))
    }

    /// Creates a cart without an account and returns its guest, or `None` if the request does not succeed.
    pub async fn guest(&self, name: &str) -> Option<ApiClient> {
        let cart = self.anonymous(name).post("/carts", Value::Null).await;
        let token = cart.ok()?["cart_token"].as_str()?.to_owned();
        Some(ApiClient { credentials: Credentials::Guest(token, Arc::default()), ..self.anonymous(name) })
    }

    /// Returns the history of all clients.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }
}

impl ApiClient {
    /// Returns whether it is a guest.
    #[must_use]
    pub const fn is_guest(&self) -> bool {
        matches!(self.credentials, Credentials::Guest(..))
    }

    /// Returns the client's name in the history.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends a GET request. Paths begin after `/api/v1`.
    pub async fn get(&self, path: &str) -> Outcome {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a POST request with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Outcome {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// Sends a PUT request with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Outcome {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// Changes the slug of a product as an administrator, and records it.
    pub async fn change_slug(&self, product: &str, slug: &str) -> Outcome {
        let request = self.request(Method::PATCH, &format!("/products/{product}"));
        let outcome = self.send(request.json(&json!({ "slug": slug }))).await;
        self.record(Operation::ChangeSlug { product: product.to_owned(), slug: slug.to_owned() }, outcome)
    }

    /// Sends a DELETE request.
    pub async fn delete(&self, path: &str) -> Outcome {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Replaces the items of the cart, given as product id, SKU and quantity. Returns the cart.
    pub async fn fill_cart(&self, items: &[(&str, &str, i64)]) -> Outcome {
        let mut cart = self.delete("/cart").await;
        for (product, sku, quantity) in items {
            if !matches!(cart, Outcome::Ok(_)) {
                return cart;
            }
            let item = json!({ "product_id": product, "variant_sku": sku, "quantity": quantity });
            cart = self.post("/cart/items", item).await;
        }
        cart
    }

    /// Moves the lines of a guest's cart into the cart of this customer. Returns the cart and the changes.
    pub async fn merge(&self, guest: &Self, mode: &str) -> Outcome {
        let Credentials::Guest(token, _) = &guest.credentials else {
            return Outcome::Unknown(format!("{} is no guest", guest.name));
        };
        self.post("/cart/merge", json!({ "cart_token": token, "mode": mode })).await
    }

    /// Buys the cart, whose quantities by SKU are `lines`, and records it.
    pub async fn place_order(&self, key: &str, lines: &[(&str, i64)]) -> Outcome {
        let address = json!({
            "type": "shipping", "name": self.name, "street": "1 Main Street", "city": "Springfield", "state": "IL",
            "zip": "62701",
        });
        let mut body = json!({ "shipping_address": address });
        if let Credentials::Guest(..) = self.credentials {
            body["email"] = json!(format!("{}@example.com", self.name));
        }
        let request = self.request(Method::POST, "/orders").header("Idempotency-Key", key);
        let outcome = self.send(request.json(&body)).await;
        self.keep_order_token(&outcome);
        let lines = lines.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect();
        self.record(Operation::PlaceOrder { key: key.to_owned(), lines }, outcome)
    }

    /// Sends the same checkout until its outcome is known, but at most `attempts` times. Returns all outcomes.
    pub async fn place_order_until_known(&self, key: &str, lines: &[(&str, i64)], attempts: usize) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for attempt in 0..attempts {
            let outcome = self.place_order(key, lines).await;
            let is_known = !outcome.is_unknown() && outcome.code() != Some("idempotency_in_progress");
            outcomes.push(outcome);
            if is_known {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100 << attempt.min(4))).await;
        }
        outcomes
    }

    /// Makes an order of a guest that of this account, and records it.
    pub async fn claim(&self, guest: &Self, order: &str) -> Outcome {
        let body = json!({ "order_token": guest.order_token(order) });
        let outcome = self.post(&format!("/orders/{order}/claim"), body).await;
        self.record(Operation::Claim { order: order.to_owned() }, outcome)
    }

    /// Requests the payment intent of an order, and records it.
    pub async fn request_payment(&self, order: &str) -> Outcome {
        let outcome = self.post(&format!("/orders/{order}/payment"), json!({})).await;
        self.record(Operation::RequestPayment { order: order.to_owned() }, outcome)
    }

    /// Cancels an order as its buyer, and records it.
    pub async fn cancel(&self, order: &str) -> Outcome {
        let outcome = self.post(&format!("/orders/{order}/cancel"), json!({})).await;
        self.record(Operation::Cancel { order: order.to_owned() }, outcome)
    }

    /// Reads an order as its buyer, and records it.
    pub async fn read(&self, order: &str) -> Outcome {
        let outcome = self.get(&format!("/orders/{order}")).await;
        self.record(Operation::Read { order: order.to_owned() }, outcome)
    }

    /// Changes the status of an order as an administrator, and records it.
    pub async fn update_order_status(&self, order: &str, status: &str) -> Outcome {
        let outcome = self.put(&format!("/admin/orders/{order}"), json!({ "status": status })).await;
        self.record(Operation::Transition { order: order.to_owned(), status: status.to_owned() }, outcome)
    }

    /// Refunds an order as an administrator, and records it. The amount is in minor units of a currency with two
    /// decimals; `None` refunds the whole refundable amount.
    pub async fn refund(&self, order: &str, key: &str, amount: Option<i64>, restock: bool) -> Outcome {
        let mut body = json!({ "restock": restock, "reason": "requested by the buyer" });
        if let Some(amount) = amount {
            body["amount"] = major_units(amount);
        }
        let request = self.request(Method::POST, &format!("/admin/orders/{order}/refunds"));
        let outcome = self.send(request.header("Idempotency-Key", key).json(&body)).await;
        self.record(Operation::Refund { order: order.to_owned(), key: key.to_owned(), amount, restock }, outcome)
    }

    /// Records an operation under the client's name. Returns the outcome.
    pub fn record(&self, operation: Operation, outcome: Outcome) -> Outcome {
        self.api.history.record(&self.name, operation, outcome.clone());
        outcome
    }

    /// Keeps the token of an order that a guest has placed.
    fn keep_order_token(&self, outcome: &Outcome) {
        if let (Credentials::Guest(_, tokens), Some(order)) = (&self.credentials, outcome.ok())
            && let (Some(id), Some(token)) = (order["id"].as_str(), order["order_token"].as_str())
        {
            tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), token.to_owned());
        }
    }

    /// Returns the token of an order that this guest has placed.
    fn order_token(&self, order: &str) -> Option<String> {
        let Credentials::Guest(_, tokens) = &self.credentials else { return None };
        tokens.lock().unwrap_or_else(PoisonError::into_inner).get(order).cloned()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.api.http.request(method, format!("{}{path}", self.api.base));
        match &self.credentials {
            Credentials::None => request,
            Credentials::AccessToken(token) => request.bearer_auth(token),
            Credentials::Guest(cart, _) => {
                let id = path.strip_prefix("/orders/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
                match self.order_token(id) {
                    Some(token) => request.header("Order-Token", token),
                    None => request.header("Cart-Token", cart),
                }
            }
        }
    }

    async fn send(&self, request: RequestBuilder) -> Outcome {
        outcome(request.send().await).await
    }
}

/// Converts minor units of a currency with two decimals to the API's number of major units.
pub(crate) fn major_units(amount: i64) -> Value {
    let decimal = format!("{}.{:02}", amount.div_euclid(100), amount.rem_euclid(100));
    serde_json::from_str(&decimal).expect("a number")
}

/// Maps a response to an outcome: a 2xx is `Ok`, a 4xx `Rejected`, and anything else `Unknown`.
pub(crate) async fn outcome(response: reqwest::Result<reqwest::Response>) -> Outcome {
    let response = match response {
        Ok(response) => response,
        Err(error) => return Outcome::Unknown(error.to_string()),
    };
    let status = response.status();
    let body = match response.text().await {
        Ok(body) => serde_json::from_str(&body).unwrap_or(Value::String(body)),
        Err(error) => return Outcome::Unknown(error.to_string()),
    };
    if status.is_success() {
        Outcome::Ok(body)
    } else if status.is_client_error() {
        Outcome::Rejected { status: status.as_u16(), problem: body }
    } else {
        Outcome::Unknown(format!("{status}: {body}"))
    }
}
