//! Which commands wait for a majority of the replica set, and what a failover takes back of the others:
//! "What each step waits for" in docs/decisions/checkout-without-a-transaction.md.
//!
//! A write that waits for a majority is taken to have one at once, and with it all that came before.

use crate::defect::Defect;
use crate::process::{At, Release};
use crate::shop::{ORDERS, Order, Shop, Status};

/// What a command waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A write that the primary alone acknowledges.
    Primary,
    /// A write, or a transaction, that waits for a majority.
    Majority,
    /// A read of what a majority has.
    ReadsMajority,
    /// A call to Stripe, or a read of whatever the primary has.
    None,
}

impl Durability {
    pub(crate) fn of(at: At, defect: Option<Defect>) -> Self {
        match at {
            At::Release { step, .. } => match step {
                Release::TakeOut | Release::PassOver | Release::RemoveHolds { .. } => Self::Primary,
                Release::Bury if defect == Some(Defect::TombstoneOnOneMember) => Self::Primary,
                Release::Trace => Self::ReadsMajority,
                Release::Bury | Release::GiveBack { .. } | Release::GiveBackHeld { .. } => Self::Majority,
            },
            At::TakeStock { .. } if defect == Some(Defect::StockOnOneMember) => Self::Primary,
            At::Place if defect == Some(Defect::OrderOnOneMember) => Self::Primary,
            At::Earlier { .. } | At::Other { .. } => Self::ReadsMajority,
            At::ReadCart | At::Look { .. } | At::IsHolding { .. } | At::Find { .. } => Self::None,
            At::CreateIntent { .. } | At::CancelMade { .. } | At::CancelIntent { .. } | At::Refund { .. } => Self::None,
            _ => Self::Majority,
        }
    }
}

impl Shop {
    /// The shop with the database as it was then. Stripe, the clock and what requests have in their
    /// own memory stay as they are.
    pub(crate) fn after_failover(&self, then: &Self) -> Self {
        let order = |id: usize| match then.orders[id].status {
            // What a request knows of its order before it is there.
            Status::Absent | Status::Tombstone => Order { status: then.orders[id].status, ..self.orders[id] },
            _ => then.orders[id],
        };
        Self { orders: std::array::from_fn::<_, ORDERS, _>(order), intents: self.intents, is_old: self.is_old, ..*then }
    }
}
