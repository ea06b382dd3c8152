//! Checks that each response of a test is one that the OpenAPI document declares for its operation: status, headers and body.

use crate::document::openapi;
use axum::http::{HeaderMap, Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// The responses that the document declares.
struct Contract {
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: Vec<String>,
    responses: BTreeMap<u16, Declared>,
}

struct Declared {
    headers: Vec<String>,
    /// By media type.
    bodies: BTreeMap<String, Validator>,
}

/// Panics unless the response is declared. Paths and methods that are not declared have problems that no operation declares.
pub(crate) fn check_response(method: &Method, path: &str, status: StatusCode, headers: &HeaderMap, body: &Value) {
    let path: Vec<&str> = path.strip_prefix("/api/v1").unwrap_or(path).split('/').collect();
    let Some(operation) = CONTRACT.find(method, &path) else { return };
    let name = format!("{method} {} {status}", operation.path.join("/"));
    let declared = operation.responses.get(&status.as_u16());
    let declared = declared.unwrap_or_else(|| panic!("the contract does not declare {name}: {body}"));
    for header in headers.keys().map(|header| header.as_str()).filter(|header| !is_of_the_body(header)) {
        let is_declared = declared.headers.iter().any(|it| it.eq_ignore_ascii_case(header));
        assert!(is_declared, "the contract does not declare the header {header} of {name}");
    }
    let media_type = headers.get("content-type").map(|kind| kind.to_str().expect("ASCII"));
    match media_type.map(|kind| kind.split(';').next().unwrap_or_default()) {
        None => assert!(declared.bodies.is_empty() && body.is_null(), "{name} has no body"),
        Some(media_type) => {
            let schema = declared.bodies.get(media_type);
            let schema = schema.unwrap_or_else(|| panic!("the contract does not declare {media_type} of {name}"));
            let errors: Vec<String> =
                schema.iter_errors(body).map(|error| format!("{error} at {}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{name} differs from the contract: {errors:#?}\n{body:#}");
        }
    }
}

/// Whether a header describes the body, and is declared by the content of the response, or is for the browser alone.
fn is_of_the_body(header: &str) -> bool {
    matches!(header, "content-type" | "content-length" | "content-encoding") || header.starts_with("access-control-")
}

impl Contract {
    fn read() -> Self {
        let document: Value = serde_json::from_str(&openapi()).expect("JSON");
        let paths = members(&document, "paths");
        let operations = paths.iter().flat_map(|(path, item)| {
            let operations = item.as_object().expect("operations").iter();
            operations.map(|(method, operation)| Operation::read(method, path, operation, &document))
        });
        Self { operations: operations.collect() }
    }

    /// Returns the operation of a path; one without parameters precedes others.
    fn find(&self, method: &Method, path: &[&str]) -> Option<&Operation> {
        let of_method = self.operations.iter().filter(|operation| operation.method == method.as_str());
        let matching = of_method.filter(|operation| operation.has_path(path));
        matching.min_by_key(|operation| operation.path.iter().filter(|part| part.starts_with('{')).count())
    }
}

impl Operation {
    fn read(method: &str, path: &str, operation: &Value, document: &Value) -> Self {
        let responses = members(operation, "responses").iter();
        let responses = responses
            .map(|(status, response)| (status.parse().expect("a status"), Declared::read(response, document)))
            .collect();
        let path = path.split('/').map(str::to_owned).collect();
        Self { method: method.to_uppercase(), path, responses }
    }

    fn has_path(&self, path: &[&str]) -> bool {
        let is_same = |(declared, part): (&String, &&str)| declared.starts_with('{') || declared == part;
        self.path.len() == path.len() && self.path.iter().zip(path).all(is_same)
    }
}

impl Declared {
    fn read(response: &Value, document: &Value) -> Self {
        let headers = members(response, "headers").keys().cloned().collect();
        let content = members(response, "content").iter();
        let validator = |schema: &Value| {
            let schema = json!({ "allOf": [schema], "components": members(document, "components") });
            jsonschema::validator_for(&schema).expect("a valid schema")
        };
        let bodies = content.map(|(kind, content)| (kind.clone(), validator(content.get("schema").expect("a schema"))));
        Self { headers, bodies: bodies.collect() }
    }
}

fn members<'a>(value: &'a Value, name: &str) -> &'a Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    value.get(name).and_then(Value::as_object).unwrap_or(&NONE)
}
