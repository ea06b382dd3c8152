//! An unpaid order: the emulated schedule has to cancel it and release its stock.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::terminal::print_status;

/// One minute until the order expires, up to two until the schedule runs, and time for the emulator.
const TIMEOUT: Duration = Duration::from_mins(4);

/// A customer with an account.
struct Customer {
    http: Client,
    base_url: String,
    token: Option<String>,
}

/// Places an order, does not pay it, and waits until it is cancelled and its stock released.
pub(super) async fn wait_for_cancellation(base_url: &str) -> Result<()> {
    let mut customer = Customer { http: Client::new(), base_url: base_url.to_owned(), token: None };
    let account = json!({ "name": "Forgetful", "email": "forgetful@example.com", "password": "correct horse" });
    let session = customer.call(Method::POST, "/auth/register", Some(account)).await?;
    customer.token = Some(text(&session, "/access_token")?.to_owned());

    let offers = customer.call(Method::GET, "/products?in_stock=true&limit=1", None).await?;
    let product = format!("/products/{}", text(&offers, "/items/0/id")?);
    let before = customer.call(Method::GET, &product, None).await?;
    let variants = before.get("variants").and_then(Value::as_array).context("the product has no variants")?;
    let variant = variants.iter().find(|it| stock(it) > Some(0)).context("something in stock")?;
    let sku = text(variant, "/sku")?;
    let line = json!({ "product_id": text(&before, "/id")?, "variant_sku": sku, "quantity": 1 });
    customer.call(Method::POST, "/cart/items", Some(line)).await?;
    let address =
        json!({ "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701" });
    let order = customer.call(Method::POST, "/orders", Some(json!({ "shipping_address": address }))).await?;

    print_status("waiting until the schedule cancels an unpaid order");
    let path = format!("/orders/{}", text(&order, "/id")?);
    let cancelled = async {
        loop {
            let order = customer.call(Method::GET, &path, None).await?;
            if text(&order, "/status")? == "cancelled" {
                return anyhow::Ok(());
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, cancelled).await.context("the schedule has not cancelled the order")??;
    let after = customer.call(Method::GET, &product, None).await?;
    let variants = after.get("variants").and_then(Value::as_array).context("the product has no variants")?;
    let stock_after = variants.iter().find(|it| it.get("sku") == variant.get("sku")).and_then(stock);
    ensure!(stock_after == stock(variant), "the stock of the order was not released");
    Ok(())
}

fn stock(variant: &Value) -> Option<u64> {
    variant.get("stock_quantity").and_then(Value::as_u64)
}

impl Customer {
    /// Sends a request; returns the body of the response, whose status must be 2xx.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &body {
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

fn text<'a>(body: &'a Value, pointer: &str) -> Result<&'a str> {
    body.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer} in {body}"))
}
