//! Notifications by mail: what they are about, and when an attempt to send one is repeated.

use super::email::Email;
use super::id::{NotificationId, RefundId};
use super::order::OrderStatus;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The age from which a notification is outdated. One that is older was due while the shop sent no mail.
pub const MAX_AGE: Duration = Duration::from_hours(3 * 24);

/// The pauses after failed attempts, in minutes. After the last one the notification has failed.
const RETRY_MINUTES: [u64; 7] = [1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60];

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// An order was placed.
    OrderPlaced,
    /// An order was paid.
    OrderPaid,
    /// An order was shipped.
    OrderShipped,
    /// An order was delivered.
    OrderDelivered,
    /// An order was cancelled.
    OrderCancelled,
    /// A refund of an order has succeeded.
    OrderRefunded,
    /// A payment of an order has failed, and can be repeated.
    PaymentFailed,
    /// A guest's order was added to an account.
    OrderClaimed,
    /// The mail address of an account is to be verified.
    VerifyEmail,
    /// The reset of a password was requested.
    PasswordReset,
    /// The password of an account has changed.
    PasswordChanged,
    /// The mail address of an account has changed.
    EmailChanged,
    /// An account has become an administrator.
    NewAdministrator,
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::OrderPlaced,
        Self::OrderPaid,
        Self::OrderShipped,
        Self::OrderDelivered,
        Self::OrderCancelled,
        Self::OrderRefunded,
        Self::PaymentFailed,
        Self::OrderClaimed,
        Self::VerifyEmail,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::EmailChanged,
        Self::NewAdministrator,
    ];

    /// Returns the kind that becomes due when an order reaches a status by a transition.
    #[must_use]
    pub const fn of_status(status: OrderStatus) -> Option<Self> {
        match status {
            // No transition leads to this status.
            OrderStatus::Pending => None,
            OrderStatus::Processing => Some(Self::OrderPaid),
            OrderStatus::Shipped => Some(Self::OrderShipped),
            OrderStatus::Delivered => Some(Self::OrderDelivered),
            OrderStatus::Cancelled => Some(Self::OrderCancelled),
        }
    }

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderPlaced => "order_placed",
            Self::OrderPaid => "order_paid",
            Self::OrderShipped => "order_shipped",
            Self::OrderDelivered => "order_delivered",
            Self::OrderCancelled => "order_cancelled",
            Self::OrderRefunded => "order_refunded",
            Self::PaymentFailed => "payment_failed",
            Self::OrderClaimed => "order_claimed",
            Self::VerifyEmail => "verify_email",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::EmailChanged => "email_changed",
            Self::NewAdministrator => "new_administrator",
        }
    }
}

/// How far a notification got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationState {
    /// To be sent at its due time.
    Due,
    /// Being sent, until its due time: a run that has crashed leaves it like this, and it is sent again then.
    Sending,
    /// Accepted by the mail server.
    Sent,
    /// Not sent: every attempt failed, or the mail server rejected it for good.
    Failed,
    /// Not sent on purpose.
    Suppressed,
}

impl NotificationState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Due, Self::Sending, Self::Sent, Self::Failed, Self::Suppressed];

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
        }
    }
}

/// Why a notification was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationReason {
    /// The mail server could not be reached, or refused every attempt for now.
    Unavailable,
    /// The mail server rejected it for good.
    Rejected,
    /// The mail server accepts no address with such letters before the `@`.
    UnsupportedAddress,
    /// Mail to the address has bounced, or its owner has complained.
    SuppressedAddress,
    /// There is no address any more.
    NoRecipient,
    /// It was due for too long, because the shop sent no mail for a while.
    Outdated,
    /// What it asks for is not possible any more.
    Obsolete,
    /// Guests placed many orders with the address shortly before.
    TooManyOrders,
}

impl NotificationReason {
    /// All reasons.
    pub const ALL: [Self; 8] = [
        Self::Unavailable,
        Self::Rejected,
        Self::UnsupportedAddress,
        Self::SuppressedAddress,
        Self::NoRecipient,
        Self::Outdated,
        Self::Obsolete,
        Self::TooManyOrders,
    ];

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Rejected => "rejected",
            Self::UnsupportedAddress => "unsupported_address",
            Self::SuppressedAddress => "suppressed_address",
            Self::NoRecipient => "no_recipient",
            Self::Outdated => "outdated",
            Self::Obsolete => "obsolete",
            Self::TooManyOrders => "too_many_orders",
        }
    }
}

/// A notification, as it is stored with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The id.
    pub id: NotificationId,
    /// What it is about.
    pub kind: NotificationKind,
    /// How far it got.
    pub state: NotificationState,
    /// The number of attempts to send it.
    pub attempts: i64,
    /// When it became due first.
    pub created_at: Timestamp,
    /// When the next attempt is due. `None` once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// When it was sent, failed or was suppressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it was not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<NotificationReason>,
    /// The refund that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// The recipient, if it is not the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Email>,
}

impl Notification {
    /// Makes a notification that is due now.
    #[must_use]
    pub const fn new(id: NotificationId, kind: NotificationKind, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            state: NotificationState::Due,
            attempts: 0,
            created_at: now,
            due_at: Some(now),
            ended_at: None,
            reason: None,
            refund: None,
            to: None,
        }
    }

    /// Sets the recipient, who is not the current one of the order or account.
    #[must_use]
    pub fn to(self, email: Email) -> Self {
        Self { to: Some(email), ..self }
    }

    /// Returns whether it is due.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| due <= now)
    }
}

/// The result of an attempt to send a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationOutcome {
    /// The mail server has accepted it.
    Sent,
    /// It has failed for now.
    FailedForNow,
    /// It has failed for good.
    Failed(NotificationReason),
    /// It is not to be sent.
    Suppressed(NotificationReason),
}

/// Returns the pause after a number of failed attempts; `None` after the last one.
#[must_use]
pub fn retry_delay(attempts: i64) -> Option<Duration> {
    let index = usize::try_from(attempts.saturating_sub(1)).ok()?;
    RETRY_MINUTES.get(index).copied().map(Duration::from_mins)
}

#[cfg(test)]
mod tests {
    use super::{MAX_AGE, NotificationKind, NotificationReason, NotificationState, retry_delay};
    use crate::domain::order::OrderStatus;
    use std::time::Duration;

    #[test]
    fn attempts_are_repeated_less_and_less_often_and_end_before_the_mail_is_outdated() {
        let delays: Vec<Duration> = (1..).map_while(retry_delay).collect();
        assert_eq!(delays.first(), Some(&Duration::from_mins(1)));
        assert!(delays.is_sorted());
        assert!(delays.iter().sum::<Duration>() < MAX_AGE);
        assert_eq!(retry_delay(0), None);
    }

    #[test]
    fn the_names_are_those_of_serde() {
        let name = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        for kind in NotificationKind::ALL {
            assert_eq!(name(&serde_json::to_value(kind).unwrap()), kind.as_str());
        }
        for state in NotificationState::ALL {
            assert_eq!(name(&serde_json::to_value(state).unwrap()), state.as_str());
        }
        for reason in NotificationReason::ALL {
            assert_eq!(name(&serde_json::to_value(reason).unwrap()), reason.as_str());
        }
    }

    #[test]
    fn each_transition_of_an_order_has_a_notification() {
        for status in OrderStatus::ALL {
            assert_eq!(NotificationKind::of_status(status).is_some(), status != OrderStatus::Pending, "{status}");
        }
    }
}
