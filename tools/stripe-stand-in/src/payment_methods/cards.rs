//! Cards, among them Stripe's test cards (<https://docs.stripe.com/testing>).

use super::decline::{DECLINED, INSUFFICIENT_FUNDS, PROCESSING_ERROR, decline};
use super::{ChargeOutcome, Decline, Instrument, Sequel};
use serde_json::{Value, json};

/// A test card: the names without `pm_card_`, the number, the brand, and what its bank does.
type TestCard = (&'static str, &'static str, &'static str, ChargeOutcome, Option<Sequel>);

const SUCCEEDS: ChargeOutcome = ChargeOutcome::Succeeds;
const AUTHENTICATES: ChargeOutcome = ChargeOutcome::RequiresAction(None);

#[rustfmt::skip]
const TEST_CARDS: &[TestCard] = &[
    ("visa", "4242424242424242", "visa", SUCCEEDS, None),
    ("visa_debit", "4000056655665556", "visa", SUCCEEDS, None),
    ("mastercard", "5555555555554444", "mastercard", SUCCEEDS, None),
    ("mastercard_debit", "5200828282828210", "mastercard", SUCCEEDS, None),
    ("mastercard_prepaid", "5105105105105100", "mastercard", SUCCEEDS, None),
    ("amex", "378282246310005", "amex", SUCCEEDS, None),
    ("discover", "6011111111111117", "discover", SUCCEEDS, None),
    ("diners", "3056930009020004", "diners", SUCCEEDS, None),
    ("jcb", "3566002020360505", "jcb", SUCCEEDS, None),
    ("unionpay", "6200000000000005", "unionpay", SUCCEEDS, None),
    ("chargeDeclined", "4000000000000002", "visa", declines(DECLINED), None),
    ("visa_chargeDeclined", "4000000000000002", "visa", declines(DECLINED), None),
    ("visa_chargeDeclinedInsufficientFunds", "4000000000009995", "visa", declines(INSUFFICIENT_FUNDS), None),
    ("visa_chargeDeclinedLostCard", "4000000000009987", "visa", declines(LOST), None),
    ("visa_chargeDeclinedStolenCard", "4000000000009979", "visa", declines(STOLEN), None),
    ("visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975", "visa", declines(VELOCITY), None),
    ("chargeDeclinedExpiredCard", "4000000000000069", "visa", declines(EXPIRED), None),
    ("chargeDeclinedIncorrectCvc", "4000000000000127", "visa", declines(INCORRECT_CVC), None),
    ("chargeDeclinedProcessingError", "4000000000000119", "visa", declines(PROCESSING_ERROR), None),
    ("authenticationRequired", "4000002760003184", "visa", AUTHENTICATES, None),
    ("authenticationRequiredOnSetup", "4000002500003155", "visa", AUTHENTICATES, None),
    ("threeDSecure2Required", "4000000000003220", "visa", AUTHENTICATES, None),
    ("threeDSecureRequired", "4000000000003063", "visa", AUTHENTICATES, None),
    ("threeDSecureOptional", "4000000000003055", "visa", SUCCEEDS, None),
    (
        "authenticationRequiredChargeDeclinedInsufficientFunds", "4000008260003178", "visa",
        ChargeOutcome::RequiresAction(Some(INSUFFICIENT_FUNDS)), None,
    ),
    (
        "threeDSecureRequiredChargeDeclined", "4000008400001629", "visa",
        ChargeOutcome::RequiresAction(Some(DECLINED)), None,
    ),
    (
        "threeDSecureRequiredProcessingError", "4000008400001280", "visa",
        ChargeOutcome::RequiresAction(Some(PROCESSING_ERROR)), None,
    ),
    ("createDispute", "4000000000000259", "visa", SUCCEEDS, Some(Sequel::Dispute("fraudulent"))),
    (
        "createDisputeProductNotReceived", "4000000000002685", "visa",
        SUCCEEDS, Some(Sequel::Dispute("product_not_received")),
    ),
    ("createDisputeInquiry", "4000000000001976", "visa", SUCCEEDS, Some(Sequel::Inquiry)),
    ("pendingRefund", "4000000000007726", "visa", SUCCEEDS, Some(Sequel::PendingRefund)),
    ("refundFail", "4000000000005126", "visa", SUCCEEDS, Some(Sequel::FailingRefund)),
];

const LOST: Decline = decline("card_declined", "lost_card", "Your card was declined.");
const STOLEN: Decline = decline("card_declined", "stolen_card", "Your card was declined.");
const VELOCITY: Decline = decline(
    "card_declined",
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
);
const EXPIRED: Decline = decline("expired_card", "expired_card", "Your card has expired.");
const INCORRECT_CVC: Decline = decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.");

const fn declines(reason: Decline) -> ChargeOutcome {
    ChargeOutcome::Declined(reason)
}

/// Finds a test card by its name without `pm_card_`.
pub(super) fn find_by_name(name: &str) -> Option<Instrument> {
    TEST_CARDS.iter().find(|(test_name, ..)| *test_name == name).map(card)
}

/// Finds a test card by its number.
pub(super) fn find_by_number(number: &str) -> Option<Instrument> {
    TEST_CARDS.iter().find(|(_, test_number, ..)| *test_number == number).map(card)
}

fn card(&(_, number, brand, outcome, sequel): &TestCard) -> Instrument {
    Instrument { outcome, sequel, brand, ..real_card(number) }
}

/// Returns a card that is no test card. Its bank accepts every charge.
pub(super) fn real_card(number: &str) -> Instrument {
    let brand = match number.as_bytes() {
        [b'3', b'4' | b'7', ..] => "amex",
        [b'5', ..] => "mastercard",
        [b'6', ..] => "discover",
        _ => "visa",
    };
    let last4 = number.get(number.len().saturating_sub(4)..).unwrap_or_default().to_owned();
    Instrument { kind: "card", outcome: SUCCEEDS, sequel: None, brand, last4 }
}

impl Instrument {
    /// Returns the `card` of a payment method.
    pub(super) fn card(&self) -> Value {
        json!({
            "brand": self.brand,
            "checks": checks(),
            "country": "US",
            "display_brand": self.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": null,
            "funding": "credit",
            "generated_from": null,
            "last4": self.last4,
            "networks": { "available": [self.brand], "preferred": null },
            "regulated_status": "unregulated",
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        })
    }

    /// Returns the `payment_method_details.card` of a charge.
    pub(super) fn card_details(&self, amount: i64) -> Value {
        json!({
            "amount_authorized": amount,
            "authorization_code": null,
            "brand": self.brand,
            "checks": checks(),
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "extended_authorization": { "status": "disabled" },
            "fingerprint": null,
            "funding": "credit",
            "incremental_authorization": { "status": "unavailable" },
            "installments": null,
            "last4": self.last4,
            "mandate": null,
            "multicapture": { "status": "unavailable" },
            "network": self.brand,
            "network_token": { "used": false },
            "network_transaction_id": null,
            "overcapture": { "maximum_amount_capturable": amount, "status": "unavailable" },
            "regulated_status": "unregulated",
            "three_d_secure": null,
            "wallet": null,
        })
    }
}

fn checks() -> Value {
    json!({ "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" })
}
