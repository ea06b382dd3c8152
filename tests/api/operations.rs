//! The operations of the OpenAPI document, for tests that cover every endpoint without naming one.

use axum::http::Method;
use ferrocart_tests::{Answer, Client, openapi};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// An id that no document has.
const UNUSED_ID: &str = "0123456789abcdef01234567";

/// The alternatives of operations for customers, some of which guests may call, too.
const CUSTOMER: [&str; 3] =
    [r#"[{"bearer":[]}]"#, r#"[{"bearer":[]},{"cart_token":[]}]"#, r#"[{"bearer":[]},{"order_token":[]}]"#];

/// An operation of the document.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// The path template, relative to the base URL.
    pub(crate) path: String,
    pub(crate) spec: Value,
}

/// The access that an operation declares by its `security`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// No token is needed.
    Public,
    /// Any access token is enough. Some operations accept the token of a cart or of an order instead.
    Customer,
    /// An administrator's access token is needed.
    Admin,
}

/// The document that the code generates.
pub(crate) fn document() -> Value {
    serde_json::from_str(&openapi()).expect("JSON")
}

/// Every operation of a document, of which there are more than 30.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let operations: Vec<Operation> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().expect("operations").iter().map(|(method, spec)| Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                spec: spec.clone(),
            })
        })
        .collect();
    assert!(operations.len() > 30, "most of the document is missing");
    operations
}

impl Operation {
    /// The method and the path template: `GET /orders/{id}`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The access that `security` declares. Alternatives other than the three of [`Access`] fail the test.
    pub(crate) fn access(&self) -> Access {
        let alternatives = self.list("security");
        // An empty alternative makes the token optional.
        if alternatives.is_empty() || alternatives.contains(&json!({})) {
            Access::Public
        } else if CUSTOMER.contains(&Value::from(alternatives.clone()).to_string().as_str()) {
            Access::Customer
        } else if alternatives == [json!({ "bearer": ["admin"] })] {
            Access::Admin
        } else {
            panic!("{} declares unknown security: {alternatives:?}", self.name())
        }
    }

    /// Calls the operation on a resource that does not exist, with `{}` as the body if it takes one.
    pub(crate) async fn probe(&self, client: &Client, query: &str) -> Answer {
        let body = self.spec.get("requestBody").map(|_| json!({}));
        client.send(self.method.clone(), &format!("{}{query}", self.probe_path()), body).await
    }

    /// The path with an id that no document has for each parameter.
    pub(crate) fn probe_path(&self) -> String {
        self.path_parameters()
            .iter()
            .fold(self.path.clone(), |path, name| path.replace(&format!("{{{name}}}"), UNUSED_ID))
    }

    /// The names of the parameters in the path template.
    pub(crate) fn path_parameters(&self) -> BTreeSet<String> {
        let segments = self.path.split('/');
        segments.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(str::to_owned).collect()
    }

    /// The names of the declared parameters in a place: `path`, `query` or `header`.
    pub(crate) fn parameters(&self, place: &str) -> BTreeSet<String> {
        let there = self.list("parameters").into_iter().filter(|parameter| parameter["in"] == place);
        there.map(|parameter| text(&parameter, "name")).collect()
    }

    /// An array of the specification; empty when it is missing.
    pub(crate) fn list(&self, part: &str) -> Vec<Value> {
        self.spec.get(part).and_then(Value::as_array).cloned().unwrap_or_default()
    }

    /// The responses by status.
    pub(crate) fn responses(&self) -> Map<String, Value> {
        self.spec["responses"].as_object().expect("responses").clone()
    }

    /// The declared status of success, of which there is exactly one.
    pub(crate) fn success_status(&self) -> u16 {
        let responses = self.responses();
        let mut statuses = responses.keys().filter(|status| status.starts_with('2'));
        let (Some(status), None) = (statuses.next(), statuses.next()) else {
            panic!("{} does not declare exactly one success", self.name())
        };
        status.parse().expect("a status")
    }
}

/// A string field; it must be there.
pub(crate) fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_else(|| panic!("no {field} in {value:#}")).to_owned()
}
