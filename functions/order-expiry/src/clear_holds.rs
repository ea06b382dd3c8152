//! Clears holds that a request left behind when it died: after its order was confirmed, or after
//! it woke up to find that it had been undone.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::settle;
use ferrocart::db::reservations::EarlierTry;
use ferrocart::db::stock::{HeldProduct, Pieces};
use ferrocart::domain::id::OrderId;
use ferrocart::{AppState, Result};
use std::collections::BTreeSet;

pub(crate) async fn clear_holds(shop: &AppState, mut tally: Tally) -> Result<Tally> {
    for product in shop.products.held(BATCH).await? {
        let orders: BTreeSet<OrderId> = product.holds.iter().map(|hold| hold.order_id).collect();
        for order in orders {
            if !tally.goes_on(shop) {
                return Ok(tally);
            }
            tally.work_if_any(order, clear(shop, &product, order)).await;
        }
    }
    Ok(tally)
}

/// Clears the holds of an order; false when it is at work, and they are its own.
async fn clear(shop: &AppState, product: &HeldProduct, order: OrderId) -> Result<bool> {
    match shop.reservations.by_id(order).await? {
        // It is at work; if it is dead, it is undone before long.
        Some(EarlierTry::Reserving(_)) => return Ok(false),
        Some(EarlierTry::Placed(order)) => settle(shop, &order).await?,
        // The reservation comes before its holds and goes after them: whoever took this had been undone.
        None => {
            let held = product.holds.iter().filter(|hold| hold.order_id == order);
            let pieces: Vec<_> = held.map(|hold| Pieces { sku: hold.sku.clone(), quantity: hold.quantity }).collect();
            shop.products.give_back(order, product.id, &pieces, shop.now()).await?;
        }
    }
    point(Point::ExpiryClearedHold);
    Ok(true)
}
