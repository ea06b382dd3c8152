//! `undo` and `settle`, command by command: shared/src/checkout/release.rs. Requests and runs share them.

use crate::defect::Defect;
use crate::process::{At, Release, Then};
use crate::shop::{OrderId, Shop};

/// The first command of `undo`.
pub(crate) fn undo(shop: &Shop, order: OrderId, then: Then) -> At {
    if shop.has(Defect::NoAbandonMark) {
        give_back(shop, order, 0, then)
    } else {
        At::Release { step: Release::Abandon, order, then }
    }
}

/// The first command of `settle`.
pub(crate) fn settle(shop: &Shop, order: OrderId, then: Then) -> At {
    let holds_first = shop.has(Defect::HoldsRemovedBeforeTakeOut);
    let step = if holds_first { Release::RemoveHolds { product: 0 } } else { Release::TakeOut };
    At::Release { step, order, then }
}

/// `give_back` of one product after the other.
pub(crate) fn give_back(shop: &Shop, order: OrderId, from: usize, then: Then) -> At {
    let product = next_product(shop, order, from).unwrap_or(from);
    At::Release { step: Release::GiveBack { product }, order, then }
}

/// `give_back` without an `undo` around it.
pub(crate) fn give_back_only(shop: &Shop, order: OrderId, then: Then) -> At {
    let product = next_product(shop, order, 0).unwrap_or(0);
    At::Release { step: Release::GiveBackOnly { product }, order, then }
}

/// The next product of which an order wants any.
pub(crate) fn next_product(shop: &Shop, order: OrderId, from: usize) -> Option<usize> {
    shop.orders[order].lines.iter().enumerate().skip(from).find(|(_, pieces)| **pieces > 0).map(|(product, _)| product)
}

/// Gives one command, and says what comes after it; the caller's own way on is an error.
pub(crate) fn release(shop: &mut Shop, step: Release, order: OrderId, then: Then) -> Result<At, Then> {
    let at = |step| Ok(At::Release { step, order, then });
    match step {
        // It has become an order, or is gone.
        Release::Abandon if !shop.abandon(order) => Err(then),
        Release::Abandon if shop.has(Defect::DeleteBeforeGiveBack) => at(Release::Delete),
        Release::Abandon => Ok(give_back(shop, order, 0, then)),
        Release::GiveBack { product } => {
            shop.give_back(order, product);
            match next_product(shop, order, product.saturating_add(1)) {
                Some(product) => at(Release::GiveBack { product }),
                None if shop.has(Defect::DeleteBeforeGiveBack) => Err(then),
                None => at(Release::Delete),
            }
        }
        Release::GiveBackOnly { product } => {
            shop.give_back(order, product);
            match next_product(shop, order, product.saturating_add(1)) {
                Some(product) => at(Release::GiveBackOnly { product }),
                None => Err(then),
            }
        }
        Release::Delete => {
            shop.delete(order);
            if shop.has(Defect::DeleteBeforeGiveBack) { Ok(give_back(shop, order, 0, then)) } else { Err(then) }
        }
        Release::TakeOut => {
            shop.take_out(order);
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
