//! Amounts of an existing order, which are in the order's currency: the store's may have changed since.

use super::input::{FromInput, Input, ValidationErrors};
use crate::domain::money::{Currency, Money};
use crate::error::{Error, FieldError};

/// An amount that is parsed once the currency of its order is known.
#[derive(Debug, Clone)]
pub struct OrderAmount {
    number: String,
    pointer: String,
}

impl OrderAmount {
    /// Parses the amount.
    ///
    /// # Errors
    /// [`Error::Validation`] when the currency has no such amount.
    pub fn in_currency(&self, currency: Currency) -> Result<Money, Error> {
        currency
            .parse(&self.number)
            .map_err(|error| Error::Validation(vec![FieldError { pointer: self.pointer.clone(), error }]))
    }
}

impl FromInput for OrderAmount {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Ok(Self { number: input.number()?.to_owned(), pointer: input.pointer().to_owned() })
    }
}
