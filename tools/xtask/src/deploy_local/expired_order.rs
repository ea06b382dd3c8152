//! An order that nobody pays: the emulated schedule has to end it and put its goods back.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::terminal::say;

/// A minute until the order is overdue, two for a run, and what the emulator takes.
const PATIENCE: Duration = Duration::from_mins(4);

/// A customer with an account.
struct Buyer {
    http: Client,
    base_url: String,
    token: Option<String>,
}

/// Orders, does not pay, and waits until the order is cancelled.
pub(super) async fn watch(base_url: &str) -> Result<()> {
    let mut buyer = Buyer { http: Client::new(), base_url: base_url.to_owned(), token: None };
    let account = json!({ "name": "Forgetful", "email": "forgetful@example.com", "password": "correct horse" });
    let session = buyer.call(Method::POST, "/auth/register", Some(account)).await?;
    buyer.token = Some(text(&session, "/access_token")?.to_owned());

    let offers = buyer.call(Method::GET, "/products?in_stock=true&limit=1", None).await?;
    let product = format!("/products/{}", text(&offers, "/items/0/id")?);
    let before = buyer.call(Method::GET, &product, None).await?;
    let variants = before.get("variants").and_then(Value::as_array).context("variants")?;
    let variant = variants.iter().find(|it| stock(it) > Some(0)).context("something in stock")?;
    let sku = text(variant, "/sku")?;
    let line = json!({ "product_id": text(&before, "/id")?, "variant_sku": sku, "quantity": 1 });
    buyer.call(Method::POST, "/cart/items", Some(line)).await?;
    let address =
        json!({ "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701" });
    let order = buyer.call(Method::POST, "/orders", Some(json!({ "shipping_address": address }))).await?;

    say("waiting for the schedule to end an order that is not paid");
    let path = format!("/orders/{}", text(&order, "/id")?);
    let ended = async {
        loop {
            let order = buyer.call(Method::GET, &path, None).await?;
            if text(&order, "/status")? == "cancelled" {
                return anyhow::Ok(());
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.context("no run has cancelled the order")??;
    let after = buyer.call(Method::GET, &product, None).await?;
    let variants = after.get("variants").and_then(Value::as_array).context("variants")?;
    let left = variants.iter().find(|it| it.get("sku") == variant.get("sku")).and_then(stock);
    ensure!(left == stock(variant), "the goods of the order are not back");
    Ok(())
}

fn stock(variant: &Value) -> Option<u64> {
    variant.get("stock_quantity").and_then(Value::as_u64)
}

impl Buyer {
    /// The body of an answer that is a 2xx.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = request.send().await.with_context(|| path.to_owned())?;
        let status = answer.status();
        let body = answer.json().await.unwrap_or_default();
        if !status.is_success() {
            bail!("{path} was answered {status}: {body}");
        }
        Ok(body)
    }
}

fn text<'a>(body: &'a Value, pointer: &str) -> Result<&'a str> {
    body.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer} in {body}"))
}
