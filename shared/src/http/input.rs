//! Parses input of clients into the domain's types, and collects all validation errors with their positions.
//!
//! serde stops at the first error and reports no position. Here a request lists its fields once, in
//! [`crate::from_fields!`], and each field is parsed on its own.

mod fields;

pub(super) use fields::MAX_REPORTED_FIELDS;
pub use fields::{Fields, FromFields};

use super::raw_fields::raw_fields;
use crate::domain::address::Country;
use crate::domain::money::{Currency, Money};
use crate::domain::text::is_blank;
use crate::domain::validation::ValidationError;
use crate::error::FieldError;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Maximum length of a text that is parsed, in bytes. No valid text is as long, in whichever Unicode form; normalizing a
/// longer one would take time.
const MAX_PARSED_TEXT: usize = 4 * 1024;
/// The same for text of several lines.
const MAX_PARSED_LINES: usize = 128 * 1024;

/// All invalid fields of a value.
pub type ValidationErrors = Vec<FieldError>;

/// A value of the request, with its position.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    source: Source<'a>,
    pointer: String,
    currency: Currency,
    /// The country of an address without one.
    default_country: Option<&'a Country>,
}

#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    Json(&'a RawValue),
    Parameter(&'a str),
}

/// A type that is parsed from a field of a body or from a query parameter.
pub trait FromInput: Sized {
    /// Whether the value is a string. Then an empty one means that an optional field is absent, as HTML forms send it.
    const IS_TEXT: bool = false;

    /// Parses the value.
    ///
    /// # Errors
    /// All invalid fields of the value.
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors>;

    /// Returns the value of a missing field of this type; by default none, so that the field is required.
    #[must_use]
    fn default_if_missing() -> Option<Self> {
        None
    }
}

impl<'a> Input<'a> {
    /// Wraps the whole body.
    #[must_use]
    pub const fn body(json: &'a RawValue, currency: Currency) -> Self {
        Self { source: Source::Json(json), pointer: String::new(), currency, default_country: None }
    }

    /// Returns the value with the country of addresses without one. Without it they are invalid.
    #[must_use]
    pub fn with_default_country(self, country: &'a Country) -> Self {
        Self { default_country: Some(country), ..self }
    }

    const fn nested(&self, source: Source<'a>, pointer: String) -> Self {
        Self { source, pointer, currency: self.currency, default_country: self.default_country }
    }

    /// Wraps a query parameter.
    #[must_use]
    pub fn parameter(name: &str, value: &'a str, currency: Currency) -> Self {
        Self { source: Source::Parameter(value), pointer: name.to_owned(), currency, default_country: None }
    }

    /// Returns the position of the value.
    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the currency of amounts.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Returns a validation error at this value.
    #[must_use]
    pub fn error(&self, error: ValidationError) -> ValidationErrors {
        vec![FieldError { pointer: self.pointer.clone(), error }]
    }

    /// Returns a validation error at a position inside this value, such as `0/sku`.
    #[must_use]
    pub fn error_at(&self, position: &str, error: ValidationError) -> ValidationErrors {
        vec![FieldError { pointer: format!("{}/{position}", self.pointer), error }]
    }

