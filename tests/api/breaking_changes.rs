//! Compares the contract with that of the last release, and names the changes that break clients.

mod schemas;

use crate::operations::{Operation, document, operations};
use schemas::{Direction, compare};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The contract of the last release: `cargo xtask openapi --release` copies it from `openapi.json`.
const RELEASED: &str = include_str!("../../openapi.released.json");

/// Breaking changes since that release that CHANGELOG.md names, by their endings.
const ANNOUNCED: [&str; 1] = [r#"UserId: the type changes from {"string"} to {"null", "string"}"#];

#[test]
fn the_contract_breaks_no_client_of_the_last_release() {
    let released: Value = serde_json::from_str(RELEASED).expect("JSON");
    let mut broken = breaking_changes(&released, &document());
    broken.retain(|change| !ANNOUNCED.iter().any(|announced| change.ends_with(announced)));
    assert!(
        broken.is_empty(),
        "breaking changes: {broken:#?}\nAvoid them. If clients have to change, name them in CHANGELOG.md, raise the \
         version, and run `cargo xtask openapi --release`."
    );
}

/// Returns a description of each change of a contract that breaks its clients.
fn breaking_changes(old: &Value, new: &Value) -> Vec<String> {
    let present: BTreeMap<String, Operation> = operations(new).into_iter().map(|it| (it.name(), it)).collect();
    let mut broken = Vec::new();
    for before in operations(old) {
        let name = before.name();
        let Some(after) = present.get(&name) else {
            broken.push(format!("{name} was removed"));
            continue;
        };
        let mut changes = Vec::new();
        if before.list("security").is_empty() && !after.list("security").is_empty() {
            changes.push("requires a token".to_owned());
        }
        if before.spec["operationId"] != after.spec["operationId"] {
            changes.push("has another operationId".to_owned());
        }
        compare_parameters(&before, after, (old, new), &mut changes);
        compare_bodies(&before, after, (old, new), &mut changes);
        compare_responses(&before, after, (old, new), &mut changes);
        broken.extend(changes.into_iter().map(|change| format!("{name} {change}")));
    }
    broken
}

fn compare_parameters(before: &Operation, after: &Operation, documents: (&Value, &Value), changes: &mut Vec<String>) {
    let by_name = |operation: &Operation| -> BTreeMap<String, Value> {
        let named = |it: Value| (format!("{} {}", it["in"], it["name"]).replace('"', ""), it);
        operation.list("parameters").into_iter().map(named).collect()
    };
    let (before, after) = (by_name(before), by_name(after));
    for (name, parameter) in &before {
        match after.get(name) {
            // Unknown query parameters are rejected. Unknown headers are not.
            None if parameter["in"] != "header" => changes.push(format!("accepts the {name} parameter no more")),
            None => {}
            Some(new) => {
                let place = format!("the {name} parameter");
                compare(Direction::Request, &place, (&parameter["schema"], &new["schema"]), documents, changes);
            }
        }
    }
    let is_required = |parameter: Option<&Value>| parameter.is_some_and(|it| it["required"] == true);
    let required = after.keys().filter(|name| is_required(after.get(*name)) && !is_required(before.get(*name)));
    changes.extend(required.map(|name| format!("requires the {name} parameter")));
}

fn compare_bodies(before: &Operation, after: &Operation, documents: (&Value, &Value), changes: &mut Vec<String>) {
    let (old, new) = (&before.spec["requestBody"], &after.spec["requestBody"]);
    if old["required"] != true && new["required"] == true {
        changes.push("requires a body".to_owned());
    }
    for (kind, content) in old["content"].as_object().into_iter().flatten() {
        let schemas = (&content["schema"], &new["content"][kind]["schema"]);
        compare(Direction::Request, &format!("the {kind} body"), schemas, documents, changes);
    }
}

fn compare_responses(before: &Operation, after: &Operation, documents: (&Value, &Value), changes: &mut Vec<String>) {
    let new = after.responses();
    for (status, response) in before.responses().iter().filter(|(status, _)| status.starts_with(['2', '3'])) {
        let Some(now) = new.get(status) else {
            changes.push(format!("returns {status} no more"));
            continue;
        };
        for (kind, content) in response["content"].as_object().into_iter().flatten() {
            let schemas = (&content["schema"], &now["content"][kind]["schema"]);
            compare(Direction::Response, &format!("the {kind} body of {status}"), schemas, documents, changes);
        }
        for (name, _) in response["headers"].as_object().into_iter().flatten() {
            if now["headers"].get(name).is_none() {
                changes.push(format!("returns the header {name} of {status} no more"));
            }
        }
    }
}

/// Applies a change to the contract; returns the breaking changes.
fn after(change: impl Fn(&mut Value)) -> Vec<String> {
    let old = document();
    let mut new = old.clone();
    change(&mut new);
    assert!(old != new, "the change changes nothing");
    breaking_changes(&old, &new)
}

fn member<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    document.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"))
}

fn remove(document: &mut Value, pointer: &str, name: &str) {
    member(document, pointer).as_object_mut().expect("an object").remove(name).expect(name);
}

#[test]
fn additions_break_nothing() {
    assert_eq!(breaking_changes(&document(), &document()), Vec::<String>::new());
    let found = after(|document| {
        let cart = document.pointer("/paths/~1cart").expect("a path").clone();
        member(document, "/paths")["/wishlist"] = cart;
        member(document, "/paths/~1wishlist/get")["operationId"] = json!("get_wishlist");
        member(document, "/components/schemas/Order/properties")["note"] = json!({ "type": "string" });
        member(document, "/components/schemas/PlaceOrder/properties")["note"] = json!({ "type": "string" });
        let parameters = member(document, "/paths/~1products/get/parameters").as_array_mut().expect("an array");
        parameters.push(json!({ "in": "query", "name": "note", "schema": { "type": "string" } }));
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn each_kind_of_breaking_change_is_named() {
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 10] = [
        (|it| remove(it, "/paths/~1cart", "delete"), "DELETE /cart was removed"),
        (|it| *member(it, "/paths/~1products/get/security") = json!([{ "bearer": [] }]), "requires a token"),
        (|it| member(it, "/paths/~1cart/get")["operationId"] = json!("read_cart"), "has another operationId"),
        (|it| remove(it, "/components/schemas/Order/properties", "status"), "Order/status is returned no more"),
        (|it| remove(it, "/components/schemas/PlaceOrder/properties", "expected_total"), "expected_total is accepted"),
        (
            |it| member(it, "/components/schemas/LogIn")["required"] = json!(["email", "password", "otp"]),
            "otp is required",
        ),
        (|it| *member(it, "/components/schemas/Order/properties/items") = json!({ "type": "object" }), "type"),
        (
            |it| member(it, "/components/schemas/Role")["enum"] = json!(["customer"]),
            "the value admin is accepted no more",
        ),
        (|it| member(it, "/components/schemas/Text100")["maxLength"] = json!(10), "maxLength"),
        (|it| remove(it, "/paths/~1orders/post/responses/201/headers", "Location"), "returns the header Location"),
    ];
    for (change, expected) in changes {
        let found = after(change);
        assert!(found.iter().any(|change| change.contains(expected)), "{expected}: {found:#?}");
    }
}
