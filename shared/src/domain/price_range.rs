//! The ranges by which products are counted: 1 to 2, 2 to 5 and 5 to 10 times each power of ten.

use super::money::Money;

/// A range of prices, of which both ends are part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceRange {
    /// The lowest price.
    pub min: Money,
    /// The highest price.
    pub max: Money,
}

impl PriceRange {
    /// Returns the range of a price.
    #[must_use]
    pub fn of(price: Money) -> Self {
        let price = price.minor();
        let Some(exponent) = price.checked_ilog10() else { return Self { min: Money::ZERO, max: Money::ZERO } };
        let unit = 10_i64.pow(exponent);
        let (first, next) = match price.checked_div(unit) {
            Some(1) => (1, 2),
            Some(2..=4) => (2, 5),
            _ => (5, 10),
        };
        let [min, end] = [first, next].map(|number| unit.saturating_mul(number));
        Self { min: Money::from_minor(min), max: Money::from_minor(end.saturating_sub(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::PriceRange;
    use crate::domain::money::Money;

    #[test]
    fn ranges_have_no_gaps_and_do_not_overlap() {
        for (price, min, max) in [
            (0, 0, 0),
            (1, 1, 1),
            (2, 2, 4),
            (4, 2, 4),
            (5, 5, 9),
            (9, 5, 9),
            (10, 10, 19),
            (1_999, 1_000, 1_999),
            (2_000, 2_000, 4_999),
            (99_999, 50_000, 99_999),
            (999_999_999_999, 500_000_000_000, 999_999_999_999),
        ] {
            let expected = PriceRange { min: Money::from_minor(min), max: Money::from_minor(max) };
            assert_eq!(PriceRange::of(Money::from_minor(price)), expected, "{price}");
        }
    }
}
