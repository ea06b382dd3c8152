//! Finalizing, recovering and releasing, command by command (`shared/src/checkout`). Checkouts and `maintenance` share it.

use crate::defect::Defect;
use crate::process::{Command, Continuation, Recovery};
use crate::shop::{OrderId, PRODUCTS, Shop, Status};

/// The first command of `recover_checkout`.
pub(crate) fn recover_checkout(order: OrderId, then: Continuation) -> Command {
    Command::Recovery { step: Recovery::InsertTombstone, order, then }
}

/// The first command of `finalize_checkout`.
pub(crate) fn finalize_checkout(shop: &Shop, order: OrderId, then: Continuation) -> Command {
    let holds_first = shop.has(Defect::HoldsRemovedBeforeCartLines);
    let step = if holds_first { Recovery::RemoveHolds { product: 0 } } else { Recovery::RemovePurchased };
    Command::Recovery { step, order, then }
}

/// The first command of `complete_or_release`: a cancelled order was restocked already, so its holds are released.
pub(crate) fn complete_or_release(shop: &Shop, order: OrderId, then: Continuation) -> Command {
    if shop.orders[order].status == Status::Cancelled {
        Command::Recovery { step: Recovery::ReleaseHeld { product: 0 }, order, then }
    } else {
        finalize_checkout(shop, order, then)
    }
}

/// The next command that releases what an attempt has reserved, of the products before this one.
pub(crate) fn release_reserved(
    shop: &Shop,
    order: OrderId,
    before: usize,
    then: Continuation,
) -> Result<Command, Continuation> {
    match shop.orders[order].lines.iter().take(before).rposition(|quantity| *quantity > 0) {
        Some(product) => Ok(Command::Recovery { step: Recovery::ReleaseReserved { product }, order, then }),
        None => Err(then),
    }
}

/// The first product at or after `from` that the order has a line of.
pub(crate) fn next_product(shop: &Shop, order: OrderId, from: usize) -> Option<usize> {
    let mut lines = shop.orders[order].lines.iter().enumerate().skip(from);
    lines.find(|(_, quantity)| **quantity > 0).map(|(product, _)| product)
}

/// Executes one command and returns the next one, or as an error what the caller continues with.
pub(crate) fn step(
    shop: &mut Shop,
    step: Recovery,
    order: OrderId,
    then: Continuation,
) -> Result<Command, Continuation> {
    let next = |step| Ok(Command::Recovery { step, order, then });
    match step {
        Recovery::InsertTombstone if shop.insert_tombstone(order) => next(Recovery::ReleaseHeld { product: 0 }),
        Recovery::InsertTombstone => next(Recovery::ReadSlot),
        Recovery::ReadSlot => match shop.orders[order].status {
            Status::Empty => Err(then),
            Status::Tombstone => next(Recovery::ReleaseHeld { product: 0 }),
            _ => Ok(complete_or_release(shop, order, then)),
        },
        Recovery::ReleaseReserved { product } => {
            shop.release_hold(order, product);
            release_reserved(shop, order, product, then)
        }
        Recovery::ReleaseHeld { product } => {
            shop.release_hold(order, product);
            let product = product.saturating_add(1);
            if product < PRODUCTS { next(Recovery::ReleaseHeld { product }) } else { Err(then) }
        }
        Recovery::SkipPurchase => {
            shop.skip_purchase(order);
            Err(then)
        }
        Recovery::RemovePurchased => {
            shop.remove_purchased(order);
            if shop.has(Defect::HoldsRemovedBeforeCartLines) {
                Err(then)
            } else {
                next(Recovery::RemoveHolds { product: 0 })
            }
        }
        Recovery::RemoveHolds { product } => {
            shop.remove_holds(order, product);
            match next_product(shop, order, product.saturating_add(1)) {
                Some(product) => next(Recovery::RemoveHolds { product }),
                None if shop.has(Defect::HoldsRemovedBeforeCartLines) => next(Recovery::RemovePurchased),
                None => Err(then),
            }
        }
    }
}