    /// Returns whether the value is JSON's `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.source, Source::Json(json) if json.get() == "null")
    }

    /// Returns whether the value is the JSON form of an absent field of this type: `null`, or a blank string for text.
    pub(super) fn is_absent<T: FromInput>(&self) -> bool {
        let is_blank_string =
            |json: &RawValue| serde_json::from_str(json.get()).is_ok_and(|text: String| is_blank(&text));
        self.is_null() || (T::IS_TEXT && matches!(self.source, Source::Json(json) if is_blank_string(json)))
    }

    /// Parses a string.
    pub fn parse<T: FromStr<Err = ValidationError>>(&self) -> Result<T, ValidationErrors> {
        self.parse_within(MAX_PARSED_TEXT)
    }

    /// Parses a string of several lines.
    pub fn parse_lines<T: FromStr<Err = ValidationError>>(&self) -> Result<T, ValidationErrors> {
        self.parse_within(MAX_PARSED_LINES)
    }

    fn parse_within<T: FromStr<Err = ValidationError>>(&self, max_bytes: usize) -> Result<T, ValidationErrors> {
        let text = self.text()?;
        if text.len() > max_bytes {
            return Err(self.error(ValidationError::new("too_long", format!("must have at most {max_bytes} bytes"))));
        }
        text.parse().map_err(|error| self.error(error))
    }

    /// Reads a string.
    pub fn text(&self) -> Result<Cow<'a, str>, ValidationErrors> {
        match self.source {
            Source::Parameter(text) => Ok(Cow::Borrowed(text)),
            Source::Json(json) => serde_json::from_str::<String>(json.get())
                .map(Cow::Owned)
                .map_err(|_error| self.error(ValidationError::new("invalid_type", "must be a string"))),
        }
    }

    /// Reads a whole number. A JSON number with a fraction or an exponent is rejected, and so is a string.
    pub fn integer(&self) -> Result<i64, ValidationErrors> {
        self.raw().parse().map_err(|_error| self.error(ValidationError::new("invalid_type", "must be a whole number")))
    }

    /// Reads `true` or `false`.
    pub fn boolean(&self) -> Result<bool, ValidationErrors> {
        self.raw().parse().map_err(|_error| self.error(ValidationError::new("invalid_type", "must be true or false")))
    }

    /// Reads an amount in major units of the store's currency.
    pub fn money(&self) -> Result<Money, ValidationErrors> {
        self.currency.parse(self.number()?).map_err(|error| self.error(error))
    }

    /// Returns the text of a parameter, or the JSON text of a value.
    fn raw(&self) -> &'a str {
        match self.source {
            Source::Parameter(text) => text,
            Source::Json(json) => json.get(),
        }
    }

    /// Reads the digits of a number.
    pub(super) fn number(&self) -> Result<&'a str, ValidationErrors> {
        let number = self.raw();
        // The syntax of the JSON was validated before, so the first character identifies a number.
        if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            Ok(number)
        } else {
            Err(self.error(ValidationError::new("invalid_type", "must be a number such as 19.99")))
        }
    }

    /// Reads the items of an array, or returns all invalid fields of all items.
    pub fn items<T: FromInput>(&self) -> Result<Vec<T>, ValidationErrors> {
        let array = self.array()?;
        let mut items = Vec::with_capacity(array.len());
        let mut errors = ValidationErrors::new();
        for (position, json) in array.into_iter().enumerate() {
            let pointer = format!("{}/{position}", self.pointer);
            match T::from_input(&self.nested(Source::Json(json), pointer)) {
                Ok(item) => items.push(item),
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() { Ok(items) } else { Err(errors) }
    }

    /// Reads the items of an array with a length in the range. The items of a longer one are not parsed, so that its
    /// error response stays short.
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

    /// Reads the entries of an object with names that the client chooses.
    pub fn entries<T: FromInput>(&self) -> Result<Vec<(Self, String, T)>, ValidationErrors> {
        let (mut entries, mut errors): (Vec<(Self, String, T)>, _) = (Vec::new(), ValidationErrors::new());
        for (name, input) in self.fields()?.into_entries() {
            if entries.iter().any(|(_, other, _)| *other == name) {
                errors.extend(input.error(ValidationError::new("duplicate", "must not be repeated")));
            } else {
                match T::from_input(&input) {
                    Ok(value) => entries.push((input, name.into_owned(), value)),
                    Err(more) => errors.extend(more),
                }
            }
        }
        if errors.is_empty() { Ok(entries) } else { Err(errors) }
    }

    /// Reads the fields of an object.
    pub fn fields(&self) -> Result<Fields<'a>, ValidationErrors> {
        let entries = match self.source {
            Source::Json(json) => raw_fields(json),
            Source::Parameter(_) => None,
        };
        let entries = entries.ok_or_else(|| self.error(ValidationError::new("invalid_type", "must be an object")))?;
        let input = |(name, json): (Cow<'a, str>, &'a RawValue)| {
            let pointer = format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"));
            (name, self.nested(Source::Json(json), pointer))
        };
        Ok(Fields::of_object(entries.into_iter().map(input).collect(), self))
    }
}
