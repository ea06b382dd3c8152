//! Request parameters in Stripe's encoding: form fields, nested with brackets (`metadata[order_id]=1`).

use crate::errors::{ApiError, Result};
use std::collections::BTreeMap;

/// The number of levels that `expand[]` may have (<https://docs.stripe.com/expand>).
const MAX_EXPAND_LEVELS: usize = 4;

/// The parameters of a request. They are sorted by name, so that requests with the same parameters in different order
/// are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(form: &[u8]) -> Self {
        let mut pairs: Vec<_> = form_urlencoded::parse(form).into_owned().collect();
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        Self(pairs)
    }

    /// Rejects all parameters except these and `expand[]`, which every request may have. A name ends in `[]` for a list,
    /// and in `[*]` for a map whose keys are free.
    pub(crate) fn allow_only(&self, names: &[&str]) -> Result<()> {
        let is_allowed = |full: &str| names.iter().chain(&["expand[]"]).any(|name| has_shape(full, name));
        match self.0.iter().map(|(full, _)| full).find(|full| !is_allowed(full)) {
            None => Ok(()),
            Some(full) => Err(reject_name(full, names)),
        }
    }

    /// Returns the paths of `expand[]`.
    pub(crate) fn expansions(&self) -> Result<Vec<&str>> {
        let paths = self.list("expand");
        match paths.iter().find(|path| path.split('.').count() > MAX_EXPAND_LEVELS) {
            None => Ok(paths),
            Some(path) => Err(ApiError::invalid(
                "expand",
                format!("You cannot expand more than 4 levels of a property. Property: {path}"),
            )),
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>> {
        match self.raw(name) {
            Some("") => Err(ApiError::EmptyParam { param: name }),
            value => Ok(value),
        }
    }

    pub(crate) fn owned_text(&self, name: &'static str) -> Result<Option<String>> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    /// Returns a text of a limited number of characters.
    pub(crate) fn text_up_to(&self, name: &'static str, maximum: usize) -> Result<Option<String>> {
        match self.text(name)? {
            Some(text) if text.chars().count() > maximum => {
                Err(ApiError::invalid(name, format!("Invalid string: {text}; must be at most {maximum} characters")))
            }
            text => Ok(text.map(str::to_owned)),
        }
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&str> {
        self.text(name)?.ok_or(ApiError::MissingParam { param: name })
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>> {
        self.raw(name).map(|text| parse_integer(name, text)).transpose()
    }

    pub(crate) fn integer_within(&self, name: &'static str, minimum: i64, maximum: i64) -> Result<Option<i64>> {
        match self.integer(name)? {
            Some(value) if value < minimum => Err(ApiError::BelowMinimum { param: name, minimum }),
            Some(value) if value > maximum => Err(ApiError::AboveMaximum { param: name, maximum }),
            value => Ok(value),
        }
    }

    pub(crate) fn boolean(&self, name: &'static str) -> Result<Option<bool>> {
        match self.raw(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(text) => Err(ApiError::InvalidBoolean { param: name, value: text.to_owned() }),
        }
    }

    pub(crate) fn one_of(&self, name: &'static str, allowed: &[&'static str]) -> Result<Option<&'static str>> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match allowed.iter().find(|choice| **choice == text) {
            Some(choice) => Ok(Some(choice)),
            None => Err(ApiError::InvalidChoice { param: name, allowed: allowed.join(", ") }),
        }
    }

    /// Returns the parameters `name[key]=value` as a map.
    pub(crate) fn map(&self, name: &str) -> BTreeMap<String, String> {
        let entry = |(full, value): &(String, String)| {
            let key = full.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((key.to_owned(), value.clone()))
        };
        self.0.iter().filter_map(entry).collect()
    }

    /// Returns the parameters `name[]=value` or `name[0]=value` as a list.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let is_item = |full: &str| full.starts_with(&format!("{name}[")) && base_name(full) == name;
        self.0.iter().filter(|(full, _)| is_item(full)).map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(full, _)| base_name(full) == name)
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(full, _)| full == name).map(|(_, value)| value.as_str())
    }
}

