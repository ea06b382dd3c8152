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
    use super::{Quantity, Stock, StockChange};

    #[test]
    fn stock_is_0_to_1_000_000_000() {
        for good in [0, 1, 1_000_000_000] {
            assert_eq!(i64::from(Stock::try_from(good).unwrap().get()), good);
        }
        for bad in [i64::MIN, -1, 1_000_000_001, i64::MAX] {
            assert!(Stock::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn stock_covers_quantities_up_to_itself() {
        let quantity = Quantity::try_from(3).unwrap();
        for (stock, covers) in [(0, false), (2, false), (3, true), (4, true)] {
            assert_eq!(Stock::try_from(stock).unwrap().covers(quantity), covers, "{stock}");
        }
    }

    #[test]
    fn changes_of_stock_are_never_0() {
        for good in [-1_000_000_000, -1, 1, 1_000_000_000] {
            assert_eq!(StockChange::try_from(good).unwrap().get(), good);
        }
        for bad in [i64::MIN, -1_000_000_001, 0, 1_000_000_001, i64::MAX] {
            assert!(StockChange::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn quantities_are_1_to_99() {
        for good in [1, 99] {
            assert_eq!(i64::from(Quantity::try_from(good).unwrap().get()), good);
        }
        for bad in [i64::MIN, -1, 0, 100, 1 << 31, i64::MAX] {
            assert!(Quantity::try_from(bad).is_err(), "{bad}");
        }
    }
}
