//! Compares two schemas: a request may accept less in no respect, and a response may return nothing else.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Which side sends a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
}

/// Limits of which a lower value accepts less, and those of which a higher one does.
const UPPER: [&str; 4] = ["maximum", "maxItems", "maxLength", "maxProperties"];
const LOWER: [&str; 4] = ["minimum", "minItems", "minLength", "minProperties"];

/// Adds a description of each breaking change. A schema that is missing in the new document is one.
pub(super) fn compare(
    direction: Direction,
    place: &str,
    (old, new): (&Value, &Value),
    (old_document, new_document): (&Value, &Value),
    changes: &mut Vec<String>,
) {
    let comparison = Comparison { direction, old_document, new_document };
    comparison.compare(place, old, new, &mut BTreeSet::new(), changes);
}

struct Comparison<'a> {
    direction: Direction,
    old_document: &'a Value,
    new_document: &'a Value,
}

impl Comparison<'_> {
    fn compare(&self, place: &str, old: &Value, new: &Value, seen: &mut BTreeSet<String>, changes: &mut Vec<String>) {
        let named = old.get("$ref").and_then(Value::as_str);
        // Each named schema is compared once: it may contain itself.
        if named.is_some_and(|name| !seen.insert(name.to_owned())) {
            return;
        }
        let place = named.and_then(|name| name.rsplit('/').next()).unwrap_or(place);
        let (old, new) = (resolve(old, self.old_document), resolve(new, self.new_document));
        if new.is_null() && !old.is_null() {
            changes.push(format!("{place}: removed"));
            return;
        }
        self.compare_types(place, &old, &new, changes);
        self.compare_values(place, &old, &new, changes);
        if self.direction == Direction::Request {
            compare_limits(place, &old, &new, changes);
        }
        self.compare_members(place, &old, &new, seen, changes);
        for part in ["items", "additionalProperties"] {
            if old[part].is_object() {
                self.compare(place, &old[part], &new[part], seen, changes);
            }
        }
    }

    fn compare_types(&self, place: &str, old: &Value, new: &Value, changes: &mut Vec<String>) {
        let (old, new) = (types(old), types(new));
        // Without types, any is permitted.
        let is_broken = match self.direction {
            Direction::Request => !new.is_empty() && (old.is_empty() || !old.is_subset(&new)),
            Direction::Response => !old.is_empty() && (new.is_empty() || !new.is_subset(&old)),
        };
        if is_broken {
            changes.push(format!("{place}: the type changes from {old:?} to {new:?}"));
        }
    }

    fn compare_values(&self, place: &str, old: &Value, new: &Value, changes: &mut Vec<String>) {
        let (Some(old), Some(new)) = (old["enum"].as_array(), new["enum"].as_array()) else { return };
        if self.direction == Direction::Request {
            let removed = old.iter().filter(|value| !new.contains(value));
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            changes.extend(removed.map(|value| format!("{place}: the value {} is accepted no more", text(value))));
        }
    }

    fn compare_members(
        &self,
        place: &str,
        old: &Value,
        new: &Value,
        seen: &mut BTreeSet<String>,
        changes: &mut Vec<String>,
    ) {
        let (members, new_members) = (members(old), members(new));
        for (name, member) in &members {
            let inner = format!("{place}/{name}");
            match (new_members.get(name), self.direction) {
                (Some(now), _) => self.compare(&inner, member, now, seen, changes),
                (None, Direction::Request) => changes.push(format!("{inner} is accepted no more")),
                (None, Direction::Response) => changes.push(format!("{inner} is returned no more")),
            }
        }
        let (required, now_required) = (required(old), required(new));
        match self.direction {
            Direction::Request => {
                let added = now_required.difference(&required);
                changes.extend(added.map(|name| format!("{place}/{name} is required")));
            }
            Direction::Response => {
                let dropped = required.difference(&now_required).filter(|name| new_members.contains_key(*name));
                changes.extend(dropped.map(|name| format!("{place}/{name} can be missing")));
            }
        }
    }
}

fn compare_limits(place: &str, old: &Value, new: &Value, changes: &mut Vec<String>) {
    let limit = |schema: &Value, name: &str| schema[name].as_f64();
    for name in UPPER {
        let is_lower = limit(new, name).is_some_and(|now| limit(old, name).is_none_or(|before| now < before));
        changes.extend(is_lower.then(|| format!("{place}: a lower {name}")));
    }
    for name in LOWER {
        let is_higher = limit(new, name).is_some_and(|now| limit(old, name).is_none_or(|before| now > before));
        changes.extend(is_higher.then(|| format!("{place}: a higher {name}")));
    }
    if new["pattern"].is_string() && new["pattern"] != old["pattern"] {
        changes.push(format!("{place}: another pattern"));
    }
}

/// Returns the schema that a reference names, with the parts of `allOf` merged, and of the choices those that are no null
/// and no blank text, if there is one.
fn resolve(schema: &Value, document: &Value) -> Value {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return resolve(document.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null), document);
    }
    let mut merged = schema.as_object().cloned().unwrap_or_default();
    if merged.is_empty() {
        return schema.clone();
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        merge(&mut merged, &resolve(part, document));
    }
    let choices = ["oneOf", "anyOf"].iter().filter_map(|name| schema[*name].as_array()).flatten();
    let is_absence = |choice: &&Value| choice["type"] == "null" || choice["$ref"] == "#/components/schemas/Blank";
    let (absent, present): (Vec<&Value>, Vec<&Value>) = choices.partition(is_absence);
    if let [only] = present.as_slice() {
        merge(&mut merged, &resolve(only, document));
        let can_be_null = absent.iter().any(|choice| choice["type"] == "null");
        if let Some(kind) = merged.get("type").cloned().filter(|_| can_be_null) {
            let mut kinds = kind.as_array().cloned().unwrap_or_else(|| vec![kind.clone()]);
            kinds.push("null".into());
            merged.insert("type".to_owned(), kinds.into());
        }
    }
    Value::Object(merged)
}

fn merge(into: &mut Map<String, Value>, part: &Value) {
    for (name, value) in part.as_object().into_iter().flatten() {
        match (into.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.clone()),
            (Some(_), _) => {}
            (None, _) => drop(into.insert(name.clone(), value.clone())),
        }
    }
}

fn types(schema: &Value) -> BTreeSet<String> {
    let named = |value: &Value| value.as_str().map(str::to_owned);
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(named).collect(),
        other => named(other).into_iter().collect(),
    }
}

fn members(schema: &Value) -> Map<String, Value> {
    schema["properties"].as_object().cloned().unwrap_or_default()
}

fn required(schema: &Value) -> BTreeSet<String> {
    schema["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
