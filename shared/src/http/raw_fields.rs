//! Reads the fields of a JSON object without parsing their values.

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Returns the names and values of an object, in their order and with repeated ones; `None` if it is no object.
pub(super) fn raw_fields(json: &RawValue) -> Option<Vec<(Cow<'_, str>, &RawValue)>> {
    serde_json::Deserializer::from_str(json.get()).deserialize_map(RawFields).ok()
}

/// Reads each value as raw text, so that no number passes through a float.
struct RawFields;

impl<'de> Visitor<'de> for RawFields {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            entries.push((Cow::Owned(name), value));
        }
        Ok(entries)
    }
}
