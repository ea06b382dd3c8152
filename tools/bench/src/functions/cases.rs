//! The endpoints that are measured, and the events by which API Gateway invokes them.

use super::setup::{ORIGIN, Setup};
use anyhow::{Context as _, Result};
use mongodb::bson::Document;
use serde_json::{Value, json};

/// A request to an endpoint.
pub(super) struct Case {
    pub(super) function: &'static str,
    pub(super) name: &'static str,
    method: &'static str,
    path: String,
    body: Option<String>,
    /// Whether the client accepts a compressed response.
    is_compressed: bool,
    /// The commands that the shop sends to MongoDB for it.
    pub(super) commands: Vec<Document>,
    pub(super) target: Option<Target>,
}

/// The highest permitted ratio of an endpoint's p50 to its baselines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) max_ratio: f64,
    /// Whether the baseline is the sum of driver and empty function, or the driver alone.
    pub(super) with_empty: bool,
}

/// Returns the cases of some functions, with their commands.
pub(super) async fn of_functions(setup: &Setup, functions: &[String]) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for mut case in all(setup) {
        if functions.iter().any(|name| name == case.function) {
            case.commands = record_commands(setup, &case).await?;
            cases.push(case);
        }
    }
    Ok(cases)
}

/// Returns the cases that have a target, without their commands.
pub(super) fn with_target(setup: &Setup) -> Vec<Case> {
    all(setup).into_iter().filter(|case| case.target.is_some()).collect()
}

/// Returns the case that is the first request to a new environment of a function, with its commands.
pub(super) async fn first_of(setup: &Setup, function: &str) -> Result<Case> {
    let mut cases = all(setup).into_iter();
    let mut case = cases.find(|case| case.function == function).with_context(|| format!("no case for {function}"))?;
    case.commands = record_commands(setup, &case).await?;
    Ok(case)
}

async fn record_commands(setup: &Setup, case: &Case) -> Result<Vec<Document>> {
    if case.method == "OPTIONS" {
        return Ok(Vec::new());
    }
    setup.record_commands(case.method, &case.path, case.body.as_deref()).await
}

fn all(setup: &Setup) -> Vec<Case> {
    let list = "/api/v1/products?limit=20";
    let quantity = json!({ "quantity": 2 }).to_string();
    let get = |function, name, path: String| Case::new(function, name, "GET", path);
    let put = Case::new("cart", "set a quantity", "PUT", format!("/api/v1/cart/items/{}", setup.sku));
    vec![
        get("products", "a product", format!("/api/v1/products/{}", setup.product)).within(1.25, true),
        get("products", "20 products", list.to_owned()).within(1.3, false),
        Case { is_compressed: true, ..get("products", "20 products, compressed", list.to_owned()) },
        get("products", "20 products of a category", format!("{list}&category=Shirts")),
        get("products", "20 products with two words", format!("{list}&q=leather%20jacket")),
        get("products", "the categories", "/api/v1/products/categories".to_owned()),
        Case::new("products", "a preflight", "OPTIONS", format!("/api/v1/products/{}", setup.product)),
        get("cart", "the cart, five lines", "/api/v1/cart".to_owned()).within(1.5, false),
        Case { body: Some(quantity), ..put },
        get("orders", "an order", format!("/api/v1/orders/{}", setup.order)),
        get("orders", "the orders", "/api/v1/orders".to_owned()),
        get("auth", "the own account", "/api/v1/auth/me".to_owned()),
    ]
}

impl Case {
    const fn new(function: &'static str, name: &'static str, method: &'static str, path: String) -> Self {
        Self { function, name, method, path, body: None, is_compressed: false, commands: Vec::new(), target: None }
    }

    const fn within(mut self, max_ratio: f64, with_empty: bool) -> Self {
        self.target = Some(Target { max_ratio, with_empty });
        self
    }

    /// Returns the event in payload format 2.0, with a new access token, which expires after a few minutes.
    pub(super) fn event(&self, setup: &Setup) -> Result<Vec<u8>> {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let mut event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {
                "accept": "application/json",
                "accept-encoding": if self.is_compressed { "gzip, deflate, br" } else { "identity" },
                "content-type": "application/json",
                "host": "abcdefghij.execute-api.us-east-1.amazonaws.com",
                "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "x-forwarded-for": "192.0.2.7",
                "x-forwarded-port": "443",
                "x-forwarded-proto": "https",
            },
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "abcdefghij",
                "domainName": "abcdefghij.execute-api.us-east-1.amazonaws.com",
                "domainPrefix": "abcdefghij",
                "http": {
                    "method": self.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.7",
                    "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "$default",
                "stage": "$default",
                "time": "22/Nov/2026:12:00:00 +0000",
                "timeEpoch": 1_795_348_800_000_i64,
            },
            "isBase64Encoded": false,
        });
        if let Some(headers) = event.pointer_mut("/headers").and_then(Value::as_object_mut) {
            if self.method == "OPTIONS" {
                headers.insert("origin".to_owned(), ORIGIN.into());
                headers.insert("access-control-request-method".to_owned(), "GET".into());
                headers.insert("access-control-request-headers".to_owned(), "authorization".into());
            }
            // Visitors read the catalogue without a token.
            if self.function != "products" {
                headers.insert("authorization".to_owned(), setup.buyer.authorization(&setup.shop)?.into());
            }
        }
        if let (Some(body), Some(event)) = (&self.body, event.as_object_mut()) {
            event.insert("body".to_owned(), body.clone().into());
        }
        Ok(event.to_string().into_bytes())
    }
}
