//! The endpoints that are measured, and the events by which API Gateway asks for them.

use super::stage::Stage;
use anyhow::{Context as _, Result};
use mongodb::bson::Document;
use serde_json::{Value, json};

/// An endpoint.
pub(super) struct Case {
    pub(super) function: &'static str,
    pub(super) name: &'static str,
    method: &'static str,
    path: String,
    body: Option<String>,
    /// What MongoDB is asked for it.
    pub(super) commands: Vec<Document>,
    /// By how much it may be slower than its limits; nothing where nobody has said so.
    pub(super) target: Option<Target>,
}

/// What an endpoint may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) ratio: f64,
    /// Of the driver's time with that of the empty function, or of the former alone.
    pub(super) with_empty: bool,
}

/// Those of some functions.
pub(super) async fn of(stage: &Stage, functions: &[String]) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for mut case in all(stage) {
        if functions.iter().any(|name| name == case.function) {
            case.commands = commands(stage, &case).await?;
            cases.push(case);
        }
    }
    Ok(cases)
}

/// Those of which somebody has said what they may take.
pub(super) fn with_a_target(stage: &Stage) -> Vec<Case> {
    all(stage).into_iter().filter(|case| case.target.is_some()).collect()
}

/// What MongoDB is asked for an endpoint.
pub(super) async fn commands(stage: &Stage, case: &Case) -> Result<Vec<Document>> {
    stage.commands_of(case.method, &case.path, case.body.as_deref()).await
}

/// The one by which a function is started.
pub(super) fn first_of(stage: &Stage, function: &str) -> Result<Case> {
    all(stage).into_iter().find(|case| case.function == function).with_context(|| format!("nothing to ask {function}"))
}

fn all(stage: &Stage) -> Vec<Case> {
    let list = "/api/v1/products?limit=20";
    let set = json!({ "quantity": 2 }).to_string();
    let get = |function, name, path: String| Case::new(function, name, "GET", path);
    let put = Case::new("cart", "a quantity is set", "PUT", format!("/api/v1/cart/items/{}", stage.sku));
    vec![
        get("products", "a product", format!("/api/v1/products/{}", stage.product)).within(1.25, true),
        get("products", "20 products", list.to_owned()).within(1.3, false),
        get("products", "20 of a category", format!("{list}&category=Shirts")),
        get("products", "20 that have two words", format!("{list}&q=leather%20jacket")),
        get("products", "the categories", "/api/v1/products/categories".to_owned()),
        get("cart", "the cart, five lines", "/api/v1/cart".to_owned()).within(1.5, false),
        Case { body: Some(set), ..put },
        get("orders", "an order", format!("/api/v1/orders/{}", stage.order)),
        get("orders", "the orders", "/api/v1/orders".to_owned()),
        get("auth", "oneself", "/api/v1/auth/me".to_owned()),
    ]
}

impl Case {
    const fn new(function: &'static str, name: &'static str, method: &'static str, path: String) -> Self {
        Self { function, name, method, path, body: None, commands: Vec::new(), target: None }
    }

    const fn within(mut self, ratio: f64, with_empty: bool) -> Self {
        self.target = Some(Target { ratio, with_empty });
        self
    }

    /// The event of payload format 2.0, with a new token: each is good for some minutes only.
    pub(super) fn event(&self, stage: &Stage) -> Result<Vec<u8>> {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let mut event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {
                "accept": "application/json",
                "accept-encoding": "gzip, deflate, br",
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
        // The catalogue is asked by visitors, who have no token.
        if self.function != "products"
            && let Some(headers) = event.pointer_mut("/headers").and_then(Value::as_object_mut)
        {
            headers.insert("authorization".to_owned(), stage.buyer.authorization(&stage.shop)?.into());
        }
        if let (Some(body), Some(event)) = (&self.body, event.as_object_mut()) {
            event.insert("body".to_owned(), body.clone().into());
        }
        Ok(event.to_string().into_bytes())
    }
}
