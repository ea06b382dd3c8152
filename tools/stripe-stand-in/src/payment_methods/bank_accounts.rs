//! Bank accounts in the USA, among them Stripe's test accounts
//! (<https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers>).

use super::{BankDecision, ChargeOutcome, Decline, Instrument, Sequel};
use serde_json::{Value, json};

const SUCCEEDS: Option<BankDecision> = Some(BankDecision::Succeeds);

/// The test accounts: the name without `pm_usBankAccount_`, the number, and what the bank does.
const TEST_ACCOUNTS: &[(&str, &str, Option<BankDecision>, Option<Sequel>)] = &[
    ("success", "000123456789", SUCCEEDS, None),
    ("processing", "000000000009", None, None),
    ("dispute", "000555555559", SUCCEEDS, Some(Sequel::Dispute("debit_not_authorized"))),
    (
        "accountClosed",
        "000111111113",
        Some(fails("account_closed", "The customer's bank account has been closed.")),
        None,
    ),
    ("noAccount", "000111111116", Some(fails("no_account", "The bank account could not be located.")), None),
    (
        "insufficientFunds",
        "000222222227",
        Some(fails("insufficient_funds", "The customer's account has insufficient funds to cover this payment.")),
        None,
    ),
    (
        "debitNotAuthorized",
        "000333333335",
        Some(fails("debit_not_authorized", "The customer has notified their bank that this payment was unauthorized.")),
        None,
    ),
    (
        "weeklyLimitExceeded",
        "000777777771",
        Some(fails("charge_exceeds_weekly_limit", "The payment exceeds the weekly limit of the account.")),
        None,
    ),
];

const fn fails(code: &'static str, message: &'static str) -> BankDecision {
    BankDecision::Fails(Decline { code, decline_code: None, message })
}

/// Finds a test account by its name without `pm_usBankAccount_`.
pub(super) fn find_by_name(name: &str) -> Option<Instrument> {
    let account = TEST_ACCOUNTS.iter().find(|(test_name, ..)| *test_name == name)?;
    find_by_number(account.1)
}

/// Finds a test account by its number.
pub(super) fn find_by_number(number: &str) -> Option<Instrument> {
    let (.., decision, sequel) = TEST_ACCOUNTS.iter().find(|(_, test_number, ..)| *test_number == number)?;
    Some(Instrument { outcome: ChargeOutcome::Processing(*decision), sequel: *sequel, ..real_account(number) })
}

/// Returns an account that is no test account. The control API decides on its debits.
pub(super) fn real_account(number: &str) -> Instrument {
    Instrument {
        kind: "us_bank_account",
        outcome: ChargeOutcome::Processing(None),
        sequel: None,
        brand: "STRIPE TEST BANK",
        last4: number.get(number.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
    }
}

impl Instrument {
    /// Returns the `us_bank_account` of a payment method.
    pub(super) fn bank_account(&self) -> Value {
        json!({
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": self.brand,
            "financial_connections_account": null,
            "fingerprint": null,
            "last4": self.last4,
            "networks": { "preferred": "ach", "supported": ["ach"] },
            "routing_number": "110000000",
            "status_details": {},
        })
    }

    /// Returns the `payment_method_details.us_bank_account` of a charge.
    pub(super) fn bank_account_details(&self) -> Value {
        json!({
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": self.brand,
            "fingerprint": null,
            "last4": self.last4,
            "payment_reference": null,
            "routing_number": "110000000",
        })
    }
}
