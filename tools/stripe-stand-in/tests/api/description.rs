//! Validates every object that the tests receive against Stripe's OpenAPI description.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The objects that the description contains, by the value of their field `object`.
const OBJECTS: [&str; 7] =
    ["balance_transaction", "charge", "dispute", "event", "payment_intent", "payment_method", "refund"];

static VALIDATORS: LazyLock<HashMap<&str, Validator>> = LazyLock::new(|| {
    let description: Value = serde_json::from_str(include_str!("../openapi/stripe.json")).unwrap();
    let validator = |name| {
        let mut schema = description.clone();
        schema["$ref"] = json!(format!("#/$defs/{name}"));
        (name, jsonschema::validator_for(&schema).unwrap())
    };
    OBJECTS.into_iter().chain(["error"]).map(validator).collect()
});

/// Fails if an object at any depth, or the error of a response, violates the description.
pub(crate) fn assert_described(value: &Value) {
    let violations = violations(value);
    assert!(violations.is_empty(), "{violations:#?} in {value:#}");
}

fn violations(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let name = if value["error"]["type"].is_string() { Some("error") } else { value["object"].as_str() };
    if let Some((name, validator)) = name.and_then(|name| VALIDATORS.get_key_value(name)) {
        found.extend(validator.iter_errors(value).map(|error| format!("{name}: {error}")));
    }
    match value {
        Value::Array(items) => found.extend(items.iter().flat_map(violations)),
        Value::Object(fields) => found.extend(fields.values().flat_map(violations)),
        _ => {}
    }
    found
}

#[test]
fn the_description_rejects_what_stripe_does_not_return() {
    let refund = json!({
        "id": "re_1",
        "object": "refund",
        "amount": 100,
        "created": 1,
        "currency": "usd",
        "status": "succeeded",
    });
    assert!(violations(&refund).is_empty());
    for (field, value) in [
        ("failure_reason", Value::Null),
        ("amount", json!("100")),
        ("metadata", json!({ "reason": "r".repeat(501) })),
        ("colour", json!("red")),
        ("pending_reason", json!("unknown")),
    ] {
        let mut invalid = refund.clone();
        invalid[field] = value;
        assert_eq!(violations(&invalid).len(), 1, "{field}");
        let list = json!({ "object": "list", "data": [{ "object": "unknown", "nested": invalid }] });
        assert_eq!(violations(&list).len(), 1, "{field}");
    }
    for field in ["id", "created", "currency"] {
        let mut incomplete = refund.clone();
        incomplete.as_object_mut().unwrap().remove(field);
        assert_eq!(violations(&incomplete).len(), 1, "{field}");
    }
}

#[test]
fn the_description_contains_every_object() {
    for name in OBJECTS {
        assert!(!violations(&json!({ "object": name })).is_empty(), "{name}");
    }
    assert!(!violations(&json!({ "error": { "type": "unknown_error" } })).is_empty());
}
