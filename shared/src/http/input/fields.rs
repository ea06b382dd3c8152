//! The fields of an object, which are taken one by one; what remains is unknown or repeated.

use super::{FromInput, Input, ValidationErrors};
use crate::domain::address::Country;
use crate::domain::validation::ValidationError;
use crate::error::FieldError;
use std::borrow::Cow;

/// Maximum number of unknown or repeated fields that are reported, so that an error response stays short.
pub(in crate::http) const MAX_REPORTED_FIELDS: usize = 100;

/// A type whose fields are taken from an object, which may have further ones.
pub trait FromFields: Sized {
    /// The names of the fields.
    const NAMES: &'static [&'static str];

    /// Takes the fields; `None` if one is invalid or missing, which [`Fields::finish`] then reports.
    fn take(fields: &mut Fields<'_>) -> Option<Self>;
}

impl<T: FromFields> FromInput for T {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let mut fields = input.fields()?;
        let value = T::take(&mut fields);
        fields.finish(T::NAMES)?;
        // `None` has an error, with which `finish` has returned.
        value.ok_or_else(ValidationErrors::new)
    }
}

/// The fields of an object or the parameters of a query that have not been taken yet, and the errors so far.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, Input<'a>)>,
    prefix: String,
    errors: ValidationErrors,
    default_country: Option<&'a Country>,
}

impl<'a> Fields<'a> {
    /// Wraps the entries of an object.
    pub(super) fn of_object(entries: Vec<(Cow<'a, str>, Input<'a>)>, object: &Input<'a>) -> Self {
        let prefix = format!("{}/", object.pointer);
        Self { entries, prefix, errors: ValidationErrors::new(), default_country: object.default_country }
    }

    /// Wraps the parameters of a query.
    pub(in crate::http) const fn of_query(entries: Vec<(Cow<'a, str>, Input<'a>)>) -> Self {
        Self { entries, prefix: String::new(), errors: ValidationErrors::new(), default_country: None }
    }

    /// Returns the number of fields that have not been taken yet.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether all fields have been taken.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns all entries.
    pub(super) fn into_entries(self) -> Vec<(Cow<'a, str>, Input<'a>)> {
        self.entries
    }

    /// Returns the country of an address without one.
    pub(in crate::http) const fn default_country(&self) -> Option<&'a Country> {
        self.default_country
    }

    /// Takes a field; `None` if it is invalid or missing, which [`Self::finish`] then reports.
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
        let Some(position) = self.entries.iter().position(|(entry, _)| entry == name) else { return Some(default()) };
        let is_absent = |(_, input): &(_, Input<'_>)| !input.is_null() && input.is_absent::<T>();
        if self.entries.get(position).is_some_and(is_absent) {
            drop(self.entries.swap_remove(position));
            return Some(default());
        }
        self.take(name)
    }

    /// Rejects the remaining fields, which are unknown or repeated. Of many, the first ones are reported.
    ///
    /// # Errors
    /// All errors, including those of the fields that were taken.
    pub fn finish(mut self, known: &[&str]) -> Result<(), ValidationErrors> {
        for (name, input) in std::mem::take(&mut self.entries).into_iter().take(MAX_REPORTED_FIELDS) {
            let error = if known.contains(&name.as_ref()) {
                ValidationError::new("duplicate", "must not be repeated")
            } else {
                ValidationError::new("unknown", "unknown field")
            };
            self.errors.extend(input.error(error));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }

    /// Adds an error of a field that is invalid in the context of the others.
    pub fn reject(&mut self, name: &str, error: ValidationError) {
        self.errors.push(FieldError { pointer: format!("{}{name}", self.prefix), error });
    }
}
