//! Currencies: the decimals of ISO 4217, and the amounts that Stripe charges.

use super::{Money, charge_limits};
use crate::domain::validation::ValidationError;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

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

    /// Returns whether Stripe charges this currency in the minor units of ISO 4217.
    #[must_use]
    pub fn is_chargeable(self) -> bool {
        charge_limits::CHARGEABLE.contains(&self.code())
    }

    /// Returns Stripe's minimum charge; 0 for a currency without a documented one.
    #[must_use]
    pub fn min_charge(self) -> Money {
        charge_limits::minimum(self.code())
    }

    /// Returns Stripe's maximum charge.
    #[must_use]
    pub fn max_charge(self) -> Money {
        charge_limits::maximum(self.code())
    }

    /// Returns whether Stripe can charge or refund the amount, apart from its size: the third decimal place must be 0
    /// (<https://docs.stripe.com/currencies#three-decimal>).
    #[must_use]
    pub fn is_divisible(self, money: Money) -> bool {
        self.decimals() < 3 || money.minor().checked_rem(10) == Some(0)
    }

    /// Parses an amount in major units, such as `19.99`, exactly.
    ///
    /// # Errors
    /// When the text is no decimal number, has more decimal places than Stripe charges, or its absolute value exceeds
    /// [`Self::max_charge`].
    pub fn parse(self, text: &str) -> Result<Money, ValidationError> {
        let scientific = text.contains(['e', 'E']);
        let number = if scientific { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) };
        let number = number.map_err(|error| match error {
            rust_decimal::Error::Underflow => self.too_many_decimals(),
            // Number syntax that cannot be parsed is a number that exceeds `Decimal`.
            _ if text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(|c| "0123456789+-.eE".contains(c)) => {
                self.too_large()
            }
            _ => ValidationError::new("invalid_amount", "must be a number such as 19.99"),
        })?;
        let limit = Decimal::new(self.max_charge().minor(), self.decimals());
        if number.abs() > limit {
            return Err(self.too_large());
        }
        let units = number.checked_mul(Decimal::from(10_i64.pow(self.decimals()))).ok_or_else(|| self.too_large())?;
        if !units.is_integer() {
            return Err(self.too_many_decimals());
        }
        let money = units.to_i64().map(Money::from_minor).ok_or_else(|| self.too_large())?;
        if self.is_divisible(money) { Ok(money) } else { Err(self.too_many_decimals()) }
    }

    fn too_many_decimals(self) -> ValidationError {
        let message = match self.decimals() {
            3 => "must have at most 2 decimal places, or a third one of 0".to_owned(),
            decimals => format!("must have at most {decimals} decimal places"),
        };
        ValidationError::new("too_many_decimals", message)
    }

    fn too_large(self) -> ValidationError {
        let maximum = self.max_charge().of(self);
        ValidationError::new("too_large", format!("must not exceed the maximum charge of {maximum}"))
    }
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
        // Without `Decimal`, which divides 96 bits for each digit: a page has a hundred amounts.
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.money.minor().unsigned_abs());
        let decimals = usize::try_from(self.currency.decimals()).unwrap_or_default();
        f.write_str(if self.money.is_negative() { "-" } else { "" })?;
        match digits.len().checked_sub(decimals).and_then(|whole| digits.split_at_checked(whole)) {
            Some((whole, "")) => f.write_str(whole),
            Some((whole, rest)) => {
                f.write_str(if whole.is_empty() { "0" } else { whole })?;
                f.write_str(".")?;
                f.write_str(rest)
            }
            None => write!(f, "0.{digits:0>decimals$}"),
        }
    }
}

impl Money {
    /// Returns the amount with its currency.
    #[must_use]
    pub const fn of(self, currency: Currency) -> Amount {
        Amount { money: self, currency }
    }
}

#[cfg(test)]
mod tests {
    use super::{Currency, Decimal, Money, charge_limits};
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn chargeable() -> impl Strategy<Value = Currency> {
        prop::sample::select(&charge_limits::CHARGEABLE).prop_map(currency)
    }

