//! The flags of orders.

use crate::domain::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// A problem that an administrator has to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The payment differs from the order in amount, currency or mode.
    AmountMismatch,
    /// An event referred to a payment intent that is not the order's.
    ForeignIntent,
    /// The order was paid in a status that expects no payment.
    PaidAfterEnd,
    /// A refund failed: its amount is still owed to the buyer.
    RefundFailed,
    /// The payment is disputed.
    Disputed,
}

impl Flag {
    /// All flags.
    pub const ALL: [Self; 5] =
        [Self::AmountMismatch, Self::ForeignIntent, Self::PaidAfterEnd, Self::RefundFailed, Self::Disputed];

    /// The name in documents and responses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AmountMismatch => "amount_mismatch",
            Self::ForeignIntent => "foreign_intent",
            Self::PaidAfterEnd => "paid_after_end",
            Self::RefundFailed => "refund_failed",
            Self::Disputed => "disputed",
        }
    }
}

impl std::str::FromStr for Flag {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let found = Self::ALL.into_iter().find(|flag| flag.as_str() == text);
        found.ok_or_else(|| ValidationError::invalid_choice(&Self::ALL.map(Self::as_str)))
    }
}

impl From<Flag> for bson::Bson {
    fn from(flag: Flag) -> Self {
        Self::String(flag.as_str().to_owned())
    }
}
