//! A response of the shop, and its form in snapshots.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// A response with its whole body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; `null` when there is none, a string for HTML and XML.
    pub body: Value,
}

impl Answer {
    /// Asserts the status, and returns the response.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self
    }

    /// Returns the value at a JSON pointer into the body, which must exist.
    #[track_caller]
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {:#}", self.body))
    }

    /// Returns the string at a JSON pointer into the body, which must exist.
    #[track_caller]
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no string at {pointer} in {:#}", self.body)).to_owned()
    }

    /// Returns a header, which must exist.
    #[track_caller]
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_else(|| panic!("no header {name}"))
    }

    /// Formats status and body for a snapshot: values that differ from run to run are replaced by placeholders.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut body = self.body.clone();
        redact(&mut body, "");
        format!("{}\n{body:#}", self.status.as_u16())
    }
}

fn redact(value: &mut Value, name: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, name)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| redact(value, name)),
        Value::String(text) => {
            if let Some(placeholder) = placeholder(text, name) {
                *text = placeholder.to_owned();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn placeholder(text: &str, name: &str) -> Option<&'static str> {
    match name {
        "request_id" => Some("[request id]"),
        "access_token" => Some("[access token]"),
        "refresh_token" => Some("[refresh token]"),
        "cart_token" => Some("[cart token]"),
        "order_token" => Some("[order token]"),
        "client_secret" => Some("[client secret]"),
        "intent_id" | "transaction_id" => Some("[intent]"),
        "order_number" => Some("[order number]"),
        "next_cursor" => Some("[cursor]"),
        "script_url" => Some("[script URL]"),
        _ if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Some("[id]"),
        _ if text.len() == 24 && text.ends_with('Z') && text.contains('T') => Some("[time]"),
        _ => None,
    }
}
