//! Payment intents: the fields of Stripe's object that the shop uses.

use super::object::StripeObject;
use crate::domain::payment::{ClientSecret, PaymentFailure};
use crate::domain::time::Timestamp;
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
    /// Why the last attempt to pay has failed.
    #[serde(default)]
    last_payment_error: Option<PaymentError>,
    /// The charge of the last attempt, if it was requested with the intent.
    #[serde(default)]
    latest_charge: Option<LatestCharge>,
}

#[derive(Debug, Clone, Deserialize)]
struct PaymentError {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
}

/// A charge, or only its id.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum LatestCharge {
    Expanded {
        disputed: bool,
        /// In seconds since 1970.
        created: i64,
    },
    Id(serde::de::IgnoredAny),
}

impl StripeObject for Intent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Intent {
    /// Returns why the last attempt to pay has failed, by the most specific code.
    #[must_use]
    pub fn failure(&self) -> Option<PaymentFailure> {
        let error = self.last_payment_error.as_ref()?;
        let code = error.decline_code.as_ref().or(error.code.as_ref()).or(error.kind.as_ref())?;
        Some(PaymentFailure::new(code, error.message.as_ref().unwrap_or(code)))
    }

    /// Returns whether the payment was ever disputed. It stays true when the dispute is won.
    #[must_use]
    pub fn was_disputed(&self) -> bool {
        match &self.latest_charge {
            Some(LatestCharge::Expanded { disputed, .. }) => *disputed,
            Some(LatestCharge::Id(_)) | None => false,
        }
    }

    /// Returns when the payment was made, if the charge was requested. A bank debit succeeds days later.
    #[must_use]
    pub fn charged_at(&self) -> Option<Timestamp> {
        match &self.latest_charge {
            Some(LatestCharge::Expanded { created, .. }) => Some(Timestamp::from_millis(created.saturating_mul(1000))),
            Some(LatestCharge::Id(_)) | None => None,
        }
    }
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
