//! How many of one SKU a buyer wants, and how many there are.

use super::sku::Sku;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// Pieces of one SKU in a cart or an order: 1 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(u8);

impl Quantity {
    /// The most that one line may have.
    pub const MAX: u8 = 99;

    /// The number of pieces.
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
            _ => Err(ValidationError::new("out_of_range", format!("must be a whole number from 1 to {}", Self::MAX))),
        }
    }
}

/// Pieces of one SKU in stock: never below 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stock(u32);

impl Stock {
    /// None left.
    pub const NONE: Self = Self(0);
    /// The most that can be stored.
    pub const MAX: u32 = 1_000_000_000;

    /// The number of pieces.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether that many could be taken.
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
            _ => Err(ValidationError::new("out_of_range", format!("must be a whole number from 0 to {}", Self::MAX))),
        }
    }
}

/// How many pieces more there are in stock or, below 0, how many less; never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockChange(i64);

impl StockChange {
    /// The number of pieces.
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
            Err(ValidationError::new(
                "out_of_range",
                format!("must be a whole number from -{most} to {most}, and not 0"),
            ))
        }
    }
}

/// A line that exceeds the stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The SKU.
    pub sku: Sku,
    /// Requested number of pieces.
    pub requested: u32,
    /// Number of pieces in stock.
    pub available: u32,
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn a_line_has_1_to_99_pieces() {
        for good in [1, 99] {
            assert!(Quantity::try_from(good).is_ok());
        }
        for bad in [i64::MIN, -1, 0, 100, 1 << 31, i64::MAX] {
            assert!(Quantity::try_from(bad).is_err(), "{bad}");
        }
    }
}
