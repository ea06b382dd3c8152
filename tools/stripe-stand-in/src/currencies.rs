//! The currencies that Stripe supports, with their decimals, minimums and maximums
//! (<https://docs.stripe.com/currencies>).

use crate::errors::{ApiError, Result};
use serde::{Deserialize, Serialize};

const SUPPORTED: &str = "usd, aed, afn, all, amd, aoa, ars, aud, awg, azn, bam, bbd, bdt, bgn, bhd, bif, bmd, bnd, bob, \
     brl, bsd, bwp, byn, bzd, cad, cdf, chf, clp, cny, cop, crc, cve, czk, djf, dkk, dop, dzd, egp, \
     etb, eur, fjd, fkp, gbp, gel, gip, gmd, gnf, gtq, gyd, hkd, hnl, htg, huf, idr, ils, inr, isk, \
     jmd, jod, jpy, kes, kgs, khr, kmf, krw, kwd, kyd, kzt, lak, lbp, lkr, lrd, lsl, mad, mdl, mga, \
     mkd, mmk, mnt, mop, mur, mvr, mwk, mxn, myr, mzn, nad, ngn, nio, nok, npr, nzd, omr, pab, pen, \
     pgk, php, pkr, pln, pyg, qar, ron, rsd, rub, rwf, sar, sbd, scr, sek, sgd, shp, sle, sos, srd, \
     szl, thb, tjs, tnd, top, try, ttd, twd, tzs, uah, ugx, uyu, uzs, vnd, vuv, wst, xaf, xcd, \
     xcg, xof, xpf, yer, zar, zmw";
const ZERO_DECIMAL: &[&str] =
    &["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"];
const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];
/// Currencies without decimals that Stripe still writes with two.
const WHOLE_UNITS: &[&str] = &["isk", "ugx"];
/// The minimum amounts in minor units of charges that are settled in their own currency.
const MINIMUM_AMOUNTS: &[(&str, i64)] = &[
    ("usd", 50),
    ("aed", 200),
    ("ars", 50),
    ("aud", 50),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("cop", 50),
    ("czk", 1_500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("idr", 50),
    ("ils", 50),
    ("inr", 50),
    ("jpy", 50),
    ("krw", 50),
    ("mxn", 1_000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("php", 50),
    ("pln", 200),
    ("ron", 200),
    ("rub", 50),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1_000),
    ("zar", 50),
];
/// The currencies whose amounts may have more than eight digits.
const MAXIMUM_AMOUNTS: &[(&str, i64)] = &[("idr", 999_999_999_999), ("cop", 9_999_999_999), ("inr", 999_999_999)];
const SYMBOLS: &[(&str, &str)] = &[("usd", "$"), ("eur", "€"), ("gbp", "£"), ("jpy", "¥")];

/// The maximum in all other currencies, in minor units: eight digits.
const USUAL_MAXIMUM: i64 = 99_999_999;

/// A currency that Stripe supports, as its lowercase ISO code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Currency(&'static str);

impl Currency {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let lowercase = text.to_lowercase();
        SUPPORTED
            .split(", ")
            .find(|code| *code == lowercase)
            .map(Self)
            .ok_or_else(|| ApiError::InvalidCurrency { value: lowercase, supported: SUPPORTED.to_owned() })
    }

    pub(crate) fn code(self) -> &'static str {
        self.0
    }

    /// Checks that an amount in minor units is between Stripe's minimum and maximum, and that its last digits are those
    /// that the currency has.
    pub(crate) fn validate_amount(self, amount: i64) -> Result<()> {
        let minimum = MINIMUM_AMOUNTS.iter().find(|(code, _)| *code == self.0).map_or(1, |(_, minimum)| *minimum);
        if amount < minimum {
            let minimum = format!("{} {}", self.format(minimum), self.0);
            return Err(ApiError::AmountTooSmall { minimum });
        }
        let maximum = MAXIMUM_AMOUNTS.iter().find(|(code, _)| *code == self.0).map_or(USUAL_MAXIMUM, |(_, it)| *it);
        if amount > maximum {
            let maximum = format!("{} {}", self.format(maximum), self.0);
            return Err(ApiError::AmountTooLarge { maximum });
        }
        self.validate_last_digits(amount)
    }

    /// Checks the last digits of an amount, also of a refund (<https://docs.stripe.com/currencies#special-cases>).
    pub(crate) fn validate_last_digits(self, amount: i64) -> Result<()> {
        let divisor: i64 = if THREE_DECIMAL.contains(&self.0) {
            10
        } else if WHOLE_UNITS.contains(&self.0) {
            100
        } else {
            1
        };
        if amount.checked_rem(divisor) == Some(0) {
            return Ok(());
        }
        let message = format!("Invalid amount. Amounts in {} must be evenly divisible by {divisor}.", self.0);
        Err(ApiError::invalid("amount", message))
    }

    /// Formats an amount in minor units as Stripe's messages do: `$25.00`.
    pub(crate) fn format(self, amount: i64) -> String {
        let number = match self.decimals() {
            0 => amount.to_string(),
            decimals => {
                let digits = format!("{amount:0>width$}", width = decimals.saturating_add(1));
                let (whole, part) = digits.split_at(digits.len().saturating_sub(decimals));
                format!("{whole}.{part}")
            }
        };
        match SYMBOLS.iter().find(|(code, _)| *code == self.0) {
            Some((_, symbol)) => format!("{symbol}{number}"),
            None => format!("{number} {}", self.0.to_uppercase()),
        }
    }

    fn decimals(self) -> usize {
        if ZERO_DECIMAL.contains(&self.0) {
            0
        } else if THREE_DECIMAL.contains(&self.0) {
            3
        } else {
            2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_formatted_with_symbol_and_decimals() {
        for (code, amount, formatted) in
            [("usd", 2_500, "$25.00"), ("usd", 5, "$0.05"), ("jpy", 50, "¥50"), ("kwd", 1_230, "1.230 KWD")]
        {
            assert_eq!(Currency::parse(code).unwrap().format(amount), formatted);
        }
    }

    #[test]
    fn each_currency_has_its_own_minimum_maximum_and_last_digits() {
        let is_valid = |code, amount| Currency::parse(code).unwrap().validate_amount(amount).is_ok();
        for (code, minimum, maximum) in [
            ("usd", 50, 99_999_999),
            ("eur", 50, 99_999_999),
            ("huf", 17_500, 99_999_999),
            ("jpy", 50, 99_999_999),
            ("idr", 50, 999_999_999_999),
            ("cop", 50, 9_999_999_999),
            ("inr", 50, 999_999_999),
            ("bif", 1, 99_999_999),
        ] {
            assert!(is_valid(code, minimum) && is_valid(code, maximum), "{code}");
            assert!(!is_valid(code, minimum - 1) && !is_valid(code, maximum + 1), "{code}");
        }
        for (code, valid, invalid) in
            [("kwd", 1_230, 1_234), ("bhd", 10, 15), ("jod", 5_120, 5_124), ("isk", 500, 550), ("ugx", 500, 1)]
        {
            assert!(is_valid(code, valid) && !is_valid(code, invalid), "{code}");
        }
    }

    #[test]
    fn currency_codes_are_case_insensitive() {
        assert_eq!(Currency::parse("EUR").unwrap().code(), "eur");
        assert!(Currency::parse("xyz").is_err());
        assert!(Currency::parse("").is_err());
    }
}
