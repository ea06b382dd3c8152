//! Requests and responses as API Gateway exchanges them with a function: the payload format 2.0 of HTTP APIs
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).

use serde::Deserialize;
use serde_json::{Value, json};

/// The source address of the check, which belongs to no network (RFC 5737).
const SOURCE_ADDRESS: &str = "192.0.2.1";
const CLIENT: &str = "ferrocart-deployment-check";

/// A request to a function.
#[derive(Debug, Default)]
pub(crate) struct GatewayRequest<'a> {
    pub(crate) method: &'static str,
    /// The path, which begins with `/api/v1`.
    pub(crate) path: &'a str,
    pub(crate) query: &'static str,
    pub(crate) token: Option<&'a str>,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) body: Option<Value>,
}

/// The response of a function.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GatewayResponse {
    pub(crate) status_code: u16,
    #[serde(default)]
    body: Option<String>,
}

impl GatewayRequest<'_> {
    /// Returns the event.
    pub(crate) fn event(&self) -> Value {
        let mut headers = json!({ "user-agent": CLIENT });
        if let Some(token) = self.token {
            insert(&mut headers, "authorization", format!("Bearer {token}"));
        }
        if let Some(key) = self.idempotency_key {
            insert(&mut headers, "idempotency-key", key);
        }
        if self.body.is_some() {
            insert(&mut headers, "content-type", "application/json");
        }
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": headers,
            "requestContext": {
                "accountId": CLIENT,
                "apiId": CLIENT,
                "domainName": CLIENT,
                "domainPrefix": CLIENT,
                "http": {
                    "method": self.method,
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": SOURCE_ADDRESS,
                    "userAgent": CLIENT,
                },
                "requestId": CLIENT,
                "routeKey": "$default",
                "stage": "$default",
                "time": "01/Jan/2026:00:00:00 +0000",
                "timeEpoch": 1_767_225_600_000_i64,
            },
            "body": self.body.as_ref().map(Value::to_string),
            "isBase64Encoded": false,
        })
    }
}

fn insert(headers: &mut Value, name: &str, value: impl Into<String>) {
    if let Value::Object(headers) = headers {
        headers.insert(name.to_owned(), Value::String(value.into()));
    }
}

impl GatewayResponse {
    /// Returns the body; null if it is not JSON.
    pub(crate) fn json(&self) -> Value {
        self.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default()
    }
}
