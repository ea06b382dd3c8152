//! What the shop's owner wants to see counted.

use super::METRICS;
use crate::domain::id::OrderId;
use crate::domain::money::Money;
use std::time::Duration;

/// Something that happened and is counted. The same fact twice within one request is one: the
/// body of a transaction may run several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusinessEvent {
    /// A cart became an order.
    OrderPlaced(OrderId),
    /// An order was paid, and with how much.
    OrderPaid(OrderId, Money),
    /// An order was cancelled.
    OrderCancelled(OrderId),
    /// A payment was not what its order costs.
    AmountMismatch(OrderId),
    /// An event of Stripe's came so long after it had happened.
    EventReceived(Duration),
    /// Somebody wanted more than there is.
    RefusedForStock,
    /// Somebody did not know the password.
    LoginFailed,
    /// A webhook was not signed by Stripe.
    SignatureRejected,
    /// The scheduled function left a piece of work to a later run. Each one counts.
    MaintenanceFailed,
}

impl BusinessEvent {
    /// Tells CloudWatch. The names are those of the alarms and the dashboard in template.yaml.
    pub(super) fn count(self) {
        match self {
            Self::OrderPlaced(_) => count("OrdersPlaced", 1),
            Self::OrderPaid(_, amount) => {
                count("OrdersPaid", 1);
                measure("RevenueMinorUnits", "None", u64::try_from(amount.minor()).unwrap_or_default());
            }
            Self::OrderCancelled(_) => count("OrdersCancelled", 1),
            Self::AmountMismatch(_) => count("AmountMismatches", 1),
            Self::EventReceived(lag) => {
                measure("WebhookLag", "Milliseconds", u64::try_from(lag.as_millis()).unwrap_or(u64::MAX));
            }
            Self::RefusedForStock => count("RefusedForStock", 1),
            Self::LoginFailed => count("LoginFailures", 1),
            Self::SignatureRejected => count("RejectedSignatures", 1),
            Self::MaintenanceFailed => count("ExpiryFailures", 1),
        }
    }
}

fn count(metric: &str, value: u64) {
    measure(metric, "Count", value);
}

fn measure(metric: &str, unit: &str, value: u64) {
    tracing::info!(target: METRICS, metric, unit, value);
}
