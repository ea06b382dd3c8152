//! Which commands wait for a majority of the replica set, and what a failover rolls back: "What each step waits for" in
//! docs/decisions/checkout-without-a-transaction.md.
//!
//! A write that waits for a majority is replicated at once in the model, with every write before it.

use crate::defect::Defect;
use crate::process::{Command, Recovery};
use crate::shop::{ORDERS, Order, Shop, Status};

/// What a command waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A write that the primary alone acknowledges.
    Primary,
    /// A write, or a transaction, that waits for a majority.
    Majority,
    /// A read of what a majority has.
    MajorityRead,
    /// A call to Stripe, or a read of what the primary has.
    None,
}

impl Durability {
    pub(crate) fn of(command: Command, defect: Option<Defect>) -> Self {
        match command {
            Command::Recovery { step, .. } => match step {
                Recovery::RemovePurchased | Recovery::SkipPurchase | Recovery::RemoveHolds { .. } => Self::Primary,
                Recovery::InsertTombstone if defect == Some(Defect::TombstoneOnPrimaryOnly) => Self::Primary,
                Recovery::ReadSlot => Self::MajorityRead,
                Recovery::InsertTombstone | Recovery::ReleaseReserved { .. } | Recovery::ReleaseHeld { .. } => {
                    Self::Majority
                }
            },
            Command::ReserveStock { .. } if defect == Some(Defect::StockOnPrimaryOnly) => Self::Primary,
            Command::Place if defect == Some(Defect::OrderOnPrimaryOnly) => Self::Primary,
            Command::FindExisting { .. } | Command::FindPurchase { .. } | Command::ReadConflictingOrder { .. } => {
                Self::MajorityRead
            }
            Command::ReadCart
            | Command::ReadCarts
            | Command::DiagnoseShortage { .. }
            | Command::ReadHolds { .. }
            | Command::FindDue { .. }
            | Command::CreateIntent { .. }
            | Command::AbandonIntent { .. }
            | Command::CheckIntent(_)
            | Command::CancelIntent(_)
            | Command::RetrieveIntent(_)
            | Command::RetrieveLatest { .. }
            | Command::SendRefund { .. } => Self::None,
            _ => Self::Majority,
        }
    }
}

impl Shop {
    /// Returns the shop with the database rolled back to an earlier state. Stripe, the clock and the memory of processes
    /// stay as they are.
    pub(crate) fn after_rollback(&self, to: &Self) -> Self {
        let order = |id: usize| match to.orders[id].status {
            // Before it is placed, an order is the memory of its attempt.
            Status::Empty | Status::Tombstone => Order { status: to.orders[id].status, ..self.orders[id] },
            _ => to.orders[id],
        };
        let orders = std::array::from_fn::<_, ORDERS, _>(order);
        Self { orders, intents: self.intents, is_abandoned: self.is_abandoned, ..*to }
    }
}
