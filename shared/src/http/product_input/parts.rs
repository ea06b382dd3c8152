//! Prices and arrays of a product.

use super::super::{FromInput, Input, ValidationErrors};
use crate::domain::money::Money;
use crate::domain::validation::ValidationError;

/// A price: not negative.
#[derive(Debug, Clone, Copy)]
pub struct Price(pub(super) Money);

impl Price {
    /// Returns the amount.
    #[must_use]
    pub const fn money(self) -> Money {
        self.0
    }
}

impl FromInput for Price {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let money = input.money()?;
        if money.is_negative() { Err(input.error(negative())) } else { Ok(Self(money)) }
    }
}

/// An array of `MIN` to `MAX` items.
#[derive(Debug)]
pub(super) struct Several<T, const MIN: usize, const MAX: usize>(pub(super) Vec<T>);

impl<T: FromInput, const MIN: usize, const MAX: usize> FromInput for Several<T, MIN, MAX> {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.items_within(MIN..=MAX).map(Self)
    }
}

fn negative() -> ValidationError {
    ValidationError::new("negative", "must not be less than 0")
}

pub(super) fn too_large() -> ValidationError {
    ValidationError::new("too_large", "makes a price that exceeds the maximum charge")
}
