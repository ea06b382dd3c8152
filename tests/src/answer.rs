//! What a shop answered, and how a test writes it down.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; `null` when it has none.
    pub body: Value,
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self
    }

    /// A part of the body by its JSON pointer; it must be there.
    #[track_caller]
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {:#}", self.body))
    }

    /// A text of the body by its JSON pointer; it must be there.
    #[track_caller]
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at {pointer} in {:#}", self.body)).to_owned()
    }

    /// A header; it must be there.
    #[track_caller]
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_else(|| panic!("no header {name}"))
    }

    /// Status and body, to be written down: what differs from run to run is replaced by its kind.
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
            if let Some(kind) = kind(text, name) {
                *text = kind.to_owned();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn kind(text: &str, name: &str) -> Option<&'static str> {
    match name {
        "request_id" => Some("[request id]"),
        "access_token" => Some("[access token]"),
        "refresh_token" => Some("[refresh token]"),
        "client_secret" => Some("[client secret]"),
        "intent_id" | "transaction_id" => Some("[intent]"),
        "order_number" => Some("[order number]"),
        "next_cursor" => Some("[cursor]"),
        _ if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Some("[id]"),
        _ if text.len() == 24 && text.ends_with('Z') && text.contains('T') => Some("[time]"),
        _ => None,
    }
}
