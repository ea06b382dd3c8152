//! Payment methods: cards and bank accounts, each for one payment.

mod bank_accounts;
mod billing_details;
mod cards;
mod create_payment_method;
mod decline;

pub(crate) use create_payment_method::CreatePaymentMethod;
pub(crate) use decline::{AUTHENTICATION_FAILURE, DELAYED_DECLINE, Decline};

use crate::account::{Account, Object, Table};
use crate::errors::{ApiError, ObjectRole, Result};
use crate::ids;
use billing_details::BillingDetails;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The prefixes of payment methods that exist in test mode only.
const CARD: &str = "pm_card_";
const BANK_ACCOUNT: &str = "pm_usBankAccount_";

/// A payment method. One that belongs to no customer can pay once.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) instrument: Instrument,
    billing_details: BillingDetails,
    created: i64,
    livemode: bool,
    /// Whether it has paid, or is paying.
    is_used: bool,
}

/// A card or a bank account, and what its bank does.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Instrument {
    /// Stripe's name of the type: `card` or `us_bank_account`.
    pub(crate) kind: &'static str,
    pub(crate) outcome: ChargeOutcome,
    pub(crate) sequel: Option<Sequel>,
    brand: &'static str,
    last4: String,
}

/// The outcome of charging a payment method.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum ChargeOutcome {
    Succeeds,
    /// The buyer has to authenticate. Afterwards the charge succeeds or is declined.
    RequiresAction(Option<Decline>),
    /// The bank takes days to decide. Without a decision, the control API makes it.
    Processing(Option<BankDecision>),
    Declined(Decline),
}

/// The decision of a bank on a debit.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) enum BankDecision {
    Succeeds,
    Fails(Decline),
}

/// What happens after a successful charge.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Sequel {
    /// The buyer's bank reclaims the payment for this reason.
    Dispute(&'static str),
    /// The buyer's bank asks about the payment, without withdrawing it.
    Inquiry,
    /// A refund is pending at first.
    PendingRefund,
    /// A refund succeeds, and fails later.
    FailingRefund,
}

impl Account {
    /// Returns a payment method by its id, or a new one by the name of a test payment method such as `pm_card_visa`.
    pub(crate) fn resolve_payment_method(&mut self, name: &str) -> Result<PaymentMethod> {
        if let Some(method) = self.payment_methods.find(name) {
            return method.ensure_unused().map(|()| method.clone());
        }
        let instrument = Instrument::from_test_name(name).filter(|_| !self.livemode);
        let instrument = instrument.ok_or_else(|| ApiError::ResourceMissing {
            object: "PaymentMethod",
            id: name.to_owned(),
            param: "payment_method",
            role: ObjectRole::Reference,
        })?;
        Ok(self.insert_payment_method(instrument, BillingDetails::default()))
    }

    fn insert_payment_method(&mut self, instrument: Instrument, billing_details: BillingDetails) -> PaymentMethod {
        let method = PaymentMethod {
            id: ids::random_id("pm_1"),
            instrument,
            billing_details,
            created: self.clock.now(),
            livemode: self.livemode,
            is_used: false,
        };
        self.payment_methods.insert(method.clone());
        method
    }

    /// Marks a payment method that has paid, or is paying.
    pub(crate) fn use_payment_method(&mut self, id: &str) -> Result<()> {
        self.payment_methods.get_mut(id, "payment_method", ObjectRole::Reference)?.is_used = true;
        Ok(())
    }
}

impl Instrument {
    fn from_test_name(name: &str) -> Option<Self> {
        match name.strip_prefix(CARD) {
            Some(card) => cards::find_by_name(card),
            None => bank_accounts::find_by_name(name.strip_prefix(BANK_ACCOUNT)?),
        }
    }
}

impl PaymentMethod {
    fn ensure_unused(&self) -> Result<()> {
        if !self.is_used {
            return Ok(());
        }
        let message = "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, \
                       shared with a connected account without Customer attachment, or was detached from a Customer. \
                       It may not be used again. To use a PaymentMethod multiple times, you must attach it to a \
                       Customer first.";
        Err(ApiError::invalid("payment_method", message))
    }

    pub(crate) fn billing_details(&self) -> Value {
        self.billing_details.to_json()
    }

    /// Returns the `payment_method_details` of a charge: the type, and the details in a field of that name.
    pub(crate) fn details(&self, amount: i64) -> Value {
        let kind = self.instrument.kind;
        let details = match kind {
            "card" => self.instrument.card_details(amount),
            _ => self.instrument.bank_account_details(),
        };
        json!({ "type": kind, kind: details })
    }
}

impl Object for PaymentMethod {
    const NAME: &'static str = "payment_method";
    const URL: &'static str = "/v1/payment_methods";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn to_json(&self) -> Value {
        let kind = self.instrument.kind;
        let details = match kind {
            "card" => self.instrument.card(),
            _ => self.instrument.bank_account(),
        };
        json!({
            "id": self.id,
            "object": Self::NAME,
            "allow_redisplay": "unspecified",
            "billing_details": self.billing_details(),
            "created": self.created,
            "customer": null,
            "livemode": self.livemode,
            "metadata": {},
            "type": kind,
            kind: details,
        })
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.payment_methods
    }
}
