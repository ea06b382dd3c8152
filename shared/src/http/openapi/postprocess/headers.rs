//! The headers that follow from a response's status and problems.

use super::schemas::{HEADERS, each_operation, put};
use serde_json::{Value, json};

/// The codes of problems with `Retry-After`.
const WITH_RETRY_AFTER: [&str; 4] = ["`rate_limited`", "`idempotency_in_progress`", "`unavailable`", "`not_ready`"];

/// Declares the headers that every response has, and those that depend on the problem.
pub(super) fn declare_headers(document: &mut Value) {
    let common = json!({
        "X-Request-Id": header("The id under which the logs have the request.", &json!({ "type": "string" })),
        "Cache-Control": header(
            "How long the response may be stored; `no-store` for all but the catalogue and the documentation.",
            &json!({ "type": "string", "example": "no-store" }),
        ),
        "X-Content-Type-Options": header("Always `nosniff`.", &json!({ "type": "string", "const": "nosniff" })),
        "Strict-Transport-Security":
            header("Browsers use HTTPS only.", &json!({ "type": "string", "example": "max-age=63072000; includeSubDomains" })),
        "WWW-Authenticate": header("The scheme of authentication.", &json!({ "type": "string", "const": "Bearer" })),
        "Retry-After": header(
            "Seconds until the request should be repeated. Only with `rate_limited`, `idempotency_in_progress`, \
            `unavailable` and `not_ready`.",
            &json!({ "type": "integer", "minimum": 1, "example": 2 }),
        ),
        "Vary": header("The request headers that the response depends on.", &json!({ "type": "string" })),
    });
    put(document, "/components", "headers", common);
    each_operation(document, &mut |operation| {
        // A response without a changed body has the headers of the one with it.
        if let Some(headers) = operation.pointer("/responses/200/headers").cloned() {
            put(operation, "/responses/304", "headers", headers);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            let description = response.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
            let mut headers = response.get("headers").and_then(Value::as_object).cloned().unwrap_or_default();
            let may_retry = WITH_RETRY_AFTER.iter().any(|code| description.contains(code));
            let declared = [
                ("X-Request-Id", true),
                ("Cache-Control", true),
                ("X-Content-Type-Options", true),
                ("Strict-Transport-Security", true),
                ("WWW-Authenticate", status == "401"),
                ("Retry-After", may_retry),
                ("Vary", true),
            ];
            for (name, _) in declared.into_iter().filter(|(_, applies)| *applies) {
                headers.entry(name).or_insert_with(|| json!({ "$ref": format!("{HEADERS}{name}") }));
            }
            put(response, "", "headers", headers);
        }
    });
}

fn header(description: &str, schema: &Value) -> Value {
    json!({ "description": description, "schema": schema })
}
