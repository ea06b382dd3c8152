//! The permissions that the shop needs from a restricted API key, and a check of each. No check changes anything.

use super::client::Stripe;
use super::error::StripeError;
use reqwest::Method;

/// A permission of a restricted key (<https://docs.stripe.com/keys/restricted-api-keys>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// To create, retrieve, search and cancel payment intents.
    WritePaymentIntents,
    /// To retrieve charges, and to create and list refunds.
    WriteChargesAndRefunds,
    /// To list the disputes of a payment.
    ReadDisputes,
}

/// The result of a check.
#[derive(Debug)]
pub enum Access {
    /// The key has the permission.
    Granted,
    /// The key lacks the permission.
    Missing,
    /// The key itself is invalid, or Stripe cannot be reached.
    Failed(StripeError),
}

impl Permission {
    /// All permissions that the shop needs.
    pub const ALL: [Self; 3] = [Self::WritePaymentIntents, Self::WriteChargesAndRefunds, Self::ReadDisputes];

    /// Returns the name of the resource in Stripe's dashboard.
    #[must_use]
    pub const fn resource(self) -> &'static str {
        match self {
            Self::WritePaymentIntents => "PaymentIntents",
            Self::WriteChargesAndRefunds => "Charges and Refunds",
            Self::ReadDisputes => "Disputes",
        }
    }

    /// Returns the level of access in Stripe's dashboard.
    #[must_use]
    pub const fn level(self) -> &'static str {
        match self {
            Self::WritePaymentIntents | Self::WriteChargesAndRefunds => "Write",
            Self::ReadDisputes => "Read",
        }
    }

    /// Returns requests that need the permission. Those that could write lack every required parameter, so that Stripe
    /// rejects them after it has checked the permission.
    const fn probes(self) -> &'static [(Method, &'static str)] {
        match self {
            Self::WritePaymentIntents => {
                &[(Method::GET, "/v1/payment_intents?limit=1"), (Method::POST, "/v1/payment_intents")]
            }
            Self::WriteChargesAndRefunds => &[
                (Method::GET, "/v1/charges?limit=1"),
                (Method::GET, "/v1/refunds?limit=1"),
                (Method::POST, "/v1/refunds"),
            ],
            Self::ReadDisputes => &[(Method::GET, "/v1/disputes?limit=1")],
        }
    }
}

impl Stripe {
    /// Checks whether the key has a permission.
    pub async fn check(&self, permission: Permission) -> Access {
        for (method, path) in permission.probes() {
            match self.probe(method.clone(), path).await {
                Err(StripeError::Rejected { status: 403, .. }) => return Access::Missing,
                Err(error) if !error.is_final() => return Access::Failed(error),
                // A rejected request has passed the check of the permission.
                Ok(()) | Err(_) => {}
            }
        }
        Access::Granted
    }
}
