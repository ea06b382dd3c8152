//! Declares that a blank string in an optional text field of a request means that the field is absent.

use super::schemas::{SCHEMAS, each_object, schemas};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The name of the schema of a blank string.
const BLANK: &str = "Blank";

/// Accepts a blank string in each optional text field of these schemas.
pub(super) fn accept_blank_text(document: &mut Value, requests: &BTreeSet<String>) {
    let is_text = |schema: &Value| has_type(schema, "string");
    let texts: BTreeSet<String> =
        schemas(document).filter(|(_, schema)| is_text(schema)).map(|(name, _)| format!("{SCHEMAS}{name}")).collect();
    for (_, schema) in schemas(document).filter(|(name, _)| requests.contains(*name)) {
        each_object(schema, &|object: &mut Value| {
            let required = object.get("required").cloned().unwrap_or_default();
            let is_required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|it| it == name));
            let properties = object.get_mut("properties").and_then(Value::as_object_mut);
            for (_, property) in properties.into_iter().flatten().filter(|(name, _)| !is_required(name)) {
                accept_blank(property, &texts);
            }
        });
    }
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        let description = "A blank string in an optional field means that the field is absent.";
        let blank = json!({ "type": "string", "pattern": "^\\s*$", "description": description });
        schemas.insert(BLANK.to_owned(), blank);
    }
}

/// Accepts a blank string in a field if it is text: a reference to text, alone or beside null, or text itself.
fn accept_blank(property: &mut Value, texts: &BTreeSet<String>) {
    let is_text = |schema: &Value| {
        let target = schema.get("$ref").and_then(Value::as_str);
        target.is_some_and(|target| texts.contains(target)) || has_type(schema, "string")
    };
    let blank = json!({ "$ref": format!("{SCHEMAS}{BLANK}") });
    if is_text(property) {
        // Text with an upper limit alone includes blank strings.
        if property.get("$ref").is_some() || property.get("pattern").is_some() {
            *property = json!({ "anyOf": [property.take(), blank] });
        }
    } else if let Some(choices) = property.as_object_mut().and_then(|it| text_choices(it, is_text)) {
        choices.push(blank);
    }
}

/// Returns the choices of a field, one of which is text. A blank string can match two of them, which `oneOf` excludes.
fn text_choices(property: &mut Map<String, Value>, is_text: impl Fn(&Value) -> bool) -> Option<&mut Vec<Value>> {
    if !property.get("oneOf")?.as_array()?.iter().any(is_text) {
        return None;
    }
    let choices = property.remove("oneOf")?;
    property.insert("anyOf".to_owned(), choices);
    property.get_mut("anyOf").and_then(Value::as_array_mut)
}

fn has_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(types)) => types.iter().any(|it| it == name),
        _ => false,
    }
}
