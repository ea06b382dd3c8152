//! The life of an order: its states and the moves between them, as one table.

use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// Where an order is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    /// It waits for the money; its stock is taken.
    Pending,
    /// Paid; somebody packs it.
    Processing,
    /// On its way.
    Shipped,
    /// With the buyer.
    Delivered,
    /// Over without a sale.
    Cancelled,
}

use Actor::{Admin, Customer, Stripe, System};
use OrderStatus::{Cancelled, Delivered, Pending, Processing, Shipped};

/// Every move there is, and who makes it. What is not here cannot happen.
const MOVES: [(OrderStatus, OrderStatus, &[Actor]); 6] = [
    // Nobody can say that money came, but whoever has it.
    (Pending, Processing, &[Stripe, System]),
    (Pending, Cancelled, &[Customer, Admin, Stripe, System]),
    (Processing, Shipped, &[Admin]),
    // A buyer who has paid asks an administrator: the parcel may be packed already.
    (Processing, Cancelled, &[Admin]),
    (Shipped, Delivered, &[Admin]),
    // Only money does this, when it comes after all and the stock is still there.
    (Cancelled, Processing, &[Stripe, System]),
];

/// A move that is not in the table, or not for whoever tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {from} cannot become {to}")]
pub struct InvalidTransition {
    /// Where the order is.
    pub from: OrderStatus,
    /// Where it was to go.
    pub to: OrderStatus,
}

impl OrderStatus {
    /// The states that people see, in the order of an order's life.
    pub const ALL: [Self; 5] = [Pending, Processing, Shipped, Delivered, Cancelled];
    /// The states of an order that was paid and is not cancelled: what counts as revenue.
    pub const SOLD: [Self; 3] = [Processing, Shipped, Delivered];

    /// Checks one move.
    ///
    /// # Errors
    /// [`InvalidTransition`] when it is not in the table, or not for `by`.
    pub fn transition(self, to: Self, by: Actor) -> Result<Self, InvalidTransition> {
        let is_such =
            |&(start, end, actors): &(Self, Self, &[Actor])| (start, end) == (self, to) && actors.contains(&by);
        if MOVES.iter().any(is_such) { Ok(to) } else { Err(InvalidTransition { from: self, to }) }
    }

    /// The name as it is stored and shown.
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

/// Reads a state that people see, in any case: `Shipped`.
impl std::str::FromStr for OrderStatus {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        Self::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            ValidationError::new("invalid_choice", format!("must be one of {names}"))
        })
    }
}

/// Why an order that could be sent must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShippingBlock {
    /// The buyer's bank takes the money back.
    Disputed,
    /// All of the money went back, or is about to.
    Refunded,
    /// The goods are back in stock.
    Restocked,
}

impl ShippingBlock {
    /// The name as it is shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disputed => "disputed",
            Self::Refunded => "refunded",
            Self::Restocked => "restocked",
        }
    }
}

/// Who moves an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// The buyer.
    Customer,
    /// Somebody who runs the shop.
    Admin,
    /// Stripe, by an event.
    Stripe,
    /// The shop by itself.
    System,
}

#[cfg(test)]
mod tests {
    use super::{Actor, MOVES, OrderStatus};
    use proptest::prelude::*;

    const ACTORS: [Actor; 4] = [Actor::Customer, Actor::Admin, Actor::Stripe, Actor::System];

    #[test]
    fn a_buyer_cancels_what_is_not_paid_and_moves_nothing_else() {
        for from in OrderStatus::ALL {
            for to in OrderStatus::ALL {
                let may = (from, to) == (OrderStatus::Pending, OrderStatus::Cancelled);
                assert_eq!(from.transition(to, Actor::Customer).is_ok(), may, "{from} to {to}");
            }
        }
    }

    fn any_status() -> impl Strategy<Value = OrderStatus> {
        prop::sample::select(OrderStatus::ALL.to_vec())
    }

    #[test]
    fn what_was_delivered_stays_delivered_and_only_money_revives_what_was_cancelled() {
        for (to, by) in OrderStatus::ALL.into_iter().flat_map(|to| ACTORS.map(|by| (to, by))) {
            assert!(OrderStatus::Delivered.transition(to, by).is_err(), "delivered to {to} by {by:?}");
            let is_money = to == OrderStatus::Processing && matches!(by, Actor::Stripe | Actor::System);
            assert_eq!(OrderStatus::Cancelled.transition(to, by).is_ok(), is_money, "cancelled to {to} by {by:?}");
        }
    }

    #[test]
    fn a_state_is_read_in_any_case_and_the_hidden_one_not_at_all() {
        assert_eq!("Shipped".parse::<OrderStatus>().unwrap(), OrderStatus::Shipped);
        assert!("reserving".parse::<OrderStatus>().is_err());
        assert!("".parse::<OrderStatus>().is_err());
    }

    proptest! {
        #[test]
        fn no_walk_through_the_table_returns_to_pending_or_ships_what_was_not_paid(
            walk in prop::collection::vec((any_status(), prop::sample::select(ACTORS.to_vec())), 0..12),
        ) {
            let mut seen = vec![OrderStatus::Pending];
            for (to, by) in walk {
                let now = *seen.last().unwrap();
                if let Ok(next) = now.transition(to, by) {
                    prop_assert!(MOVES.iter().any(|(from, to, _)| (*from, *to) == (now, next)));
                    prop_assert!(next != OrderStatus::Pending);
                    prop_assert!(next != OrderStatus::Processing || matches!(by, Actor::Stripe | Actor::System));
                    prop_assert!(next != OrderStatus::Shipped || now == OrderStatus::Processing);
                    seen.push(next);
                }
            }
        }
    }
}
