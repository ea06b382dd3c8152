//! Parameters as Stripe takes them: form fields, nested with brackets (`metadata[order_id]=1`).

use crate::errors::{ApiError, Result};
use std::collections::BTreeMap;

/// The parameters of a call, from its query or its body, sorted by name so that two equal calls are
/// equal here whatever order they wrote them in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(form: &[u8]) -> Self {
        let mut pairs: Vec<_> = form_urlencoded::parse(form).into_owned().collect();
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        Self(pairs)
    }

    /// Refuses every parameter but these and `expand`, which all calls take.
    pub(crate) fn allow_only(&self, names: &[&str]) -> Result<()> {
        let known = |name: &str| name == "expand" || names.contains(&name);
        let unknown = self.0.iter().map(|(name, _)| base(name)).find(|name| !known(name));
        unknown.map_or(Ok(()), |name| Err(ApiError::UnknownParam { param: name.to_owned() }))
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>> {
        match self.raw(name) {
            Some("") => Err(ApiError::EmptyParam { param: name }),
            value => Ok(value),
        }
    }

    pub(crate) fn required(&self, name: &'static str) -> Result<&str> {
        self.text(name)?.ok_or(ApiError::MissingParam { param: name })
    }

    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>> {
        self.raw(name).map(|given| read_integer(name, given)).transpose()
    }

    pub(crate) fn integer_within(&self, name: &'static str, least: i64, most: i64) -> Result<Option<i64>> {
        match self.integer(name)? {
            Some(value) if value < least => Err(ApiError::BelowLeast { param: name, least }),
            Some(value) if value > most => Err(ApiError::AboveMost { param: name, most }),
            value => Ok(value),
        }
    }

    pub(crate) fn boolean(&self, name: &'static str) -> Result<Option<bool>> {
        match self.raw(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(given) => Err(ApiError::NotABoolean { param: name, given: given.to_owned() }),
        }
    }

    pub(crate) fn one_of(&self, name: &'static str, allowed: &[&'static str]) -> Result<Option<&'static str>> {
        let Some(given) = self.text(name)? else {
            return Ok(None);
        };
        match allowed.iter().find(|known| **known == given) {
            Some(known) => Ok(Some(known)),
            None => Err(ApiError::NotOneOf { param: name, allowed: allowed.join(", ") }),
        }
    }

    /// `name[key]=value`, as a map.
    pub(crate) fn map(&self, name: &str) -> BTreeMap<String, String> {
        let entry = |(full, value): &(String, String)| {
            let key = full.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((key.to_owned(), value.clone()))
        };
        self.0.iter().filter_map(entry).collect()
    }

    /// `name[]=value` or `name[0]=value`, as a list.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let is_item = |full: &str| full.starts_with(&format!("{name}[")) && base(full) == name;
        self.0.iter().filter(|(full, _)| is_item(full)).map(|(_, value)| value.as_str()).collect()
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn base(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

fn read_integer(name: &str, given: &str) -> Result<i64> {
    let digits = given.strip_prefix('-').unwrap_or(given);
    let refused = || ApiError::NotAnInteger { param: name.to_owned(), given: given.to_owned() };
    // `parse` alone would also take `+5`.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    given.parse().ok().ok_or_else(refused)
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
    fn the_order_of_parameters_does_not_matter() {
        assert_eq!(Params::parse(b"a=1&b=2"), Params::parse(b"b=2&a=1"));
        assert_ne!(Params::parse(b"a=1&b=2"), Params::parse(b"a=1&b=3"));
    }

    #[test]
    fn only_plain_whole_numbers_are_integers() {
        for given in ["", "1.5", "+5", "1e3", " 1", "9223372036854775808", "NaN"] {
            let form = form_urlencoded::Serializer::new(String::new()).append_pair("amount", given).finish();
            let error = Params::parse(form.as_bytes()).integer("amount").unwrap_err();
            assert_eq!(error.to_string(), format!("Invalid integer: {given}"));
        }
    }
}
