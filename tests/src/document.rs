//! The OpenAPI document generated from the code.

use crate::shop::endpoints;
use ferrocart::http::openapi::build_document;
use serde_json::{Map, Value, json};

/// The examples, as `tests/api/examples.rs` has recorded them.
const EXAMPLES: &str = include_str!("document/examples.json");

/// Returns the OpenAPI document of all functions, formatted as in `openapi.json`.
#[must_use]
pub fn openapi() -> String {
    let mut document = build_document(&endpoints()).expect("a JSON document");
    add_examples(&mut document);
    format!("{document:#}\n")
}

/// Adds the recorded examples to requests and responses. Each problem is an example of all responses that can have its code.
fn add_examples(document: &mut Value) {
    let recorded: Value = serde_json::from_str(EXAMPLES).expect("JSON");
    let problems: Map<String, Value> = recorded["problems"].as_object().expect("problems").clone();
    for (path, item) in document["paths"].as_object_mut().expect("paths") {
        for (method, operation) in item.as_object_mut().expect("operations") {
            let name = format!("{} {path}", method.to_uppercase());
            for media_type in ["application~1json", "application~1merge-patch+json"] {
                let request = operation.pointer_mut(&format!("/requestBody/content/{media_type}"));
                add_example(request, recorded["requests"].get(&name));
            }
            for (status, response) in operation["responses"].as_object_mut().expect("responses") {
                if status.starts_with('2') {
                    add_example(response.pointer_mut("/content/application~1json"), recorded["responses"].get(&name));
                }
                add_problems(response, &problems);
            }
        }
    }
    let problems = problems.into_iter().map(|(code, problem)| (code, json!({ "value": problem })));
    document["components"]["examples"] = problems.collect::<Map<_, _>>().into();
}

fn add_example(content: Option<&mut Value>, example: Option<&Value>) {
    if let (Some(content), Some(example)) = (content, example) {
        content["example"] = example.clone();
    }
}

fn add_problems(response: &mut Value, problems: &Map<String, Value>) {
    let description = response["description"].as_str().unwrap_or_default().to_owned();
    let named = problems.keys().filter(|code| description.contains(&format!("`{code}`")));
    let examples: Map<String, Value> =
        named.map(|code| (code.clone(), json!({ "$ref": format!("#/components/examples/{code}") }))).collect();
    let content = response.pointer_mut("/content/application~1problem+json");
    if let Some(content) = content.filter(|_| !examples.is_empty()) {
        content["examples"] = examples.into();
    }
}
