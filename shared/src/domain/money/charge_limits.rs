//! The amounts that Stripe charges, by currency: <https://docs.stripe.com/currencies> in 2026. Stripe offers them by no
//! API, and may change them.

use super::Money;

/// The currencies that Stripe charges with the decimals of ISO 4217. It also charges ISK, MGA and UGX, but in other minor
/// units: their amounts would be wrong by a factor of 100.
pub(super) const CHARGEABLE: [&str; 135] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD",
    "BND", "BOB", "BRL", "BSD", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CVE", "CZK",
    "DJF", "DKK", "DOP", "DZD", "EGP", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GIP", "GMD", "GNF", "GTQ", "GYD",
    "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KRW", "KWD",
    "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MKD", "MMK", "MNT", "MOP", "MUR", "MVR", "MWK",
    "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN",
    "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SZL",
    "THB", "TJS", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VND", "VUV", "WST", "XAF",
    "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW",
];

/// The minimum charges in minor units, where the charge is settled in its own currency.
const MINIMUMS: [(&str, i64); 31] = [
    ("AED", 200),
    ("ARS", 50),
    ("AUD", 50),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("COP", 50),
    ("CZK", 1_500),
    ("DKK", 250),
    ("EUR", 50),
    ("GBP", 30),
    ("HKD", 400),
    ("HUF", 17_500),
    ("IDR", 50),
    ("ILS", 50),
    ("INR", 50),
    ("JPY", 50),
    ("KRW", 50),
    ("MXN", 1_000),
    ("MYR", 200),
    ("NOK", 300),
    ("NZD", 50),
    ("PHP", 50),
    ("PLN", 200),
    ("RON", 200),
    ("RUB", 50),
    ("SEK", 300),
    ("SGD", 50),
    ("THB", 1_000),
    ("USD", 50),
    ("ZAR", 50),
];

/// The maximum charges in minor units that every payment method accepts: a number of digits. Cards accept more in some
/// currencies, but at checkout the payment method is not known yet.
const MAXIMUMS: [(&str, Money); 3] =
    [("IDR", Money::MAX_CHARGE), ("COP", Money::from_minor(9_999_999_999)), ("INR", Money::from_minor(999_999_999))];

/// The maximum charge in minor units in all other currencies.
const USUAL_MAXIMUM: Money = Money::from_minor(99_999_999);

/// Returns the minimum charge; 0 for a currency without a documented one.
pub(super) fn minimum(code: &str) -> Money {
    let minimum = MINIMUMS.iter().find(|(currency, _)| *currency == code);
    minimum.map_or(Money::ZERO, |(_, units)| Money::from_minor(*units))
}

/// Returns the maximum charge.
pub(super) fn maximum(code: &str) -> Money {
    MAXIMUMS.iter().find(|(currency, _)| *currency == code).map_or(USUAL_MAXIMUM, |(_, maximum)| *maximum)
}
