//! `POST /v1/payment_methods`: creates a card or a bank account. Stripe accepts numbers of cards from browsers only.

use super::billing_details::{self, BillingDetails};
use super::decline::decline;
use super::{Decline, Instrument, bank_accounts, cards};
use crate::account::{Account, Object};
use crate::api::Operation;
use crate::errors::{ApiError, Result};
use crate::events::Cause;
use crate::params::Params;
use serde_json::Value;

const PARAMS: [&str; 9] = [
    "type",
    "card[number]",
    "card[exp_month]",
    "card[exp_year]",
    "card[cvc]",
    "us_bank_account[account_number]",
    "us_bank_account[routing_number]",
    "us_bank_account[account_holder_type]",
    "us_bank_account[account_type]",
];
const TYPES: [&str; 2] = ["card", "us_bank_account"];

const INCORRECT_NUMBER: Decline = card_error("incorrect_number", "Your card number is incorrect.");
const INVALID_MONTH: Decline = card_error("invalid_expiry_month", "Your card's expiration month is invalid.");
const INVALID_YEAR: Decline = card_error("invalid_expiry_year", "Your card's expiration year is invalid.");
const INVALID_CVC: Decline = card_error("invalid_cvc", "Your card's security code is invalid.");
const TEST_CARD_IN_LIVE_MODE: Decline = decline(
    "card_declined",
    "live_mode_test_card",
    "Your card was declined. Your request was in live mode, but used a known test card.",
);
const REAL_CARD_IN_TEST_MODE: Decline = decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test \
     cards, visit: https://stripe.com/docs/testing.",
);

/// The request.
pub(crate) struct CreatePaymentMethod {
    number: Number,
    billing_details: BillingDetails,
}

enum Number {
    Card { number: String, month: i64, year: i64 },
    BankAccount(String),
}

impl CreatePaymentMethod {
    /// Parses the request of a backend or of a browser.
    pub(crate) fn parse(params: &Params, is_browser: bool) -> Result<Self> {
        params.allow_only(&[&PARAMS[..], &billing_details::PARAMS].concat())?;
        let kind = params.one_of("type", &TYPES)?.ok_or(ApiError::MissingParam { param: "type" })?;
        let (given, other) = if kind == "card" { (kind, "us_bank_account") } else { (kind, "card") };
        if params.contains(other) {
            return Err(ApiError::invalid(other, format!("You can only pass {given} for the type {given}.")));
        }
        let billing_details = BillingDetails::parse(params)?;
        let number = match kind {
            "card" if !is_browser => return Err(ApiError::RawCardNumber),
            "card" => parse_card(params)?,
            _ if billing_details.name().is_none() => {
                return Err(ApiError::MissingParam { param: "billing_details[name]" });
            }
            _ => {
                params.required("us_bank_account[routing_number]")?;
                params.one_of("us_bank_account[account_holder_type]", &["company", "individual"])?;
                params.one_of("us_bank_account[account_type]", &["checking", "savings"])?;
                Number::BankAccount(params.required("us_bank_account[account_number]")?.to_owned())
            }
        };
        Ok(Self { number, billing_details })
    }
}

fn parse_card(params: &Params) -> Result<Number> {
    let missing = |param| ApiError::MissingParam { param };
    let month = params.integer("card[exp_month]")?.ok_or_else(|| missing("card[exp_month]"))?;
    let year = params.integer("card[exp_year]")?.ok_or_else(|| missing("card[exp_year]"))?;
    if let Some(cvc) = params.text("card[cvc]")?
        && !(matches!(cvc.len(), 3 | 4) && is_digits(cvc))
    {
        return Err(ApiError::Card { decline: INVALID_CVC, param: "cvc" });
    }
    let number = params.required("card[number]")?.replace([' ', '-'], "");
    Ok(Number::Card { number, month, year })
}

impl Operation for CreatePaymentMethod {
    /// Records no event, because Stripe has none for payment methods without a customer.
    fn execute(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let instrument = match &self.number {
            Number::Card { number, month, year } => {
                validate_expiry(account.clock.now(), *month, *year)?;
                find_card(number, account.livemode)?
            }
            Number::BankAccount(number) => find_bank_account(number, account.livemode)?,
        };
        Ok(account.insert_payment_method(instrument, self.billing_details).to_json())
    }
}

fn validate_expiry(now: i64, month: i64, year: i64) -> Result<()> {
    if !(1..=12).contains(&month) {
        return Err(ApiError::Card { decline: INVALID_MONTH, param: "exp_month" });
    }
    let now = jiff::Timestamp::from_second(now).map(|now| now.to_zoned(jiff::tz::TimeZone::UTC));
    let (this_year, this_month) = now.map_or((0, 0), |now| (i64::from(now.year()), i64::from(now.month())));
    if (year, month) < (this_year, this_month) {
        return Err(ApiError::Card { decline: INVALID_YEAR, param: "exp_year" });
    }
    Ok(())
}

fn find_card(number: &str, livemode: bool) -> Result<Instrument> {
    if !(12..=19).contains(&number.len()) || !is_digits(number) || !has_check_digit(number) {
        return Err(ApiError::Card { decline: INCORRECT_NUMBER, param: "number" });
    }
    match (cards::find_by_number(number), livemode) {
        (Some(card), false) => Ok(card),
        (None, true) => Ok(cards::real_card(number)),
        (Some(_), true) => Err(ApiError::Card { decline: TEST_CARD_IN_LIVE_MODE, param: "" }),
        (None, false) => Err(ApiError::Card { decline: REAL_CARD_IN_TEST_MODE, param: "" }),
    }
}

fn find_bank_account(number: &str, livemode: bool) -> Result<Instrument> {
    let test_account = bank_accounts::find_by_number(number);
    let account = if livemode && is_digits(number) && test_account.is_none() {
        Some(bank_accounts::real_account(number))
    } else {
        test_account.filter(|_| !livemode)
    };
    account.ok_or_else(|| ApiError::invalid("us_bank_account[account_number]", "Invalid account number."))
}

const fn card_error(code: &'static str, message: &'static str) -> Decline {
    Decline { code, decline_code: None, message }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Verifies the last digit of a card number by the Luhn algorithm.
fn has_check_digit(number: &str) -> bool {
    let digits = number.chars().rev().filter_map(|digit| digit.to_digit(10));
    let summands = digits.enumerate().map(|(index, digit)| match (index.checked_rem(2), digit) {
        (Some(0), digit) => digit,
        (_, 9) => 9,
        (_, digit) => digit.saturating_mul(2).checked_rem(9).unwrap_or_default(),
    });
    summands.sum::<u32>().checked_rem(10) == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_of_a_card_number_is_verified() {
        for number in ["4242424242424242", "378282246310005", "4000000000009995", "4000056655665556"] {
            assert!(has_check_digit(number), "{number}");
        }
        for number in ["4242424242424241", "4242424242424224", "378282246310050"] {
            assert!(!has_check_digit(number), "{number}");
        }
    }
}
