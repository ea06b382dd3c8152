//! The OpenAPI document: what the code generates is what is committed, and says enough.

use axum::http::Method;
use ferrocart_tests::{Answer, Client, TestShop, openapi};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An operation with where it is.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) says: Value,
}

pub(crate) fn document() -> Value {
    serde_json::from_str(&openapi()).expect("JSON")
}

/// Every operation of a document; there are some.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let operations: Vec<Operation> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().expect("operations").iter().map(|(method, operation)| Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                says: operation.clone(),
            })
        })
        .collect();
    assert!(operations.len() > 30, "most of the document is missing");
    operations
}

impl Operation {
    /// Its name, for the message of a test that fails.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Asks for something that is not there, with nothing in the body.
    pub(crate) async fn ask(&self, client: &Client, query: &str) -> Answer {
        let path = self.path.trim_start_matches("/api/v1").replace("{id}", "0123456789abcdef01234567");
        let method: Method = self.method.parse().expect("a method");
        let body = self.says.get("requestBody").map(|_| json!({}));
        client.send(method, &format!("{path}{query}"), body).await
    }

    fn list(&self, part: &str) -> Vec<Value> {
        self.says.get(part).and_then(Value::as_array).cloned().unwrap_or_default()
    }

    fn parameters(&self, place: &str) -> BTreeSet<String> {
        let there = self.list("parameters").into_iter().filter(|parameter| parameter["in"] == place);
        there.map(|parameter| text(&parameter, "name")).collect()
    }

    fn responses(&self) -> Map<String, Value> {
        self.says["responses"].as_object().expect("responses").clone()
    }
}

fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_else(|| panic!("no {field} in {value:#}")).to_owned()
}

#[test]
fn the_committed_document_is_what_the_code_makes() {
    let committed: Value = serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
    assert!(committed == document(), "openapi.json is not up to date: run `cargo xtask openapi`");
}

