//! Payment intents: of Stripe's object, what the shop looks at.

use crate::domain::payment::ClientSecret;
use serde::Deserialize;
use std::collections::HashMap;

/// A payment intent.
#[derive(Debug, Clone, Deserialize)]
pub struct Intent {
    /// Its id at Stripe.
    pub id: String,
    /// How far it has come.
    pub status: IntentStatus,
    /// What was paid, in minor units.
    #[serde(default)]
    pub amount_received: i64,
    /// In lower case.
    pub currency: String,
    /// Whether it is about real money.
    pub livemode: bool,
    /// With what the buyer's browser pays.
    pub client_secret: Option<ClientSecret>,
    /// What we wrote on it: `order_id`.
    #[serde(default)]
    pub metadata: HashMap<String, String>,
}

/// How far a payment intent has come
/// (<https://docs.stripe.com/payments/paymentintents/lifecycle>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// The buyer has to choose how to pay, for the first time or after a refusal.
    RequiresPaymentMethod,
    /// The buyer has to confirm.
    RequiresConfirmation,
    /// The buyer has to show who it is.
    RequiresAction,
    /// The bank has not answered yet.
    Processing,
    /// The money is set aside and not taken.
    RequiresCapture,
    /// Over without a payment.
    Canceled,
    /// Paid.
    Succeeded,
    /// A state that Stripe has added since.
    #[serde(other)]
    Unknown,
}
