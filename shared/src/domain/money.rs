//! Money: whole minor units in 64 bits. Binary floating point never holds an amount.

use super::quantity::Quantity;
use super::validation::ValidationError;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// An amount in minor units, such as cents; negative for a reduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(i64);

/// An amount that exceeds 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is too large")]
pub struct Overflow;

impl Money {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// Stripe's maximum charge: eight digits
    /// (<https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts>).
    pub const MAX_CHARGE: Self = Self(99_999_999);

    /// Makes an amount of minor units.
    #[must_use]
    pub const fn from_minor(units: i64) -> Self {
        Self(units)
    }

    /// Returns the number of minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Returns whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Returns whether the amount is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the sum of both amounts.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).map(Self).ok_or(Overflow)
    }

    /// Returns the difference of both amounts.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
    }

    /// Returns the price of a quantity.
    pub fn times(self, quantity: Quantity) -> Result<Self, Overflow> {
        self.0.checked_mul(i64::from(quantity.get())).map(Self).ok_or(Overflow)
    }

    /// Returns the sum of all amounts.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// Returns the amount with its currency.
    #[must_use]
    pub const fn of(self, currency: Currency) -> Amount {
        Amount { money: self, currency }
    }
}

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// US dollars, the default currency.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// Returns the code: three capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Returns the number of decimal places: 2 for USD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Parses an amount in major units, such as `19.99`, exactly.
    ///
    /// # Errors
    /// When the text is no decimal number, has more decimal places than the currency, or its absolute value exceeds
    /// [`Money::MAX_CHARGE`].
    pub fn parse(self, text: &str) -> Result<Money, ValidationError> {
        let scientific = text.contains(['e', 'E']);
        let number = if scientific { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) };
        let number = number.map_err(|error| match error {
            rust_decimal::Error::Underflow => self.too_many_decimals(),
            // Number syntax that cannot be parsed is a number that exceeds `Decimal`.
            _ if text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(|c| "0123456789+-.eE".contains(c)) => {
                too_large()
            }
            _ => ValidationError::new("invalid_amount", "must be a number such as 19.99"),
        })?;
        let limit = Decimal::new(Money::MAX_CHARGE.0, self.decimals());
        if number.abs() > limit {
            return Err(too_large());
        }
        let units = number.checked_mul(Decimal::from(10_i64.pow(self.decimals()))).ok_or_else(too_large)?;
        if !units.is_integer() {
            return Err(self.too_many_decimals());
        }
        units.to_i64().map(Money).ok_or_else(too_large)
    }

    fn too_many_decimals(self) -> ValidationError {
        let message = format!("must have at most {} decimal places", self.decimals());
        ValidationError::new("too_many_decimals", message)
    }
}

fn too_large() -> ValidationError {
    ValidationError::new("too_large", "must not exceed the maximum charge")
}

impl std::str::FromStr for Currency {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        iso_currency::Currency::from_code(&text.to_ascii_uppercase())
            .map(Self)
            .ok_or_else(|| ValidationError::new("invalid_currency", "must be an ISO 4217 currency code"))
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount with its currency. Displayed in major units, exact to the minor unit: `19.99`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    money: Money,
    currency: Currency,
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Decimal::new(self.money.0, self.currency.decimals()).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Currency, Money};
    use crate::domain::quantity::Quantity;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn amounts_are_exact_to_the_minor_unit() {
        for (code, text, units) in [
            ("USD", "19.99", 1999),
            ("USD", "19.9", 1990),
            ("USD", "19", 1900),
            ("USD", "19.990", 1999),
            ("USD", "-2.50", -250),
            ("USD", "1.5e1", 1500),
            ("USD", "0.07", 7),
            ("JPY", "500", 500),
            ("KWD", "1.234", 1234),
        ] {
            assert_eq!(currency(code).parse(text).unwrap().minor(), units, "{text} {code}");
        }
    }

    #[test]
    fn amounts_beyond_the_currency_are_rejected() {
        for (code, text, error) in [
            ("USD", "19.999", "too_many_decimals"),
            ("USD", "0.000000000000000000000000000000001", "too_many_decimals"),
            ("JPY", "0.5", "too_many_decimals"),
            ("USD", "1000000", "too_large"),
            ("USD", "99999999999999999999999999999999999", "too_large"),
            ("USD", "1e400", "too_large"),
            ("USD", "1x", "invalid_amount"),
            ("USD", "NaN", "invalid_amount"),
            ("USD", "", "invalid_amount"),
        ] {
            assert_eq!(currency(code).parse(text).unwrap_err().code, error, "{text} {code}");
        }
    }

    proptest! {
        #[test]
        fn displayed_amounts_parse_to_the_same_amount(
            units in -99_999_999_i64..=99_999_999,
            code in prop::sample::select(vec!["USD", "JPY", "KWD", "EUR"]),
        ) {
            let money = Money::from_minor(units);
            let displayed = money.of(currency(code)).to_string();
            prop_assert_eq!(currency(code).parse(&displayed).unwrap(), money);
        }

        #[test]
        fn parsing_never_panics(text in ".*") {
            drop(currency("USD").parse(&text));
        }

        #[test]
        fn sums_do_not_depend_on_the_order(mut units in prop::collection::vec(0_i64..=99_999_999, 0..50)) {
            let sum = |units: &[i64]| Money::sum(units.iter().copied().map(Money::from_minor));
            let forwards = sum(&units);
            units.reverse();
            prop_assert_eq!(forwards, sum(&units));
        }

        #[test]
        fn arithmetic_is_exact_or_an_error(a: i64, b: i64, pieces in 1_i64..=99) {
            let (x, y) = (Money::from_minor(a), Money::from_minor(b));
            prop_assert_eq!(x.plus(y).ok().map(Money::minor), a.checked_add(b));
            let quantity = Quantity::try_from(pieces).unwrap();
            prop_assert_eq!(x.times(quantity).ok().map(Money::minor), a.checked_mul(pieces));
        }
    }
}
