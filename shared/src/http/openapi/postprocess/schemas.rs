//! Access to the schemas and operations of a document.

use serde_json::{Map, Value, json};

/// The beginning of a reference to a schema.
pub(super) const SCHEMAS: &str = "#/components/schemas/";

/// The beginning of a reference to a header.
pub(super) const HEADERS: &str = "#/components/headers/";

/// Sets a member of the object at a JSON pointer.
pub(super) fn put(document: &mut Value, pointer: &str, name: &str, value: impl Into<Value>) {
    if let Some(object) = document.pointer_mut(pointer).and_then(Value::as_object_mut) {
        object.insert(name.to_owned(), value.into());
    }
}

/// Returns all schemas with their names.
pub(super) fn schemas(document: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    document.pointer_mut("/components/schemas").and_then(Value::as_object_mut).into_iter().flatten()
}

/// Applies a change to an object schema, or to each object schema of an `allOf`.
pub(super) fn each_object(schema: &mut Value, change: &impl Fn(&mut Value)) {
    if schema.get("properties").is_some() {
        change(schema);
    }
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
    parts.into_iter().flatten().for_each(|part| each_object(part, change));
}

/// Applies a change to each operation.
pub(super) fn each_operation(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut);
    operations.flat_map(Map::values_mut).for_each(change);
}

/// Adds null to what a schema permits.
pub(super) fn permit_null(schema: &mut Value) {
    let none = json!({ "type": "null" });
    match schema.get_mut("type") {
        Some(Value::Array(types)) if types.iter().any(|it| it == "null") => {}
        Some(Value::Array(types)) => types.push("null".into()),
        Some(only) => *only = json!([only.take(), "null"]),
        None => {
            let has_choices = |schema: &Value, name: &str| schema.get(name).is_some_and(Value::is_array);
            match ["oneOf", "anyOf"].into_iter().find(|name| has_choices(schema, name)) {
                Some(name) => {
                    let choices = schema.get_mut(name).and_then(Value::as_array_mut);
                    choices.into_iter().filter(|choices| !choices.contains(&none)).for_each(|it| it.push(none.clone()));
                }
                None => *schema = json!({ "oneOf": [schema.take(), none] }),
            }
        }
    }
}

/// Removes null from what a schema permits.
pub(super) fn remove_null(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|it| it != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("oneOf") {
        choices.retain(|it| *it != json!({ "type": "null" }));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("oneOf");
            schema.extend(only);
        }
    }
}
