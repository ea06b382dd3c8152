//! The OpenAPI document: it is up to date, and it types, names and describes everything.

use crate::operations::{document, operations, text};
use ferrocart_tests::TestShop;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_committed_document_is_up_to_date() {
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
fn every_reference_resolves_and_every_schema_is_used() {
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
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target} does not resolve");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(found.contains(&format!("#/components/schemas/{name}")), "nothing uses {name}");
    }
}

#[test]
fn every_operation_has_a_unique_id_a_description_and_a_tag() {
    let document = document();
    let tags: Vec<String> = document["tags"].as_array().expect("tags").iter().map(|tag| text(tag, "name")).collect();
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let id = text(&operation.spec, "operationId");
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{id} is not a function name");
        assert!(ids.insert(id.clone()), "two operations have the id {id}");
        let summary = text(&operation.spec, "summary");
        assert!((5..80).contains(&summary.len()) && !summary.ends_with('.'), "{id}: {summary}");
        let description = text(&operation.spec, "description");
        assert!(description.len() > 20 && description.ends_with('.'), "{id}: {description}");
        let tag = operation.spec["tags"][0].as_str().expect("a tag");
        assert!(tags.iter().any(|known| known == tag), "{id}: {tag}");
    }
}

#[test]
fn every_request_and_response_is_typed() {
    let document = document();
    for operation in operations(&document) {
        let name = operation.name();
        // Events of Stripe and files have formats of their own.
        let is_foreign = operation.path.contains("webhooks") || operation.path.ends_with("/imports");
        if let Some(body) = operation.spec.get("requestBody").filter(|_| !is_foreign) {
            let target = text(&body["content"]["application/json"]["schema"], "$ref");
            let schema = document.pointer(target.trim_start_matches('#')).expect("a schema");
            assert_eq!(body["required"], true, "{name}");
            assert!(!schema["properties"].as_object().expect("fields").is_empty(), "{name}");
            let closed = schema["additionalProperties"] == false;
            assert!(closed, "{name} does not declare that unknown fields are rejected");
        }
        for (status, response) in operation.responses() {
            let content = response.get("content").and_then(Value::as_object);
            match status.as_str() {
                "202" if operation.path.starts_with("/auth/") => assert!(content.is_none(), "{name} {status}"),
                "204" | "304" | "308" => assert!(content.is_none(), "{name} {status}"),
                "200" | "201" if operation.path.ends_with("/webhooks/stripe") => assert!(content.is_none()),
                _ => assert!(content.is_some_and(|content| !content.is_empty()), "{name} {status} has no type"),
            }
        }
        // Panics unless exactly one success is declared.
        operation.success_status();
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of codes")]
fn every_problem_response_lists_its_codes() {
    const CODES: [(&str, &[&str]); 12] = [
        ("400", &["malformed_request", "invalid_cursor", "invalid_signature", "idempotency_key_required"]),
        ("401", &["unauthenticated", "token_expired", "invalid_credentials"]),
        ("403", &["forbidden", "email_not_verified", "origin_not_allowed"]),
        ("404", &["not_found", "cart_not_found"]),
        (
            "409",
            &[
                "email_taken",
                "sku_taken",
                "slug_taken",
                "insufficient_stock",
                "product_unavailable",
                "total_changed",
                "cart_already_ordered",
                "invalid_transition",
                "idempotency_in_progress",
                "last_admin",
                "order_not_paid",
                "payment_processing",
                "order_on_hold",
                "refund_exceeds_paid",
                "refund_refused",
                "too_many_unpaid_orders",
                "images_disabled",
                "upload_changed",
            ],
        ),
        ("412", &["version_mismatch"]),
        ("413", &["payload_too_large", "import_too_large"]),
        ("415", &["unsupported_media_type"]),
        (
            "422",
            &[
                "validation_failed",
                "empty_cart",
                "idempotency_key_reused",
                "invalid_link",
                "total_below_minimum",
                "unusable_file",
            ],
        ),
        ("429", &["rate_limited"]),
        ("500", &["internal"]),
        ("503", &["unavailable", "not_ready"]),
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
            let schema = response["content"]["application/problem+json"]["schema"].to_string();
            assert_eq!(schema.matches("\"$ref\"").count(), named.len(), "{place}: {schema}");
        }
    }
}

#[test]
fn every_parameter_is_declared_typed_and_described() {
    for operation in operations(&document()) {
        let name = operation.name();
        assert_eq!(operation.parameters("path"), operation.path_parameters(), "{name}");
        let success = &operation.responses().get("200").map(Value::to_string).unwrap_or_default();
        let is_on_one_page = ["/products/categories", "/admin/orders/{id}/mails"].contains(&operation.path.as_str());
        if success.contains("schemas/List_") && !is_on_one_page {
            assert!(operation.parameters("query").is_superset(&set(&["limit", "cursor"])), "{name}");
        }
        for parameter in operation.list("parameters") {
            assert!(parameter.get("schema").is_some_and(|schema| schema.get("type") != Some(&Value::Null)), "{name}");
            assert!(!parameter["schema"].to_string().contains("null"), "{name}: {parameter}");
            assert!(text(&parameter, "description").len() > 5, "{name}: {parameter}");
        }
    }
}

#[test]
fn examples_of_optional_parameters_are_offered_but_not_sent() {
    let mut found = 0;
    for operation in operations(&document()) {
        for parameter in operation.list("parameters").iter().filter(|parameter| parameter["required"] != true) {
            let place = format!("{} {}", operation.name(), text(parameter, "name"));
            assert!(parameter.get("example").is_none() && parameter["schema"].get("examples").is_none(), "{place}");
            if let Some(examples) = parameter.get("examples") {
                assert_eq!(examples["sample"]["x-disabled"], true, "{place}");
                found += 1;
            }
        }
    }
    assert!(found > 3, "{found} examples");
}

#[tokio::test]
async fn every_operation_rejects_unknown_query_parameters() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for operation in operations(&document()) {
        let answer = operation.probe(&admin, "?%24where=1&page=2").await;
        assert_eq!(answer.status.as_u16(), 400, "{}", operation.name());
        assert_eq!(answer.text("/code"), "malformed_request");
        assert_eq!(answer.text("/errors/0/pointer"), "$where", "{}", operation.name());
        assert_eq!(answer.text("/errors/1/pointer"), "page", "{}", operation.name());
    }
}

#[test]
fn request_headers_are_declared() {
    let document = document();
    let operations = operations(&document);
    let headers = |name: &str| {
        let operation =
            operations.iter().find(|operation| operation.spec["operationId"] == name).expect("an operation");
        operation.parameters("header")
    };
    assert_eq!(headers("place_order"), set(&["Idempotency-Key"]));
    assert_eq!(headers("refund_order"), set(&["Idempotency-Key"]));
    assert_eq!(headers("adjust_stock"), set(&["Idempotency-Key"]));
    assert_eq!(headers("replace_product"), set(&["If-Match"]));
    assert_eq!(headers("list_products"), set(&["If-None-Match"]));
    assert_eq!(headers("get_product"), set(&["If-None-Match"]));
    assert_eq!(headers("receive_event"), set(&["Stripe-Signature"]));
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}
