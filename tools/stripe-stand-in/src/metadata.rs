//! Metadata: up to 50 pairs of texts on an object (<https://docs.stripe.com/metadata>).

use crate::errors::{ApiError, Result};
use crate::params::Params;
use std::collections::BTreeMap;

const MAX_KEYS: usize = 50;
const MAX_KEY_CHARACTERS: usize = 40;
const MAX_VALUE_CHARACTERS: usize = 500;

/// The metadata of an object.
pub(crate) type Metadata = BTreeMap<String, String>;

/// Parses the metadata of a request. Empty values are in it: they delete their keys from an existing object.
pub(crate) fn parse_metadata(params: &Params) -> Result<Metadata> {
    let metadata = params.map("metadata");
    for (key, value) in &metadata {
        let (characters, value_characters) = (key.chars().count(), value.chars().count());
        if characters > MAX_KEY_CHARACTERS {
            return Err(ApiError::invalid(
                "metadata",
                format!(
                    "Metadata keys can have up to {MAX_KEY_CHARACTERS} characters, but you passed in a key that is \
                     {characters} characters. Invalid key: {key}"
                ),
            ));
        }
        if value_characters > MAX_VALUE_CHARACTERS {
            return Err(ApiError::invalid(
                format!("metadata[{key}]"),
                format!(
                    "Metadata values can have up to {MAX_VALUE_CHARACTERS} characters, but you passed in a value that \
                     is {value_characters} characters. Invalid value: {value}"
                ),
            ));
        }
    }
    Ok(metadata)
}

/// Merges the metadata of a request into that of an object. An empty value deletes its key.
pub(crate) fn merge_metadata(current: &Metadata, changes: Metadata) -> Result<Metadata> {
    let mut merged = current.clone();
    merged.extend(changes);
    merged.retain(|_, value| !value.is_empty());
    if merged.len() > MAX_KEYS {
        let message = format!("Metadata can have up to {MAX_KEYS} keys, but this object would have {}.", merged.len());
        return Err(ApiError::invalid("metadata", message));
    }
    Ok(merged)
}
