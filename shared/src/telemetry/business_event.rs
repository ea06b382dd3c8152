//! Business events, which CloudWatch counts.

use super::METRICS;
use crate::domain::id::{NotificationId, OrderId};
use crate::domain::money::{Currency, Money};
use std::time::Duration;

/// A business event. Within one request the same event counts once, because the body of a transaction may run several
/// times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusinessEvent {
    /// An order was placed.
    OrderPlaced(OrderId),
    /// An order was paid, with this amount in this currency.
    OrderPaid(OrderId, Money, Currency),
    /// An order was cancelled.
    OrderCancelled(OrderId),
    /// A payment differs from its order in amount, currency or mode.
    AmountMismatch(OrderId),
    /// A payment was found at Stripe, and the event about it has not arrived.
    PaymentWithoutEvent(OrderId),
    /// An event of Stripe was received, with the time since its creation.
    EventReceived(Duration),
    /// A request exceeded the stock.
    StockInsufficient,
    /// A login failed.
    LoginFailed,
    /// A refresh token that was spent within the leeway was presented again.
    RefreshRepeated,
    /// The signature of a webhook was invalid.
    SignatureRejected,
    /// Stripe rejected the API key: it is invalid or lacks a permission.
    StripeKeyRejected,
    /// The current value of a secret cannot be used, so its previous value remains in use.
    SecretRenewalFailed,
    /// A scheduled job left an item to a later run. Each one counts.
    MaintenanceFailed,
    /// A mail was not sent, and no further attempt is made.
    MailFailed(NotificationId),
    /// A run of `mailer` has left a notification of this age, the oldest one; zero if it has left none.
    MailLag(Duration),
    /// A list was read without a document that cannot be decoded; a hash of its collection and id.
    UndecodableDocument(u64),
}

impl BusinessEvent {
    /// Writes the metrics of the event. Alarms and the dashboard in `template.yaml` use their names.
    pub(crate) fn emit(self) {
        match self {
            Self::OrderPlaced(_) => count("OrdersPlaced", 1),
            Self::OrderPaid(_, amount, currency) => {
                count("OrdersPaid", 1);
                // Amounts of different currencies must not be added.
                let (value, currency) = (u64::try_from(amount.minor()).unwrap_or_default(), currency.code());
                tracing::info!(target: METRICS, metric = "RevenueMinorUnits", unit = "None", value, currency);
            }
            Self::OrderCancelled(_) => count("OrdersCancelled", 1),
            Self::AmountMismatch(_) => count("AmountMismatches", 1),
            Self::PaymentWithoutEvent(_) => count("PaymentsWithoutEvent", 1),
            Self::EventReceived(lag) => {
                measure("WebhookLag", "Milliseconds", u64::try_from(lag.as_millis()).unwrap_or(u64::MAX));
            }
            Self::StockInsufficient => count("RejectedForStock", 1),
            Self::LoginFailed => count("LoginFailures", 1),
            Self::RefreshRepeated => count("RepeatedRefreshes", 1),
            Self::SignatureRejected => count("RejectedSignatures", 1),
            Self::StripeKeyRejected => count("StripeKeyRejections", 1),
            Self::SecretRenewalFailed => count("SecretRenewalFailures", 1),
            Self::MaintenanceFailed => count("MaintenanceFailures", 1),
            Self::MailFailed(_) => count("MailFailures", 1),
            Self::MailLag(lag) => measure("MailLag", "Seconds", lag.as_secs()),
            Self::UndecodableDocument(_) => count("UndecodableDocuments", 1),
        }
    }
}

fn count(metric: &str, value: u64) {
    measure(metric, "Count", value);
}

fn measure(metric: &str, unit: &str, value: u64) {
    tracing::info!(target: METRICS, metric, unit, value);
}
