//! The problems: a schema for each code, and for each response the union of those that it names.

use super::schemas::{SCHEMAS, each_operation, put, remove_null};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The schema of what distinguishes the problems, as utoipa derives it. It is replaced.
const KINDS: &str = "ProblemKind";

/// Returns whether a schema is that of problems, whose optional members are left out instead of null.
pub(super) fn is_problem(schema: &str) -> bool {
    schema.ends_with("Problem")
}

/// Replaces the union of all problems by a schema for each, and makes each response one of those that its description
/// names. So the types of a generated client contain exactly the codes that a call can return.
pub(super) fn type_problems(document: &mut Value) {
    let kinds = take_kinds(document);
    let mut used = BTreeSet::new();
    each_operation(document, &mut |operation| {
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
            let is_named = |code: &&str| description.contains(&format!("`{code}`"));
            let named: Vec<&str> = kinds.iter().map(|(code, _)| code.as_str()).filter(is_named).collect();
            let union = union(&named);
            used.extend(named);
            if let Some(schema) = response.pointer_mut("/content/application~1problem+json/schema") {
                *schema = union;
            }
        }
    });
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        declare_problem(schemas, &kinds);
        for (code, kind) in kinds.iter().filter(|(code, _)| used.contains(code.as_str())) {
            schemas.insert(name(code), schema_of(code, kind));
        }
    }
}

/// Removes what distinguishes the problems. Returns the schema of each code.
fn take_kinds(document: &mut Value) -> Vec<(String, Value)> {
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    let kinds = schemas.and_then(|schemas| schemas.remove(KINDS));
    let kinds = kinds.as_ref().and_then(|kinds| kinds.get("oneOf")).and_then(Value::as_array);
    kinds.into_iter().flatten().filter_map(|kind| Some((code(kind)?, kind.clone()))).collect()
}

/// Declares what all problems have: the own members of `Problem`, and the code.
fn declare_problem(schemas: &mut Map<String, Value>, kinds: &[(String, Value)]) {
    let Some(problem) = schemas.get_mut("Problem") else { return };
    let description = problem.get("description").cloned();
    let parts = problem.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let mut with_members = parts.filter(|part| part.get("properties").is_some());
    let Some(mut own) = with_members.next().cloned() else { return };
    put(&mut own, "", "description", description);
    let code = json!({
        "type": "string",
        "enum": kinds.iter().map(|(code, _)| code).collect::<Vec<_>>(),
        "description": "The kind of problem, for programs. Codes never change.",
        "example": "insufficient_stock",
    });
    put(&mut own, "/properties", "code", code);
    if let Some(required) = own.get_mut("required").and_then(Value::as_array_mut) {
        required.push("code".into());
    }
    *problem = own;
}

fn schema_of(code: &str, kind: &Value) -> Value {
    let mut own = kind.clone();
    let members = own.get_mut("properties").and_then(Value::as_object_mut);
    members.into_iter().flat_map(Map::values_mut).for_each(remove_null);
    put(&mut own, "/properties", "code", json!({ "type": "string", "const": code }));
    let description = own.as_object_mut().and_then(|own| own.remove("description"));
    json!({ "description": description, "allOf": [{ "$ref": format!("{SCHEMAS}Problem") }, own] })
}

fn code(kind: &Value) -> Option<String> {
    kind.pointer("/properties/code/enum/0")?.as_str().map(str::to_owned)
}

/// Returns the name of the schema of a code: `InsufficientStockProblem`.
fn name(code: &str) -> String {
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    code.split('_').map(capitalized).chain(["Problem".to_owned()]).collect()
}

fn union(codes: &[&str]) -> Value {
    let reference = |code: &str| format!("{SCHEMAS}{}", name(code));
    match codes {
        [only] => json!({ "$ref": reference(only) }),
        _ => {
            let choices: Vec<Value> = codes.iter().map(|code| json!({ "$ref": reference(code) })).collect();
            let mapping: Map<String, Value> =
                codes.iter().map(|code| ((*code).to_owned(), reference(code).into())).collect();
            json!({ "oneOf": choices, "discriminator": { "propertyName": "code", "mapping": mapping } })
        }
    }
}
