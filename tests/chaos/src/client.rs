//! Whoever calls the shop, and what they make of its answers.

use crate::history::{Deed, History, Outcome};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::time::Duration;

/// Longer than API Gateway waits: whoever hears nothing by then hears nothing.
const PATIENCE: Duration = Duration::from_secs(35);

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse";

/// The shop's address, and the history of all who call there.
#[derive(Debug, Clone)]
pub struct Shopfront {
    http: reqwest::Client,
    base: String,
    history: History,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Caller {
    front: Shopfront,
    name: String,
    token: Option<String>,
}

impl Shopfront {
    pub(crate) fn new(base_url: &str, history: History) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Self { http, base: format!("{base_url}/api/v1"), history }
    }

    /// Somebody without an account.
    #[must_use]
    pub fn visitor(&self, name: &str) -> Caller {
        Caller { front: self.clone(), name: name.to_owned(), token: None }
    }

    /// Somebody with an account and a session, by its token.
    pub(crate) fn caller(&self, name: &str, token: &str) -> Caller {
        self.visitor(name).with_token(token)
    }

    /// Somebody who opens an account; nothing while the shop cannot be reached.
    pub async fn register(&self, name: &str) -> Option<Caller> {
        let account = json!({ "name": name, "email": format!("{name}@example.com"), "password": PASSWORD });
        let visitor = self.visitor(name);
        let session = visitor.post("/auth/register", account).await;
        Some(visitor.with_token(session.ok()?["access_token"].as_str()?))
    }

    /// Somebody with an account who logs in; nothing while the shop cannot be reached.
    pub async fn log_in(&self, name: &str) -> Option<Caller> {
        let login = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
        let visitor = self.visitor(name);
        let session = visitor.post("/auth/login", login).await;
        Some(visitor.with_token(session.ok()?["access_token"].as_str()?))
    }

    /// What all callers were told.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }
}

impl Caller {
    /// By what name the history knows them.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// Asks for something. Paths begin after `/api/v1`.
    pub async fn get(&self, path: &str) -> Outcome {
        self.send(self.request(Method::GET, path)).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Outcome {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: Value) -> Outcome {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// Deletes something.
    pub async fn delete(&self, path: &str) -> Outcome {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Fills the cart with that and nothing else; what it holds then, by SKU.
    pub async fn fill_cart(&self, wanted: &[(&str, &str, i64)]) -> Outcome {
        let mut cart = self.delete("/cart").await;
        for (product, sku, quantity) in wanted {
            if !matches!(cart, Outcome::Ok(_)) {
                return cart;
            }
            let item = json!({ "product_id": product, "variant_sku": sku, "quantity": quantity });
            cart = self.post("/cart/items", item).await;
        }
        cart
    }

    /// Buys what is in the cart, and writes down what came of it.
    pub async fn place_order(&self, key: &str, lines: &[(&str, i64)]) -> Outcome {
        let address = json!({
            "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701",
        });
        let request = self.request(Method::POST, "/orders").header("Idempotency-Key", key);
        let outcome = self.send(request.json(&json!({ "shipping_address": address }))).await;
        let lines = lines.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect();
        self.note(Deed::PlaceOrder { key: key.to_owned(), lines }, outcome)
    }

    /// Sends the same request again until it is known what came of it, so many times at most; all
    /// answers, the last one last.
    pub async fn insist(&self, key: &str, lines: &[(&str, i64)], tries: usize) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for wait in 0..tries {
            let outcome = self.place_order(key, lines).await;
            let is_known = !outcome.is_unknown() && outcome.code() != Some("idempotency_in_progress");
            outcomes.push(outcome);
            if is_known {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100 << wait.min(4))).await;
        }
        outcomes
    }

    /// Asks how to pay an order, and writes down the answer.
    pub async fn ask_for_payment(&self, order: &str) -> Outcome {
        let outcome = self.post(&format!("/orders/{order}/payment"), json!({})).await;
        self.note(Deed::AskForPayment { order: order.to_owned() }, outcome)
    }

    /// Gives an unpaid order up, and writes down what came of it.
    pub async fn cancel(&self, order: &str) -> Outcome {
        let outcome = self.post(&format!("/orders/{order}/cancel"), json!({})).await;
        self.note(Deed::Cancel { order: order.to_owned() }, outcome)
    }

    /// Reads one's own order, and writes down what it was.
    pub async fn read(&self, order: &str) -> Outcome {
        let outcome = self.get(&format!("/orders/{order}")).await;
        self.note(Deed::Read { order: order.to_owned() }, outcome)
    }

    /// Moves an order as an administrator, and writes down what came of it.
    pub async fn move_order(&self, order: &str, status: &str) -> Outcome {
        let outcome = self.put(&format!("/admin/orders/{order}"), json!({ "status": status })).await;
        self.note(Deed::Move { order: order.to_owned(), status: status.to_owned() }, outcome)
    }

    /// Sends money of an order back as an administrator, and writes down what came of it. The
    /// amount is in minor units of a currency that has two decimals.
    pub async fn refund(&self, order: &str, key: &str, amount: Option<i64>, restock: bool) -> Outcome {
        let mut body = json!({ "restock": restock, "reason": "requested by the buyer" });
        if let Some(amount) = amount {
            let shown = format!("{}.{:02}", amount.div_euclid(100), amount.rem_euclid(100));
            body["amount"] = serde_json::from_str(&shown).expect("a number");
        }
        let request = self.request(Method::POST, &format!("/admin/orders/{order}/refunds"));
        let outcome = self.send(request.header("Idempotency-Key", key).json(&body)).await;
        self.note(Deed::Refund { order: order.to_owned(), key: key.to_owned(), amount, restock }, outcome)
    }

    /// Writes down what came of a try.
    pub fn note(&self, deed: Deed, outcome: Outcome) -> Outcome {
        self.front.history.note(&self.name, deed, outcome.clone());
        outcome
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.front.http.request(method, format!("{}{path}", self.front.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Outcome {
        outcome(request.send().await).await
    }
}

/// What whoever sent a request knows then.
pub(crate) async fn outcome(answer: reqwest::Result<reqwest::Response>) -> Outcome {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Outcome::Unknown(error.to_string()),
    };
    let status = answer.status();
    let body = match answer.text().await {
        Ok(body) => serde_json::from_str(&body).unwrap_or(Value::String(body)),
        Err(error) => return Outcome::Unknown(error.to_string()),
    };
    if status.is_success() {
        Outcome::Ok(body)
    } else if status.is_client_error() {
        Outcome::Refused { status: status.as_u16(), problem: body }
    } else {
        Outcome::Unknown(format!("{status}: {body}"))
    }
}
