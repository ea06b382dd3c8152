//! Reads what a client sends into the domain's types, and collects every refusal with its place.
//!
//! serde stops at the first error and knows no places; here a request names its fields once, in
//! [`crate::from_fields!`], and each field parses by itself.

use crate::domain::money::{Currency, Money};
use crate::domain::validation::ValidationError;
use crate::error::FieldError;
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Every field of a value that was refused.
pub type ValidationErrors = Vec<FieldError>;

/// A value of the request, and where it stands.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    source: Source<'a>,
    pointer: String,
    currency: Currency,
}

#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    Json(&'a RawValue),
    Parameter(&'a str),
}

/// A type that a client may send.
pub trait FromInput: Sized {
    /// Parses it.
    ///
    /// # Errors
    /// Every field in it that is not acceptable.
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors>;

    /// Its value when a field of this type is left out; by default there is none.
    #[must_use]
    fn default_if_missing() -> Option<Self> {
        None
    }
}

impl<'a> Input<'a> {
    /// The whole body.
    #[must_use]
    pub const fn body(json: &'a RawValue, currency: Currency) -> Self {
        Self { source: Source::Json(json), pointer: String::new(), currency }
    }

    /// A parameter of the query.
    #[must_use]
    pub fn parameter(name: &str, value: &'a str, currency: Currency) -> Self {
        Self { source: Source::Parameter(value), pointer: name.to_owned(), currency }
    }

    /// A refusal of this value.
    #[must_use]
    pub fn error(&self, error: ValidationError) -> ValidationErrors {
        vec![FieldError { pointer: self.pointer.clone(), error }]
    }

    /// A refusal of something inside this value.
    #[must_use]
    pub fn error_at(&self, place: &str, error: ValidationError) -> ValidationErrors {
        vec![FieldError { pointer: format!("{}/{place}", self.pointer), error }]
    }

    /// Whether it is JSON's `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.source, Source::Json(json) if json.get() == "null")
    }

    /// Reads text and parses it.
    ///
    /// # Errors
    /// When it is no text, or the type refuses it.
    pub fn parse<T: FromStr<Err = ValidationError>>(&self) -> Result<T, ValidationErrors> {
        self.text()?.parse().map_err(|error| self.error(error))
    }

    /// Reads text.
    ///
    /// # Errors
    /// When it is no text.
    pub fn text(&self) -> Result<Cow<'a, str>, ValidationErrors> {
        match self.source {
            Source::Parameter(text) => Ok(Cow::Borrowed(text)),
            Source::Json(json) => serde_json::from_str::<String>(json.get())
                .map(Cow::Owned)
                .map_err(|_error| self.error(ValidationError::new("invalid_type", "must be a string"))),
        }
    }

    /// Reads a whole number.
    ///
    /// # Errors
    /// When it is none, or is written as a text or with a fraction.
    pub fn integer(&self) -> Result<i64, ValidationErrors> {
        let digits = match self.source {
            Source::Parameter(text) => text,
            Source::Json(json) => json.get(),
        };
        digits.parse().map_err(|_error| self.error(ValidationError::new("invalid_type", "must be a whole number")))
    }

    /// Reads a yes or no.
    ///
    /// # Errors
    /// When it is neither.
    pub fn boolean(&self) -> Result<bool, ValidationErrors> {
        let word = match self.source {
            Source::Parameter(text) => text,
            Source::Json(json) => json.get(),
        };
        word.parse().map_err(|_error| self.error(ValidationError::new("invalid_type", "must be true or false")))
    }

    /// Reads an amount in major units of the store's currency.
    ///
    /// # Errors
    /// When it is no number, or not one that the currency can hold.
    pub fn money(&self) -> Result<Money, ValidationErrors> {
        let number = match self.source {
            Source::Parameter(text) => text,
            Source::Json(json) => json.get(),
        };
        // The JSON grammar was checked before: what begins like a number is one.
        if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            self.currency.parse(number).map_err(|error| self.error(error))
        } else {
            Err(self.error(ValidationError::new("invalid_type", "must be a number such as 19.99")))
        }
    }

    /// Reads the items of an array, and refuses all bad ones at once.
    ///
    /// # Errors
    /// When it is no array, or one of its items is refused.
    pub fn items<T: FromInput>(&self) -> Result<Vec<T>, ValidationErrors> {
        let array = self.array()?;
        let mut items = Vec::with_capacity(array.len());
        let mut errors = ValidationErrors::new();
        for (position, json) in array.into_iter().enumerate() {
            let pointer = format!("{}/{position}", self.pointer);
            match T::from_input(&Input { source: Source::Json(json), pointer, currency: self.currency }) {
                Ok(item) => items.push(item),
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() { Ok(items) } else { Err(errors) }
    }

    /// [`Self::items`] of an array of one of those lengths. The items of another are not looked at,
    /// so that the refusal of a long one is short.
    ///
    /// # Errors
    /// When it is no array, has another length, or one of its items is refused.
    pub fn items_within<T: FromInput>(&self, lengths: RangeInclusive<usize>) -> Result<Vec<T>, ValidationErrors> {
        if lengths.contains(&self.array()?.len()) {
            return self.items();
        }
        let message = format!("must have {} to {} items", lengths.start(), lengths.end());
        Err(self.error(ValidationError::new("invalid_length", message)))
    }

    fn array(&self) -> Result<Vec<&'a RawValue>, ValidationErrors> {
        let array = match self.source {
            Source::Json(json) => serde_json::from_str(json.get()).ok(),
            Source::Parameter(_) => None,
        };
        array.ok_or_else(|| self.error(ValidationError::new("invalid_type", "must be an array")))
    }

    /// Reads the fields of an object.
    ///
    /// # Errors
    /// When it is no object.
    pub fn fields(&self) -> Result<Fields<'a>, ValidationErrors> {
        let entries = match self.source {
            Source::Json(json) => serde_json::Deserializer::from_str(json.get()).deserialize_map(Entries).ok(),
            Source::Parameter(_) => None,
        };
        let entries = entries.ok_or_else(|| self.error(ValidationError::new("invalid_type", "must be an object")))?;
        let input = |(name, json): (Cow<'a, str>, &'a RawValue)| {
            let pointer = format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"));
            (name, Input { source: Source::Json(json), pointer, currency: self.currency })
        };
        Ok(Fields {
            entries: entries.into_iter().map(input).collect(),
            prefix: format!("{}/", self.pointer),
            errors: ValidationErrors::new(),
        })
    }
}

