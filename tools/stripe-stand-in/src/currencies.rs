//! The currencies that Stripe supports, with their decimals and minimum amounts
//! (<https://docs.stripe.com/currencies>).

use crate::errors::{ApiError, Result};

const SUPPORTED: &str = "usd, aed, afn, all, amd, ang, aoa, ars, aud, awg, azn, bam, bbd, bdt, bgn, bhd, bif, bmd, bnd, bob, \
     brl, bsd, bwp, byn, bzd, cad, cdf, chf, clp, cny, cop, crc, cve, czk, djf, dkk, dop, dzd, egp, \
     etb, eur, fjd, fkp, gbp, gel, gip, gmd, gnf, gtq, gyd, hkd, hnl, htg, huf, idr, ils, inr, isk, \
     jmd, jod, jpy, kes, kgs, khr, kmf, krw, kwd, kyd, kzt, lak, lbp, lkr, lrd, lsl, mad, mdl, mga, \
     mkd, mmk, mnt, mop, mur, mvr, mwk, mxn, myr, mzn, nad, ngn, nio, nok, npr, nzd, omr, pab, pen, \
     pgk, php, pkr, pln, pyg, qar, ron, rsd, rub, rwf, sar, sbd, scr, sek, sgd, shp, sle, sos, srd, \
     std, szl, thb, tjs, tnd, top, try, ttd, twd, tzs, uah, ugx, uyu, uzs, vnd, vuv, wst, xaf, xcd, \
     xof, xpf, yer, zar, zmw";
const ZERO_DECIMAL: &[&str] =
    &["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];
const THREE_DECIMAL: &[&str] = &["bhd", "jod", "kwd", "omr", "tnd"];
const MINIMUM_AMOUNTS: &[(&str, i64)] = &[
    ("usd", 50),
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1_500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1_000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1_000),
];
const SYMBOLS: &[(&str, &str)] = &[("usd", "$"), ("eur", "€"), ("gbp", "£"), ("jpy", "¥")];

/// Stripe's maximum in minor units: eight digits.
const MAXIMUM_AMOUNT: i64 = 99_999_999;

/// A currency that Stripe supports, as its lowercase ISO code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// Checks that an amount in minor units is between Stripe's minimum and maximum.
    pub(crate) fn validate_amount(self, amount: i64) -> Result<()> {
        let minimum = MINIMUM_AMOUNTS.iter().find(|(code, _)| *code == self.0).map_or(1, |(_, minimum)| *minimum);
        if amount < minimum {
            let minimum = format!("{} {}", self.format(minimum), self.0);
            return Err(ApiError::AmountTooSmall { minimum });
        }
        if amount > MAXIMUM_AMOUNT {
            let maximum = format!("{} {}", self.format(MAXIMUM_AMOUNT), self.0);
            return Err(ApiError::AmountTooLarge { maximum });
        }
        Ok(())
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
    fn currency_codes_are_case_insensitive() {
        assert_eq!(Currency::parse("EUR").unwrap().code(), "eur");
        assert!(Currency::parse("xyz").is_err());
        assert!(Currency::parse("").is_err());
    }
}
