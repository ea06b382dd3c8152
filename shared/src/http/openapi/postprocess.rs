//! Corrections of the finished document that utoipa's macros cannot express.

mod blank_text;
mod examples;
mod headers;
mod problems;
mod schemas;

use blank_text::accept_blank_text;
use examples::disable_optional_examples;
use headers::declare_headers;
use problems::{is_problem, type_problems};
use schemas::{SCHEMAS, each_object, each_operation, permit_null, remove_null, schemas};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Makes the schemas describe exactly what the shop accepts and returns.
pub(super) fn postprocess(document: &mut Value) {
    reference_list_items(document);
    type_problems(document);
    declare_headers(document);
    let requests = reachable(document, |operation| operation.get("requestBody"));
    let responses = reachable(document, |operation| operation.get("responses"));
    each_operation(document, &mut |operation| {
        disable_optional_examples(operation);
        // An optional header or query parameter is left out; it is never null.
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.into_iter().flatten().filter_map(|it| it.get_mut("schema")).for_each(remove_null);
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            let headers = response.get_mut("headers").and_then(Value::as_object_mut);
            let headers = headers.into_iter().flat_map(Map::values_mut);
            headers.filter_map(|header| header.get_mut("schema")).for_each(remove_null);
        }
    });
    accept_blank_text(document, &requests);
    for (name, schema) in schemas(document) {
        match (requests.contains(name), responses.contains(name)) {
            (true, false) => forbid_unknown_fields(schema),
            (false, true) if !is_problem(name) => each_object(schema, &require_all_fields),
            _ => {}
        }
        if is_patch(name) {
            each_object(schema, &make_optional);
        }
    }
}

/// Returns whether a schema is that of a merge patch (RFC 7396).
fn is_patch(schema: &str) -> bool {
    schema.ends_with("Patch")
}

/// Replaces the items of generic lists, which utoipa inlines, by references, so that generated clients name their type.
fn reference_list_items(document: &mut Value) {
    let named: Vec<(String, Value)> = schemas(document).map(|(name, schema)| (name.clone(), schema.clone())).collect();
    let reference_items = |schema: &mut Value| {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for items in properties.into_iter().flat_map(Map::values_mut).filter_map(|it| it.get_mut("items")) {
            if let Some((name, _)) = named.iter().find(|(_, schema)| schema == items) {
                *items = json!({ "$ref": format!("{SCHEMAS}{name}") });
            }
        }
    };
    schemas(document).for_each(|(_, schema)| each_object(schema, &reference_items));
}

/// Returns the names of all schemas that are reachable from a part of any operation.
fn reachable(document: &Value, part: impl Fn(&Value) -> Option<&Value>) -> BTreeSet<String> {
    let items = document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let operations = items.filter_map(Value::as_object).flat_map(Map::values);
    let mut found = BTreeSet::new();
    let mut open: Vec<&Value> = operations.filter_map(part).collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix(SCHEMAS)
                    && found.insert(name.to_owned())
                {
                    open.extend(document.pointer(&format!("/components/schemas/{name}")));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found
}

/// Declares that requests with unknown fields are rejected.
fn forbid_unknown_fields(schema: &mut Value) {
    if let Some(schema) = schema.as_object_mut()
        && schema.contains_key("properties")
    {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Declares that a patch can omit each field, and that null removes those that are not required.
fn make_optional(patch: &mut Value) {
    let required = patch.as_object_mut().and_then(|patch| patch.remove("required")).unwrap_or_default();
    let is_required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|it| it == name));
    let fields = patch.get_mut("properties").and_then(Value::as_object_mut);
    fields.into_iter().flatten().filter(|(name, _)| !is_required(name)).for_each(|(_, field)| permit_null(field));
}

/// Declares that a response has all of its fields: a missing value is null.
fn require_all_fields(schema: &mut Value) {
    let names = schema.get("properties").and_then(Value::as_object).map(|it| it.keys().cloned().collect::<Vec<_>>());
    if let (Some(schema), Some(names)) = (schema.as_object_mut(), names) {
        schema.insert("required".to_owned(), json!(names));
    }
}
