//! Quantities of a SKU: ordered, in stock, and changes of stock.

use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// The quantity of one line of a cart or an order: 1 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(u8);

impl Quantity {
    /// The maximum of one line.
    pub const MAX: u8 = 99;

    /// Returns the number of pieces.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Quantity {
    type Error = ValidationError;

    fn try_from(number: i64) -> Result<Self, ValidationError> {
        match u8::try_from(number) {
            Ok(number @ 1..=Self::MAX) => Ok(Self(number)),
            _ => Err(ValidationError::out_of_range(1, Self::MAX.into())),
        }
    }
}

/// The number of pieces in stock of one SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stock(u32);

impl Stock {
    /// Out of stock.
    pub const NONE: Self = Self(0);
    /// The maximum.
    pub const MAX: u32 = 1_000_000_000;

    /// Returns the number of pieces.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Returns whether the stock suffices for a quantity.
    #[must_use]
    pub fn covers(self, quantity: Quantity) -> bool {
        self.0 >= u32::from(quantity.get())
    }
}

impl TryFrom<i64> for Stock {
    type Error = ValidationError;

    fn try_from(number: i64) -> Result<Self, ValidationError> {
        match u32::try_from(number) {
            Ok(number @ 0..=Self::MAX) => Ok(Self(number)),
            _ => Err(ValidationError::out_of_range(0, Self::MAX)),
        }
    }
}

/// A change of stock: positive for additions, negative for removals, never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockChange(i64);

impl StockChange {
    /// Returns the number of pieces.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for StockChange {
    type Error = ValidationError;

    fn try_from(number: i64) -> Result<Self, ValidationError> {
        let most = i64::from(Stock::MAX);
        if number != 0 && (most.saturating_neg()..=most).contains(&number) {
            Ok(Self(number))
        } else {
            Err(ValidationError::new("out_of_range", format!("must be a non-zero whole number from -{most} to {most}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn quantities_are_1_to_99() {
        for good in [1, 99] {
            assert!(Quantity::try_from(good).is_ok());
        }
        for bad in [i64::MIN, -1, 0, 100, 1 << 31, i64::MAX] {
            assert!(Quantity::try_from(bad).is_err(), "{bad}");
        }
    }
}
