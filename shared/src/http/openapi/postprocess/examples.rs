//! Examples of optional parameters.

use serde_json::{Value, json};

/// Marks the examples of optional parameters. The API reference then offers them, and sends only those that a reader selects:
/// a request with all filters at once would find nothing.
pub(super) fn disable_optional_examples(operation: &mut Value) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter_map(Value::as_object_mut) {
        if parameter.get("required") == Some(&Value::Bool(true)) {
            continue;
        }
        let of_schema = || parameter.get("schema")?.get("examples")?.get(0).cloned();
        if let Some(example) = parameter.get("example").cloned().or_else(of_schema) {
            parameter.remove("example");
            if let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) {
                schema.remove("examples");
            }
            let sample = json!({ "value": example, "x-disabled": true });
            parameter.insert("examples".to_owned(), json!({ "sample": sample }));
        }
    }
}
