//! `POST /cart/merge`, command by command: `merge_carts` in `shared/src/checkout`. The second buyer is a guest, whose lines
//! become those of the first one.

use crate::defect::Defect;
use crate::process::{Command, Continuation, ENDED, Process, Recovery};
use crate::recover;
use crate::shop::{Shop, Status};

/// The carts whose purchases a merge counts, in the order in which it looks for their orders: that of the guest, and that of
/// the customer.
pub(crate) const GUEST: usize = 1;
pub(crate) const CUSTOMER: usize = 0;

/// Executes the next command, and sets the one that follows.
pub(crate) fn step(shop: &mut Shop, process: &mut Process) {
    process.next = match process.next {
        Command::ReadCarts => {
            process.read_carts = shop.carts;
            let is_empty = shop.carts[GUEST].items.iter().all(|quantity| *quantity == 0);
            if is_empty { ENDED } else { Command::StoreMerge }
        }
        Command::StoreMerge if has_bought(shop, process) => Command::FindPurchase { cart: GUEST },
        Command::StoreMerge if shop.carts != process.read_carts => Command::ReadCarts,
        Command::StoreMerge => {
            shop.merge(CUSTOMER, GUEST);
            ENDED
        }
        Command::FindPurchase { cart } => find_purchase(shop, process, cart),
        Command::Recovery { step, order, then } => recover::step(shop, step, order, then).unwrap_or(Command::ReadCarts),
        _ => ENDED,
    };
}

/// Whether the unique index rejects one of the tombstones.
fn has_bought(shop: &Shop, process: &Process) -> bool {
    let is_taken = |cart: usize| shop.is_purchase_taken(cart, process.read_carts[cart].purchases);
    shop.counts_merges() && (is_taken(GUEST) || is_taken(CUSTOMER))
}

/// Returns what follows when the order of the purchase was looked for.
fn find_purchase(shop: &Shop, process: &Process, cart: usize) -> Command {
    let retry = Continuation::Retry;
    match shop.by_purchase(cart, process.read_carts[cart].purchases) {
        Some(order) if shop.orders[order].status != Status::Cancelled => recover::finalize_checkout(shop, order, retry),
        Some(order) if shop.has_holds(order) => recover::complete_or_release(shop, order, retry),
        Some(order) => Command::Recovery { step: Recovery::SkipPurchase, order, then: retry },
        None if cart == GUEST => Command::FindPurchase { cart: CUSTOMER },
        None => Command::ReadCarts,
    }
}

impl Shop {
    /// Whether merges take the purchase numbers of both carts.
    fn counts_merges(&self) -> bool {
        !self.has(Defect::MergeUncounted)
    }

    /// Whether a tombstone has the number of a purchase.
    pub(crate) fn is_forbidden(&self, cart: usize, purchase: u8) -> bool {
        self.forbidden[cart] & (1 << purchase) != 0
    }

    /// Whether an order or a tombstone has the number of a purchase.
    fn is_purchase_taken(&self, cart: usize, purchase: u8) -> bool {
        self.by_purchase(cart, purchase).is_some() || self.is_forbidden(cart, purchase)
    }

    /// Moves the lines of one cart into another one, and counts that as a purchase of both: the transaction.
    fn merge(&mut self, into: usize, from: usize) {
        let moved = std::mem::take(&mut self.carts[from].items);
        self.carts[into].items.iter_mut().zip(moved).for_each(|(item, moved)| *item += moved);
        for cart in [into, from] {
            self.carts[cart].version += 1;
            if self.counts_merges() {
                self.forbidden[cart] |= 1 << self.carts[cart].purchases;
                self.carts[cart].purchases += 1;
            }
        }
    }
}
