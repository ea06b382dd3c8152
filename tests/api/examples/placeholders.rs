//! Replaces what differs between two walks, such as ids and times.

use serde_json::Value;
use std::collections::BTreeMap;

/// The placeholder of each id, in the order in which they occur.
#[derive(Default)]
pub(super) struct Placeholders {
    ids: BTreeMap<String, String>,
}

/// Members whose values are secret or random.
const BY_NAME: [(&str, &str); 10] = [
    ("access_token", "an-access-token"),
    ("cart_token", "cart_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG"),
    ("client_secret", "a-client-secret"),
    ("intent_id", "pi_example"),
    ("latest_charge", "ch_example"),
    ("next_cursor", "a-cursor"),
    ("order_token", "order_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG"),
    ("refresh_token", "a-refresh-token"),
    ("request_id", "a-request-id"),
    ("script_url", "https://js.stripe.com/clover/stripe.js"),
];

impl Placeholders {
    /// Returns the value with placeholders.
    pub(super) fn replace(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.replace(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.replace_member(name, value))).collect()
            }
            Value::String(text) => Value::String(self.replace_text(text)),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn replace_member(&mut self, name: &str, value: &Value) -> Value {
        match BY_NAME.iter().find(|(secret, _)| *secret == name) {
            Some((_, placeholder)) if value.is_string() => Value::String((*placeholder).to_owned()),
            _ => self.replace(value),
        }
    }

    fn replace_text(&mut self, text: &str) -> String {
        if is_id(text) {
            let number = self.ids.len().saturating_add(1);
            return self.ids.entry(text.to_owned()).or_insert_with(|| format!("6745a0c0{number:016x}")).clone();
        }
        if let Some((name, suffix)) = text.rsplit_once('-')
            && suffix.len() == 16
            && is_hexadecimal(suffix)
        {
            // A slug that was taken.
            return format!("{name}-10");
        }
        match text.as_bytes() {
            [b'a', b'c', b'c', b'o', b'u', b'n', b't', b'_', ..] => {
                "account_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG".to_owned()
            }
            b"correct horse" => "ferrocart-demo".to_owned(),
            b"another horse" => "new-ferrocart-demo".to_owned(),
            [b'p', b'i', b'_', ..] => "pi_example".to_owned(),
            [b'F', b'C', b'-', _, _, _, _, b'-', ..] => "FC-7K3M-9Q2T".to_owned(),
            [b'h', b't', b't', b'p', ..] if text.contains('?') => "https://images.example.com/an-upload".to_owned(),
            [b'h', b't', b't', b'p', ..] if text.contains("/products/") => {
                "https://images.example.com/boots.png".to_owned()
            }
            [year @ .., b'-', _, _, b'-', _, _] if is_number(year) => "2026-11-28".to_owned(),
            [.., b'Z'] if text.get(10..11) == Some("T") => "2026-11-28T12:00:00Z".to_owned(),
            _ => text.to_owned(),
        }
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 24 && is_hexadecimal(text)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|symbol| symbol.is_ascii_hexdigit())
}

fn is_number(digits: &[u8]) -> bool {
    digits.len() == 4 && digits.iter().all(u8::is_ascii_digit)
}