/// Returns the error for a name that is not allowed: its parameter is unknown, or has another type.
fn reject_name(full: &str, names: &[&str]) -> ApiError {
    let base = base_name(full);
    let shapes: Vec<_> = names.iter().chain(&["expand[]"]).filter(|name| base_name(name) == base).collect();
    match shapes.as_slice() {
        [] => ApiError::UnknownParam { param: full.to_owned() },
        [name] if **name == base => ApiError::invalid(base, format!("Invalid string: {full}")),
        [name] if full == base && name.ends_with("[]") => ApiError::invalid(base, "Invalid array"),
        [..] if full == base => ApiError::invalid(base, "Invalid object"),
        [..] => ApiError::UnknownParam { param: full.to_owned() },
    }
}

/// Returns whether a full name such as `metadata[order_id]` has the shape of an allowed one such as `metadata[*]`.
fn has_shape(full: &str, allowed: &str) -> bool {
    let key = |base: &str| full.strip_prefix(base).and_then(|rest| rest.strip_suffix(']'));
    if let Some(base) = allowed.strip_suffix("*]") {
        key(base).is_some_and(|key| !key.is_empty() && !key.contains(['[', ']']))
    } else if let Some(base) = allowed.strip_suffix(']').filter(|base| base.ends_with('[')) {
        key(base).is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
    } else {
        full == allowed
    }
}

fn base_name(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

fn parse_integer(name: &str, text: &str) -> Result<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let invalid = || ApiError::InvalidInteger { param: name.to_owned(), value: text.to_owned() };
    // `parse` alone would also accept `+5`.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid());
    }
    text.parse().ok().ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_become_maps_and_lists() {
        let params = Params::parse(b"metadata[b]=2&metadata[a]=1&expand[]=x&expand[]=y&metadatax=3");
        assert_eq!(
            params.map("metadata").into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]
        );
        assert_eq!(params.list("expand"), ["x", "y"]);
    }

    #[test]
    fn names_must_have_an_allowed_shape() {
        let allowed = ["amount", "metadata[*]", "types[]", "card[number]"];
        for form in ["amount=1", "metadata[a]=1", "types[]=x", "types[0]=x", "card[number]=1", "expand[]=x"] {
            assert!(Params::parse(form.as_bytes()).allow_only(&allowed).is_ok(), "{form}");
        }
        for (form, message) in [
            ("amuont=1", "Received unknown parameter: amuont"),
            ("amount[x]=1", "Invalid string: amount[x]"),
            ("metadata=1", "Invalid object"),
            ("metadata[]=1", "Received unknown parameter: metadata[]"),
            ("metadata[a][b]=1", "Received unknown parameter: metadata[a][b]"),
            ("types=x", "Invalid array"),
            ("types[x]=1", "Received unknown parameter: types[x]"),
            ("card=1", "Invalid object"),
            ("card[cvv]=1", "Received unknown parameter: card[cvv]"),
            ("expand=x", "Invalid array"),
        ] {
            let error = Params::parse(form.as_bytes()).allow_only(&allowed).unwrap_err();
            assert_eq!(error.to_string(), message, "{form}");
        }
    }

    #[test]
    fn equality_ignores_the_order_of_parameters() {
        assert_eq!(Params::parse(b"a=1&b=2"), Params::parse(b"b=2&a=1"));
        assert_ne!(Params::parse(b"a=1&b=2"), Params::parse(b"a=1&b=3"));
    }

    #[test]
    fn integers_consist_of_digits_only() {
        for text in ["", "1.5", "+5", "1e3", " 1", "9223372036854775808", "NaN"] {
            let form = form_urlencoded::Serializer::new(String::new()).append_pair("amount", text).finish();
            let error = Params::parse(form.as_bytes()).integer("amount").unwrap_err();
            assert_eq!(error.to_string(), format!("Invalid integer: {text}"));
        }
    }
}