#[test]
fn it_is_openapi_3_1_of_this_version() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_reference_leads_to_something_and_every_schema_is_used() {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").map(|target| target.as_str().expect("a reference").to_owned()));
                fields.values().for_each(|field| collect(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    collect(&document, &mut found);
    assert!(!found.is_empty());
    for target in &found {
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target} leads nowhere");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(found.contains(&format!("#/components/schemas/{name}")), "nothing uses {name}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_a_known_tag() {
    let document = document();
    let tags: Vec<String> = document["tags"].as_array().expect("tags").iter().map(|tag| text(tag, "name")).collect();
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let id = text(&operation.says, "operationId");
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{id} is no function's name");
        assert!(ids.insert(id.clone()), "two operations are called {id}");
        let summary = text(&operation.says, "summary");
        assert!((5..80).contains(&summary.len()) && !summary.ends_with('.'), "{id}: {summary}");
        let tag = operation.says["tags"][0].as_str().expect("a tag");
        assert!(tags.iter().any(|known| known == tag), "{id}: {tag}");
    }
}

#[test]
fn every_request_and_every_answer_is_typed() {
    let document = document();
    for operation in operations(&document) {
        let name = operation.name();
        if let Some(body) = operation.says.get("requestBody").filter(|_| !operation.path.contains("webhooks")) {
            let target = text(&body["content"]["application/json"]["schema"], "$ref");
            let schema = document.pointer(target.trim_start_matches('#')).expect("a schema");
            assert_eq!(body["required"], true, "{name}");
            assert!(!schema["properties"].as_object().expect("fields").is_empty(), "{name}");
            // An address is an answer's too, there with an id.
            let closed = schema["additionalProperties"] == false || target.ends_with("/Address");
            assert!(closed, "{name} does not say that unknown fields are refused");
        }
        for (status, response) in operation.responses() {
            let content = response.get("content").and_then(Value::as_object);
            match status.as_str() {
                "204" | "304" => assert!(content.is_none(), "{name} {status}"),
                "200" | "201" if operation.path.ends_with("/webhooks/stripe") => assert!(content.is_none()),
                _ => assert!(content.is_some_and(|content| !content.is_empty()), "{name} {status} has no type"),
            }
        }
        let success = operation.responses().keys().filter(|status| status.starts_with('2')).count();
        assert_eq!(success, 1, "{name}");
    }
}

#[test]
fn every_problem_names_its_codes() {
    const CODES: [(&str, &[&str]); 12] = [
        ("400", &["malformed_request", "invalid_cursor", "invalid_signature"]),
        ("401", &["unauthenticated", "token_expired", "invalid_credentials"]),
        ("403", &["forbidden"]),
        ("404", &["not_found"]),
        (
            "409",
            &[
                "email_taken",
                "sku_taken",
                "insufficient_stock",
                "product_unavailable",
                "total_changed",
                "cart_already_ordered",
                "invalid_transition",
                "idempotency_in_progress",
                "last_admin",
                "order_not_paid",
                "order_on_hold",
                "refund_exceeds_paid",
                "refund_refused",
                "upload_changed",
            ],
        ),
        ("412", &["version_mismatch"]),
        ("413", &["payload_too_large"]),
        ("415", &["unsupported_media_type"]),
        ("422", &["validation_failed", "empty_cart", "idempotency_key_reused"]),
        ("429", &["rate_limited"]),
        ("500", &["internal"]),
        ("503", &["unavailable"]),
    ];
    for operation in operations(&document()) {
        let responses = operation.responses();
        for status in ["400", "500", "503"] {
            assert!(responses.contains_key(status), "{} can always answer {status}", operation.name());
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let place = format!("{} {status}", operation.name());
            let (_, codes) = CODES.iter().find(|(known, _)| known == status).unwrap_or_else(|| panic!("{place}"));
            let description = text(response, "description");
            let named: Vec<&str> =
                codes.iter().copied().filter(|code| description.contains(&format!("`{code}`"))).collect();
            assert!(!named.is_empty() && description.starts_with('`'), "{place} names no code: {description}");
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{place}");
        }
    }
}

#[test]
fn every_parameter_of_the_path_the_query_and_the_headers_is_there() {
    for operation in operations(&document()) {
        let name = operation.name();
        let in_path: BTreeSet<String> = operation
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(str::to_owned)
            .collect();
        assert_eq!(operation.parameters("path"), in_path, "{name}");
        let answer = &operation.responses().get("200").map(Value::to_string).unwrap_or_default();
        if answer.contains("schemas/List_") {
            assert!(operation.parameters("query").is_superset(&set(&["limit", "cursor"])), "{name}");
        }
        for parameter in operation.list("parameters") {
            assert!(parameter.get("schema").is_some_and(|schema| schema.get("type") != Some(&Value::Null)), "{name}");
            assert!(!parameter["schema"].to_string().contains("null"), "{name}: {parameter}");
            assert!(text(&parameter, "description").len() > 5, "{name}: {parameter}");
        }
    }
}

#[tokio::test]
async fn a_parameter_of_the_query_that_is_not_there_is_refused_by_every_operation() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for operation in operations(&document()) {
        let answer = operation.ask(&admin, "?%24where=1&page=2").await;
        assert_eq!(answer.status.as_u16(), 400, "{}", operation.name());
        assert_eq!(answer.text("/code"), "malformed_request");
        assert_eq!(answer.text("/errors/0/pointer"), "$where", "{}", operation.name());
        assert_eq!(answer.text("/errors/1/pointer"), "page", "{}", operation.name());
    }
}

#[test]
fn the_headers_that_a_call_understands_are_there() {
    let document = document();
    let operations = operations(&document);
    let headers = |name: &str| {
        let operation =
            operations.iter().find(|operation| operation.says["operationId"] == name).expect("an operation");
        operation.parameters("header")
    };
    assert_eq!(headers("place_order"), set(&["Idempotency-Key"]));
    assert_eq!(headers("replace_product"), set(&["If-Match"]));
    assert_eq!(headers("list_products"), set(&["If-None-Match"]));
    assert_eq!(headers("get_product"), set(&["If-None-Match"]));
    assert_eq!(headers("receive_event"), set(&["Stripe-Signature"]));
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}