    #[test]
    fn a_currency_is_displayed_as_its_code() {
        assert_eq!(currency("usd").to_string(), "USD");
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
            ("KWD", "1.23", 1230),
            ("KWD", "1.230", 1230),
            ("IDR", "1500000", 150_000_000),
            ("TWD", "0.45", 45),
            ("HUF", "10.45", 1045),
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

    #[test]
    fn a_third_decimal_place_other_than_0_is_rejected() {
        for code in ["BHD", "JOD", "KWD", "OMR", "TND"] {
            for text in ["1.234", "-0.001", "99999.999"] {
                let error = currency(code).parse(text).unwrap_err();
                assert_eq!(error.code, "too_many_decimals", "{text} {code}");
                assert!(error.message.contains("a third one of 0"), "{}", error.message);
            }
        }
    }

    #[test]
    fn each_currency_has_its_own_maximum() {
        for (code, maximum, excessive) in [
            ("USD", "999999.99", "1000000"),
            ("JPY", "99999999", "100000000"),
            ("KWD", "99999.99", "100000"),
            ("INR", "9999999.99", "10000000"),
            ("COP", "99999999.99", "100000000"),
            ("IDR", "9999999999.99", "10000000000"),
        ] {
            let currency = currency(code);
            let largest = currency.parse(maximum).unwrap();
            assert!(largest <= currency.max_charge(), "{code}");
            assert_eq!(currency.parse(&format!("-{maximum}")).unwrap().minor(), -largest.minor(), "{code}");
            assert_eq!(currency.parse(excessive).unwrap_err().code, "too_large", "{code}");
        }
    }

    #[test]
    fn currencies_without_charges_at_stripe_are_recognized() {
        for code in ["USD", "JPY", "KWD", "IDR"] {
            assert!(currency(code).is_chargeable(), "{code}");
        }
        // Unsupported ones, and those with other decimals at Stripe.
        for code in ["IQD", "LYD", "CLF", "XAU", "XXX", "ISK", "MGA", "UGX"] {
            assert!(!currency(code).is_chargeable(), "{code}");
        }
    }

    #[test]
    fn limits_are_given_for_chargeable_currencies_only() {
        for code in charge_limits::CHARGEABLE {
            let currency = currency(code);
            assert!(currency.min_charge() < currency.max_charge(), "{code}");
            assert!(currency.is_divisible(currency.min_charge()), "{code}");
            assert!(currency.max_charge() <= Money::MAX_CHARGE, "{code}");
        }
        for (code, minimum) in [("USD", 50), ("GBP", 30), ("HUF", 17_500), ("JPY", 50), ("KWD", 0)] {
            assert_eq!(currency(code).min_charge().minor(), minimum, "{code}");
        }
    }

    #[test]
    fn the_client_for_frontends_has_the_same_decimals() {
        let source = include_str!("../../../../frontend/client/src/money.ts");
        let listed = |name: &str| {
            let (_, rest) = source.split_once(&format!("const {name} = \"")).unwrap();
            rest.split('"').next().unwrap().split(' ').collect::<Vec<_>>()
        };
        let (none, three) = (listed("NO_DECIMALS"), listed("THREE_DECIMALS"));
        for code in charge_limits::CHARGEABLE {
            let decimals = if none.contains(&code) { 0 } else { 2 };
            let decimals = if three.contains(&code) { 3 } else { decimals };
            assert_eq!(currency(code).decimals(), decimals, "{code}");
        }
    }

    proptest! {
        #[test]
        fn displayed_amounts_parse_to_the_same_amount(units in -99_999_999_i64..=99_999_999, currency in chargeable()) {
            let money = Money::from_minor(units);
            let text = money.of(currency).to_string();
            prop_assert_eq!(&text, &Decimal::new(units, currency.decimals()).to_string());
            let parsed = currency.parse(&text);
            if currency.is_divisible(money) {
                prop_assert_eq!(parsed.unwrap(), money);
            } else {
                prop_assert_eq!(parsed.unwrap_err().code, "too_many_decimals");
            }
        }

        #[test]
        fn no_parsed_amount_is_beyond_what_stripe_charges(text in "-?[0-9]{1,13}(\\.[0-9]{1,4})?", currency in chargeable()) {
            if let Ok(money) = currency.parse(&text) {
                prop_assert!(money.minor().abs() <= currency.max_charge().minor());
                prop_assert!(currency.is_divisible(money));
            }
        }

        #[test]
        fn parsing_never_panics(text in ".*", currency in chargeable()) {
            drop(currency.parse(&text));
        }
    }
}
