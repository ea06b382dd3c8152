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
    /// A read of the latest that waits until a majority has it.
    Linearizable,
    /// A call to Stripe, or a read of whatever the primary has.
    None,
}

impl Durability {
    pub(crate) fn of(at: At, defect: Option<Defect>) -> Self {
        match at {
            At::Insert { .. } => Self::Primary,
            At::Release { step: Release::Delete | Release::RemoveHolds { .. }, .. } => Self::Primary,
            At::TakeStock { .. } if defect == Some(Defect::StockOnOneMember) => Self::Primary,
            At::Confirm if defect == Some(Defect::OrderOnOneMember) => Self::Primary,
            At::Others { .. } if defect == Some(Defect::LooksAtOthersByMajority) => Self::ReadsMajority,
            At::Others { .. } => Self::None,
            At::ByKey | At::HasBegun | At::ByCart => Self::ReadsMajority,
            At::ById { .. } | At::MakeWay { .. } => Self::Linearizable,
            At::ReadCart { .. } | At::WhyShort { .. } | At::IsHolding { .. } => Self::None,
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
            Status::Absent => Order { status: Status::Absent, ..self.orders[id] },
            _ => then.orders[id],
        };
        Self { orders: std::array::from_fn::<_, ORDERS, _>(order), intents: self.intents, is_old: self.is_old, ..*then }
    }
}