/// The fields of an object, or the parameters of a query, as they are taken one after another.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, Input<'a>)>,
    prefix: String,
    errors: ValidationErrors,
}

impl<'a> Fields<'a> {
    pub(super) const fn of_query(entries: Vec<(Cow<'a, str>, Input<'a>)>) -> Self {
        Self { entries, prefix: String::new(), errors: ValidationErrors::new() }
    }

    /// Takes a field; `None` when it is refused or missing, which [`Self::finish`] tells.
    pub fn take<T: FromInput>(&mut self, name: &str) -> Option<T> {
        match self.entries.iter().position(|(entry, _)| entry == name) {
            Some(position) => {
                let (_, input) = self.entries.swap_remove(position);
                T::from_input(&input).map_err(|errors| self.errors.extend(errors)).ok()
            }
            None => T::default_if_missing().or_else(|| {
                self.reject(name, ValidationError::new("required", "is required"));
                None
            }),
        }
    }

    /// Takes a field that has a default.
    pub fn take_or<T: FromInput>(&mut self, name: &str, default: impl FnOnce() -> T) -> Option<T> {
        if self.entries.iter().any(|(entry, _)| entry == name) { self.take(name) } else { Some(default()) }
    }

    /// Ends the reading: what was not taken is unknown, or there twice.
    ///
    /// # Errors
    /// Every refusal so far.
    pub fn finish(mut self, known: &[&str]) -> Result<(), ValidationErrors> {
        for (name, input) in std::mem::take(&mut self.entries) {
            let error = if known.contains(&name.as_ref()) {
                ValidationError::new("duplicate", "must not be repeated")
            } else {
                ValidationError::new("unknown", "unknown field")
            };
            self.errors.extend(input.error(error));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }

    /// Refuses a field for what it is beside the others.
    pub fn reject(&mut self, name: &str, error: ValidationError) {
        self.errors.push(FieldError { pointer: format!("{}{name}", self.prefix), error });
    }
}

/// Keeps each value as the text that it is written in, so that no number passes through a float.
struct Entries;

impl<'de> Visitor<'de> for Entries {
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

impl<T: FromInput> FromInput for Option<T> {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        if input.is_null() { Ok(None) } else { T::from_input(input).map(Some) }
    }

    fn default_if_missing() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromInput> FromInput for Vec<T> {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.items()
    }
}
