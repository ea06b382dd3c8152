//! Access to the schemas of a document.

use serde_json::Value;

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
