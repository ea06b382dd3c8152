//! JSON merge patches (RFC 7396), applied to raw JSON so that no number passes through a float.

use super::access::Argument;
use super::body::{has_media_type, read_body};
use super::raw_fields::raw_fields;
use crate::error::Error;
use crate::state::AppState;
use axum::extract::{FromRequest, Request};
use serde_json::value::RawValue;

/// The media types of a patch. Clients that send JSON send the second one.
const MEDIA_TYPES: [&str; 2] = ["application/merge-patch+json", "application/json"];

/// Maximum depth of objects that are merged. No resource of the shop is deeper; a deeper value replaces the old one.
const MAX_DEPTH: usize = 8;

/// A merge patch: a JSON object.
#[derive(Debug)]
pub struct MergePatch(Box<RawValue>);

impl Argument for MergePatch {}

impl FromRequest<AppState> for MergePatch {
    type Rejection = Error;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Error> {
        if !MEDIA_TYPES.iter().any(|media_type| has_media_type(request.headers(), media_type)) {
            return Err(Error::UnsupportedMediaType("application/merge-patch+json or application/json"));
        }
        let body = read_body(request.into_body()).await?;
        let patch: Box<RawValue> =
            serde_json::from_slice(&body).map_err(|error| Error::MalformedBody(error.to_string()))?;
        match raw_fields(&patch) {
            Some(_) => Ok(Self(patch)),
            None => Err(Error::MalformedBody("a merge patch must be an object".to_owned())),
        }
    }
}

impl MergePatch {
    /// Returns the value of a field of the patch.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        raw_fields(&self.0)?.into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Returns the patch with its fields replaced.
    ///
    /// # Errors
    /// When the JSON cannot be written.
    pub fn with_fields<'a>(
        &'a self,
        replace: impl Fn(&str, &'a RawValue) -> Vec<(String, Box<RawValue>)>,
    ) -> Result<Self, Error> {
        let fields = raw_fields(&self.0).unwrap_or_default();
        let fields: Vec<_> = fields.into_iter().flat_map(|(name, value)| replace(&name, value)).collect();
        object(fields.iter().map(|(name, value)| (name.as_str(), value.get()))).map(Self)
    }

    /// Applies the patch to a JSON value. A field that the patch repeats is repeated in the result, whose parser rejects it.
    ///
    /// # Errors
    /// When the JSON cannot be written.
    pub fn apply(&self, target: &RawValue) -> Result<Box<RawValue>, Error> {
        merge(Some(target), &self.0, MAX_DEPTH)
    }
}

fn merge(target: Option<&RawValue>, patch: &RawValue, depth: usize) -> Result<Box<RawValue>, Error> {
    let Some(changes) = raw_fields(patch).filter(|_| depth > 0) else { return Ok(patch.to_owned()) };
    let target = target.and_then(raw_fields).unwrap_or_default();
    let is_changed = |name: &str| changes.iter().any(|(changed, _)| changed == name);
    let kept = target.iter().filter(|(name, _)| !is_changed(name));
    let mut fields: Vec<(&str, Box<RawValue>)> =
        kept.map(|(name, value)| (name.as_ref(), (*value).to_owned())).collect();
    for (name, value) in changes.iter().filter(|(_, value)| value.get() != "null") {
        let old = target.iter().find(|(field, _)| field == name).map(|(_, value)| *value);
        fields.push((name, merge(old, value, depth.saturating_sub(1))?));
    }
    object(fields.iter().map(|(name, value)| (*name, value.get())))
}

/// Writes an object of raw values.
fn object<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Box<RawValue>, Error> {
    let unwritable = |_| Error::System("a merged object could not be written");
    let fields =
        fields.map(|(name, value)| Ok(format!("{}:{value}", serde_json::to_string(name).map_err(unwritable)?)));
    let fields = fields.collect::<Result<Vec<_>, Error>>()?;
    RawValue::from_string(format!("{{{}}}", fields.join(","))).map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use super::MergePatch;
    use serde_json::value::RawValue;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    fn applied(target: &str, patch: &str) -> String {
        MergePatch(raw(patch)).apply(&raw(target)).unwrap().get().to_owned()
    }

    /// Those examples of RFC 7396, appendix A, whose patches are objects.
    #[test]
    fn the_examples_of_the_rfc_are_merged() {
        for (target, patch, merged) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ] {
            assert_eq!(applied(target, patch), merged, "{target} {patch}");
        }
    }

    #[test]
    fn numbers_and_repeated_fields_are_kept_as_they_are_written() {
        assert_eq!(applied(r#"{"a":1.10}"#, r#"{"b":0.30}"#), r#"{"a":1.10,"b":0.30}"#);
        assert_eq!(applied(r#"{"a":1}"#, r#"{"a":2,"a":3}"#), r#"{"a":2,"a":3}"#);
        assert_eq!(applied("{}", r#"{"a\"b":1}"#), r#"{"a\"b":1}"#);
    }

    #[test]
    fn a_deep_patch_does_not_exhaust_the_stack() {
        let depth = 100_000;
        let patch = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        assert_eq!(applied("{}", &patch), patch);
    }
}
