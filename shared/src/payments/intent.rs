//! Payment intents: the fields of Stripe's object that the shop uses.

use crate::domain::payment::ClientSecret;
use serde::Deserialize;
use std::collections::HashMap;

/// A payment intent (<https://docs.stripe.com/api/payment_intents/object>).
#[derive(Debug, Clone, Deserialize)]
pub struct Intent {
    /// The id at Stripe.
    pub id: String,
    /// The status.
    pub status: IntentStatus,
    /// The amount received, in minor units.
    #[serde(default)]
    pub amount_received: i64,
    /// The currency code in lower case.
    pub currency: String,
    /// Whether it was created in live mode.
    pub livemode: bool,
    /// The secret with which the buyer's browser confirms the payment.
    pub client_secret: Option<ClientSecret>,
    /// The metadata: `order_id` and `order_number`.
    #[serde(default)]
    pub metadata: HashMap<String, String>,
}

/// The status of a payment intent
/// (<https://docs.stripe.com/payments/paymentintents/lifecycle>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// The buyer has to choose a payment method, initially or after a failed payment.
    RequiresPaymentMethod,
    /// The buyer has to confirm the payment.
    RequiresConfirmation,
    /// The buyer has to authenticate.
    RequiresAction,
    /// The payment is being processed.
    Processing,
    /// The amount is authorized but not captured.
    RequiresCapture,
    /// The intent was cancelled.
    Canceled,
    /// The payment succeeded.
    Succeeded,
    /// A status that Stripe added later.
    #[serde(other)]
    Unknown,
}
