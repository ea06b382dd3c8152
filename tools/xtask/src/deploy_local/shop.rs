//! A client of the deployed shop: sells something to a new customer, with a payment at the Stripe stand-in.

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// The deployed shop.
pub(super) struct Shop {
    http: Client,
    base_url: String,
    /// The base URL of the Stripe stand-in.
    stripe: String,
}

/// A customer with an account.
pub(super) struct Customer<'a> {
    shop: &'a Shop,
    token: String,
}

/// A variant in stock.
pub(super) struct Offer {
    pub(super) product: String,
    pub(super) sku: String,
}

impl Shop {
    pub(super) fn new(base_url: String, stripe: String) -> Self {
        Self { http: Client::new(), base_url, stripe }
    }

    /// Sells something to a new customer, and checks that the payment has arrived by a webhook. This involves `auth`,
    /// `products`, `cart`, `orders` and `stripe-webhook`.
    pub(super) async fn sell(&self) -> Result<()> {
        let customer = self.register().await?;
        let offer = self.find_offer().await?;
        let order = customer.place_order(&offer).await?;
        let path = format!("/orders/{}", text(&order, "/id")?);
        self.pay(&order).await?;
        let paid = customer.call(Method::GET, &path, None).await?;
        ensure!(text(&paid, "/status")? == "processing", "the paid order is {}", text(&paid, "/status")?);
        Ok(())
    }

    /// Registers a customer.
    pub(super) async fn register(&self) -> Result<Customer<'_>> {
        let email = format!("buyer-{:016x}@example.com", fastrand::u64(..));
        let account = json!({ "name": "Buyer", "email": email, "password": "correct horse" });
        let session = self.post("/auth/register", &account).await?;
        Ok(Customer { shop: self, token: text(&session, "/access_token")?.to_owned() })
    }

    /// Logs in; the role must be this one.
    pub(super) async fn log_in(&self, email: &str, password: &str, role: &str) -> Result<Customer<'_>> {
        let session = self.post("/auth/login", &json!({ "email": email, "password": password })).await?;
        ensure!(text(&session, "/user/role")? == role, "{email} is no {role}");
        Ok(Customer { shop: self, token: text(&session, "/access_token")?.to_owned() })
    }

    /// Finds a variant in stock on the second page of a list, which needs a cursor.
    pub(super) async fn find_offer(&self) -> Result<Offer> {
        let first = self.get("/products?in_stock=true&limit=1").await?;
        let next = format!("/products?in_stock=true&limit=1&cursor={}", text(&first, "/next_cursor")?);
        let second = self.get(&next).await?;
        let product = self.get(&format!("/products/{}", text(&second, "/items/0/id")?)).await?;
        let variants = product.get("variants").and_then(Value::as_array).context("the product has no variants")?;
        let variant = variants.iter().find(|it| stock(it) > Some(0)).context("nothing is in stock")?;
        Ok(Offer { product: text(&product, "/id")?.to_owned(), sku: text(variant, "/sku")?.to_owned() })
    }

    /// Returns the stock of a variant.
    pub(super) async fn stock(&self, offer: &Offer) -> Result<u64> {
        let product = self.get(&format!("/products/{}", offer.product)).await?;
        let variants = product.get("variants").and_then(Value::as_array).context("the product has no variants")?;
        let variant = variants.iter().find(|it| it.get("sku").and_then(Value::as_str) == Some(&offer.sku));
        variant.and_then(stock).context("the variant has no stock")
    }

    /// Returns the CORS origin that the response to a browser allows. The emulator passes no preflight to a function.
    pub(super) async fn allowed_origin(&self, origin: &str) -> Result<Option<String>> {
        let request = self.http.get(format!("{}/health", self.base_url)).header("origin", origin);
        let response = request.send().await.context("sending a request of a page")?;
        let allowed = response.headers().get("access-control-allow-origin");
        Ok(allowed.and_then(|it| it.to_str().ok()).map(str::to_owned))
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, None, None).await
    }

    /// Sends an event of Stripe with its signature; returns the status of the response.
    pub(super) async fn send_event(&self, event: &str, signature: &str) -> Result<StatusCode> {
        let request = self.http.post(format!("{}/webhooks/stripe", self.base_url)).body(event.to_owned());
        let request = request.header("content-type", "application/json").header("stripe-signature", signature);
        Ok(request.send().await.context("sending an event")?.status())
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(Method::POST, path, None, Some(body)).await
    }

    /// Pays as Stripe.js does in a browser, and waits until the shop has received the webhooks.
    async fn pay(&self, order: &Value) -> Result<()> {
        let intent = text(order, "/payment/intent_id")?;
        let secret = text(order, "/payment/client_secret")?;
        let form = [("payment_method", "pm_card_visa"), ("client_secret", secret), ("use_stripe_sdk", "true")];
        let confirm = self.http.post(format!("{}/v1/payment_intents/{intent}/confirm", self.stripe)).form(&form);
        let confirmed = confirm.bearer_auth(text(order, "/payment/publishable_key")?).send().await;
        confirmed.and_then(reqwest::Response::error_for_status).context("paying")?;
        let settle = self.http.post(format!("{}/_stand-in/settle?timeout_ms=30000", self.stripe));
        let settled: Value = settle.send().await.context("waiting for the webhooks")?.json().await?;
        let is_settled = settled.get("settled") == Some(&json!(true)) && settled.get("failed") == Some(&json!(0));
        ensure!(is_settled, "the webhooks were not delivered: {settled}");
        Ok(())
    }

    /// Sends a request; returns the body of the response, whose status must be 2xx.
    async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<&Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.with_context(|| path.to_owned())?;
        let status = response.status();
        let body = response.json().await.unwrap_or_default();
        if !status.is_success() {
            bail!("{path} returned {status}: {body}");
        }
        Ok(body)
    }
}

impl Customer<'_> {
    /// Buys one piece.
    pub(super) async fn place_order(&self, offer: &Offer) -> Result<Value> {
        let line = json!({ "product_id": offer.product, "variant_sku": offer.sku, "quantity": 1 });
        self.call(Method::POST, "/cart/items", Some(&line)).await?;
        let address = json!({ "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL",
            "zip": "62701" });
        self.call(Method::POST, "/orders", Some(&json!({ "shipping_address": address }))).await
    }

    pub(super) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        self.shop.send(method, path, Some(&self.token), body).await
    }
}

fn stock(variant: &Value) -> Option<u64> {
    variant.get("stock_quantity").and_then(Value::as_u64)
}

/// Returns a text in the body of a response.
pub(super) fn text<'a>(body: &'a Value, pointer: &str) -> Result<&'a str> {
    body.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer} in {body}"))
}
