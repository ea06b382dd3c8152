//! The status of an order and the table of its transitions.

use super::validation::ValidationError;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// Unpaid. Its stock is reserved.
    Pending,
    /// Paid, and to be packed.
    Processing,
    /// Handed to the carrier.
    Shipped,
    /// Received by the buyer.
    Delivered,
    /// Cancelled, by the buyer, the shop or for lack of payment.
    Cancelled,
}

use Actor::{Admin, Customer, Stripe, System};
use OrderStatus::{Cancelled, Delivered, Pending, Processing, Shipped};

/// All transitions with the actors that may make them.
const TRANSITIONS: [(OrderStatus, OrderStatus, &[Actor]); 6] = [
    // Only Stripe confirms payments: by an event, or when it is queried.
    (Pending, Processing, &[Stripe, System]),
    (Pending, Cancelled, &[Customer, Admin, Stripe, System]),
    (Processing, Shipped, &[Admin]),
    // Customers cannot cancel paid orders: the parcel may be packed already.
    (Processing, Cancelled, &[Admin]),
    (Shipped, Delivered, &[Admin]),
    // Only a late payment does this, if the stock can be reacquired.
    (Cancelled, Processing, &[Stripe, System]),
];

/// A transition that does not exist, or is not permitted for the actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {from} cannot become {to}")]
pub struct InvalidTransition {
    /// The current status.
    pub from: OrderStatus,
    /// The requested status.
    pub to: OrderStatus,
    /// Who requested it.
    pub by: Actor,
}

impl InvalidTransition {
    /// Returns the statuses to which the actor can change the order.
    #[must_use]
    pub fn allowed(&self) -> Vec<OrderStatus> {
        OrderStatus::ALL.into_iter().filter(|to| self.from.transition(*to, self.by).is_ok()).collect()
    }
}

impl OrderStatus {
    /// All statuses, in the order in which they are usually reached.
    pub const ALL: [Self; 5] = [Pending, Processing, Shipped, Delivered, Cancelled];
    /// The statuses that count as revenue: paid and not cancelled.
    pub const SOLD: [Self; 3] = [Processing, Shipped, Delivered];

    /// Checks a transition by an actor and returns the new status.
    pub fn transition(self, to: Self, by: Actor) -> Result<Self, InvalidTransition> {
        let matches =
            |&(start, end, actors): &(Self, Self, &[Actor])| (start, end) == (self, to) && actors.contains(&by);
        if TRANSITIONS.iter().any(matches) { Ok(to) } else { Err(InvalidTransition { from: self, to, by }) }
    }

    /// Returns the time until an order of this age is reconciled with Stripe again: a quarter of its age. So an order is
    /// reconciled every few minutes at first, then every few hours.
    #[must_use]
    pub fn reconcile_interval(self, age: Duration) -> Duration {
        // A bank debit takes days; the dispute of a paid order may come at any time.
        let longest = Duration::from_hours(if self == Pending { 6 } else { 24 });
        age.checked_div(4).unwrap_or(longest).clamp(Duration::from_mins(3), longest)
    }

    /// Returns the name in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Pending => "pending",
            Processing => "processing",
            Shipped => "shipped",
            Delivered => "delivered",
            Cancelled => "cancelled",
        }
    }
}

impl std::fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Parses a status, ignoring case.
impl std::str::FromStr for OrderStatus {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let found = Self::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text));
        found.ok_or_else(|| ValidationError::invalid_choice(&Self::ALL.map(Self::as_str)))
    }
}

/// A reason why a paid order must not be shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShippingBlock {
    /// The payment is disputed.
    Disputed,
    /// The whole payment is refunded, or its refund is pending.
    Refunded,
    /// The order was restocked.
    Restocked,
}

impl ShippingBlock {
    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disputed => "disputed",
            Self::Refunded => "refunded",
            Self::Restocked => "restocked",
        }
    }
}

/// The initiator of a transition or refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// The buyer.
    Customer,
    /// An administrator.
    Admin,
    /// Stripe, by an event or in its dashboard.
    Stripe,
    /// A scheduled job of the shop.
    System,
}

