//! The examples of the OpenAPI document. A walk over every operation records them: of each operation the first successful
//! request and response, and of each problem the first one.

mod placeholders;

use crate::operations::{Operation, document, operations};
use crate::walk::{Call, Walk, walk};
use ferrocart_tests::TestShop;
use placeholders::Placeholders;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Where the recorded examples are committed. `ferrocart_tests::openapi` adds them to the document.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/document/examples.json");

/// The maximum number of items that an example shows of each list.
const MAX_ITEMS: usize = 2;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the variable of `insta` decides about these examples as well")]
async fn the_committed_examples_are_those_that_a_walk_records() {
    let (shop, stripe) = TestShop::open_whole().await;
    let recorded = record(&walk(&shop, &stripe).await);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(Path::new(FILE), format!("{recorded:#}\n")).expect("a written file");
        return;
    }
    let committed: Value = serde_json::from_str(include_str!("../src/document/examples.json")).expect("JSON");
    for (kind, examples) in recorded.as_object().expect("examples") {
        for (name, example) in examples.as_object().expect("examples") {
            let known = &committed[kind][name];
            assert!(
                known == example,
                "the {kind} example of {name} has changed: run `cargo xtask openapi --examples`\nrecorded: {example:#}\ncommitted: {known:#}"
            );
        }
        assert_eq!(examples.as_object().map(Map::len), committed[kind].as_object().map(Map::len), "{kind}");
    }
}

#[test]
fn every_request_and_response_has_a_valid_example() {
    let document = document();
    for operation in operations(&document) {
        if let Some(body) = operation.spec.get("requestBody") {
            for (media_type, content) in body["content"].as_object().expect("media types") {
                check(&document, &format!("the request of {} as {media_type}", operation.name()), content);
            }
        }
        for (status, response) in operation.responses().iter().filter(|(status, _)| status.starts_with('2')) {
            if let Some(content) = response.pointer("/content/application~1json")
                && operation.path != "/openapi.json"
            {
                check(&document, &format!("{status} of {}", operation.name()), content);
            }
        }
    }
    let problems = document.pointer("/components/examples").and_then(Value::as_object).expect("problems");
    assert!(problems.len() > 12, "{:?}", problems.keys());
    for (code, problem) in problems {
        assert_eq!(problem["value"]["code"], json!(code));
    }
}

/// Panics unless the content has an example that its schema permits.
fn check(document: &Value, place: &str, content: &Value) {
    let example = content.get("example").unwrap_or_else(|| panic!("{place} has no example"));
    let schema = json!({ "allOf": [content["schema"]], "components": document["components"] });
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> =
        validator.iter_errors(example).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{place}: {errors:#?}\n{example:#}");
}

/// Returns the examples of requests and responses by operation, and of problems by code.
fn record(walk: &Walk) -> Value {
    let mut placeholders = Placeholders::default();
    let (mut requests, mut responses, mut problems) = (Map::new(), Map::new(), Map::new());
    let operations = operations(&document());
    for call in &walk.calls {
        let Some(operation) = operation_of(call, &operations) else { continue };
        let mut example = |value: &Value| placeholders.replace(value);
        if call.answer.status.is_success() {
            if let Some(request) = &call.request {
                requests.entry(operation.name()).or_insert_with(|| example(request));
            }
            let is_document = operation.path == "/openapi.json" || call.answer.body.is_string();
            if !call.answer.body.is_null() && !is_document {
                responses.entry(operation.name()).or_insert_with(|| example(&call.answer.body));
            }
        } else if let Some(code) = call.answer.body["code"].as_str() {
            problems.entry(code).or_insert_with(|| example(&call.answer.body));
        }
    }
    let mut recorded = json!({ "requests": requests, "responses": responses, "problems": problems });
    shorten(&mut recorded);
    recorded
}

/// Returns the operation of a call; one without parameters precedes others.
fn operation_of<'a>(call: &Call, operations: &'a [Operation]) -> Option<&'a Operation> {
    let matching = operations.iter().filter(|operation| call.is_of(operation));
    matching.min_by_key(|operation| operation.path_parameters().len())
}

fn shorten(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.truncate(MAX_ITEMS);
            items.iter_mut().for_each(shorten);
        }
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
