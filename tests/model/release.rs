//! `settle`, `recover` and `give_back`, command by command: shared/src/checkout/release.rs. Requests and
//! runs share them.

use crate::defect::Defect;
use crate::process::{At, Release, Then};
use crate::shop::{OrderId, PRODUCTS, Shop, Status};

/// The first command of `recover`: whoever took this for an order is dead.
pub(crate) fn recover(order: OrderId, then: Then) -> At {
    At::Release { step: Release::Bury, order, then }
}

/// The first command of `settle`.
pub(crate) fn settle(shop: &Shop, order: OrderId, then: Then) -> At {
    let holds_first = shop.has(Defect::HoldsRemovedBeforeTakeOut);
    let step = if holds_first { Release::RemoveHolds { product: 0 } } else { Release::TakeOut };
    At::Release { step, order, then }
}

/// `settle` of an order that stands; what a cancelled one holds is given back, because the rest was.
pub(crate) fn tidy(shop: &Shop, order: OrderId, then: Then) -> At {
    if shop.orders[order].status == Status::Cancelled {
        At::Release { step: Release::GiveBackHeld { product: 0 }, order, then }
    } else {
        settle(shop, order, then)
    }
}

/// `give_back` of what a request has taken before it came to a product.
pub(crate) fn give_back(shop: &Shop, order: OrderId, before: usize, then: Then) -> Result<At, Then> {
    match shop.orders[order].lines.iter().take(before).rposition(|pieces| *pieces > 0) {
        Some(product) => Ok(At::Release { step: Release::GiveBack { product }, order, then }),
        None => Err(then),
    }
}

/// The next product of which an order wants any.
pub(crate) fn next_product(shop: &Shop, order: OrderId, from: usize) -> Option<usize> {
    shop.orders[order].lines.iter().enumerate().skip(from).find(|(_, pieces)| **pieces > 0).map(|(product, _)| product)
}

/// Gives one command, and says what comes after it; the caller's own way on is an error.
pub(crate) fn release(shop: &mut Shop, step: Release, order: OrderId, then: Then) -> Result<At, Then> {
    let at = |step| Ok(At::Release { step, order, then });
    match step {
        Release::Bury if shop.bury(order) => at(Release::GiveBackHeld { product: 0 }),
        Release::Bury => at(Release::Trace),
        Release::Trace => match shop.orders[order].status {
            Status::Absent => Err(then),
            Status::Tombstone => at(Release::GiveBackHeld { product: 0 }),
            _ => Ok(tidy(shop, order, then)),
        },
        Release::GiveBack { product } => {
            shop.give_back(order, product);
            give_back(shop, order, product, then)
        }
        Release::GiveBackHeld { product } => {
            shop.give_back(order, product);
            let product = product.saturating_add(1);
            if product < PRODUCTS { at(Release::GiveBackHeld { product }) } else { Err(then) }
        }
        Release::PassOver => {
            shop.take_out(order, false);
            Err(then)
        }
        Release::TakeOut => {
            shop.take_out(order, true);
            if shop.has(Defect::HoldsRemovedBeforeTakeOut) {
                Err(then)
            } else {
                at(Release::RemoveHolds { product: 0 })
            }
        }
        Release::RemoveHolds { product } => {
            shop.remove_holds(order, product);
            match next_product(shop, order, product.saturating_add(1)) {
                Some(product) => at(Release::RemoveHolds { product }),
                None if shop.has(Defect::HoldsRemovedBeforeTakeOut) => at(Release::TakeOut),
                None => Err(then),
            }
        }
    }
}