impl Actor {
    /// All actors.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Admin, Self::Stripe, Self::System];

    /// The name in documents and responses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Admin => "admin",
            Self::Stripe => "stripe",
            Self::System => "system",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Actor, InvalidTransition, OrderStatus, ShippingBlock, TRANSITIONS};
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn orders_are_reconciled_after_minutes_then_after_hours() {
        for (age, pending, paid) in [(0, 3, 3), (12, 3, 3), (40, 10, 10), (600, 150, 150), (6000, 360, 1440)] {
            for (status, minutes) in [(OrderStatus::Pending, pending), (OrderStatus::Shipped, paid)] {
                let interval = status.reconcile_interval(Duration::from_mins(age));
                assert_eq!(interval, Duration::from_mins(minutes), "{status}, {age} minutes old");
            }
        }
    }

    #[test]
    fn customers_can_only_cancel_pending_orders() {
        for from in OrderStatus::ALL {
            for to in OrderStatus::ALL {
                let is_permitted = (from, to) == (OrderStatus::Pending, OrderStatus::Cancelled);
                assert_eq!(from.transition(to, Actor::Customer).is_ok(), is_permitted, "{from} to {to}");
            }
        }
    }

    fn any_status() -> impl Strategy<Value = OrderStatus> {
        prop::sample::select(OrderStatus::ALL.to_vec())
    }

    #[test]
    fn delivered_is_final_and_only_payments_revive_cancelled_orders() {
        for (to, by) in OrderStatus::ALL.into_iter().flat_map(|to| Actor::ALL.map(|by| (to, by))) {
            assert!(OrderStatus::Delivered.transition(to, by).is_err(), "delivered to {to} by {by:?}");
            let is_payment = to == OrderStatus::Processing && matches!(by, Actor::Stripe | Actor::System);
            assert_eq!(OrderStatus::Cancelled.transition(to, by).is_ok(), is_payment, "cancelled to {to} by {by:?}");
        }
    }

    #[test]
    fn the_names_of_the_api_never_change() {
        let statuses = ["pending", "processing", "shipped", "delivered", "cancelled"];
        assert_eq!(OrderStatus::ALL.map(OrderStatus::as_str), statuses);
        assert_eq!(Actor::ALL.map(Actor::as_str), ["customer", "admin", "stripe", "system"]);
        let blocks = [ShippingBlock::Disputed, ShippingBlock::Refunded, ShippingBlock::Restocked];
        assert_eq!(blocks.map(ShippingBlock::as_str), ["disputed", "refunded", "restocked"]);
        let rejected = InvalidTransition { from: OrderStatus::Shipped, to: OrderStatus::Pending, by: Actor::Admin };
        assert_eq!(rejected.to_string(), "an order that is shipped cannot become pending");
        assert_eq!(rejected.allowed(), [OrderStatus::Delivered]);
    }

    #[test]
    fn statuses_are_parsed_in_any_case() {
        assert_eq!("Shipped".parse::<OrderStatus>().unwrap(), OrderStatus::Shipped);
        assert!("paid".parse::<OrderStatus>().is_err());
        assert!("".parse::<OrderStatus>().is_err());
    }

    proptest! {
        #[test]
        fn no_path_returns_to_pending_or_ships_unpaid_orders(
            path in prop::collection::vec((any_status(), prop::sample::select(Actor::ALL.to_vec())), 0..12),
        ) {
            let mut current = OrderStatus::Pending;
            for (to, by) in path {
                if let Ok(next) = current.transition(to, by) {
                    prop_assert!(TRANSITIONS.iter().any(|(from, to, _)| (*from, *to) == (current, next)));
                    prop_assert!(next != OrderStatus::Pending);
                    prop_assert!(next != OrderStatus::Processing || matches!(by, Actor::Stripe | Actor::System));
                    prop_assert!(next != OrderStatus::Shipped || current == OrderStatus::Processing);
                    current = next;
                }
            }
        }
    }
}
