//! How far the payment of an order has come.

use serde::{Deserialize, Serialize};

/// How far the payment of an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The buyer has to pay.
    RequiresPayment,
    /// The bank has not answered yet.
    Processing,
    /// Paid.
    Succeeded,
    /// The last try was refused; another may be made.
    Failed,
    /// Nothing can be paid any more.
    Canceled,
    /// All that was paid went back.
    Refunded,
    /// Some of what was paid went back.
    PartiallyRefunded,
}

impl PaymentStatus {
    /// The name as it is stored and shown.
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

    /// Whether there was money, wherever it is by now.
    #[must_use]
    pub const fn is_paid(self) -> bool {
        matches!(self, Self::Succeeded | Self::Refunded | Self::PartiallyRefunded)
    }

    /// Whether a buyer can still pay.
    #[must_use]
    pub const fn is_payable(self) -> bool {
        matches!(self, Self::RequiresPayment | Self::Failed)
    }
}

/// The client secret of a payment intent. It never prints.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// The secret, for its buyer alone.
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
