//! The status of a payment, and the client secret of its payment intent.

use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// The status of an order's payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The buyer has not paid yet.
    RequiresPayment,
    /// The bank has not confirmed yet.
    Processing,
    /// Paid.
    Succeeded,
    /// The last attempt was declined; the buyer may retry.
    Failed,
    /// The payment intent is canceled; it cannot be paid.
    Canceled,
    /// Fully refunded.
    Refunded,
    /// Partially refunded.
    PartiallyRefunded,
}

impl PaymentStatus {
    /// All statuses.
    pub const ALL: [Self; 7] = [
        Self::RequiresPayment,
        Self::Processing,
        Self::Succeeded,
        Self::Failed,
        Self::Canceled,
        Self::Refunded,
        Self::PartiallyRefunded,
    ];

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPayment => "requires_payment",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Refunded => "refunded",
            Self::PartiallyRefunded => "partially_refunded",
        }
    }

    /// Returns whether the payment succeeded, even if it was refunded since.
    #[must_use]
    pub const fn is_paid(self) -> bool {
        matches!(self, Self::Succeeded | Self::Refunded | Self::PartiallyRefunded)
    }

    /// Returns whether the buyer can still pay.
    #[must_use]
    pub const fn is_payable(self) -> bool {
        matches!(self, Self::RequiresPayment | Self::Failed)
    }
}

impl std::str::FromStr for PaymentStatus {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| ValidationError::invalid_choice(&Self::ALL.map(Self::as_str)))
    }
}

/// Why a payment failed, or cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFailure {
    /// Stripe's code.
    pub code: String,
    /// Stripe's description.
    pub message: String,
}

impl PaymentFailure {
    /// The maximum number of characters of a description.
    const MAX_MESSAGE: usize = 500;

    /// Makes a failure. The description becomes one line of limited length.
    #[must_use]
    pub fn new(code: &str, message: &str) -> Self {
        let line = message.chars().map(|character| if character.is_control() { ' ' } else { character });
        Self { code: code.to_owned(), message: line.take(Self::MAX_MESSAGE).collect() }
    }
}

/// The client secret of a payment intent. `Debug` hides it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Returns the secret. Only the buyer may receive it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for ClientSecret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientSecret, PaymentFailure, PaymentStatus};

    #[test]
    fn a_failure_has_one_line_of_limited_length() {
        let failure = PaymentFailure::new("amount_too_small", &format!("too\nsmall {}", "x".repeat(600)));
        assert!(failure.message.starts_with("too small x"));
        assert_eq!((failure.code.as_str(), failure.message.len()), ("amount_too_small", 500));
    }

    #[test]
    fn each_status_is_payable_paid_or_neither() {
        let facts = PaymentStatus::ALL.map(|status| (status.as_str(), status.is_payable(), status.is_paid()));
        let expected = [
            ("requires_payment", true, false),
            ("processing", false, false),
            ("succeeded", false, true),
            ("failed", true, false),
            ("canceled", false, false),
            ("refunded", false, true),
            ("partially_refunded", false, true),
        ];
        assert_eq!(facts, expected);
    }

    #[test]
    fn client_secrets_are_hidden_from_logs() {
        let secret = ClientSecret::from("pi_1_secret_2".to_owned());
        assert_eq!(format!("{secret:?}"), "ClientSecret(..)");
        assert_eq!(secret.expose(), "pi_1_secret_2");
    }
}
