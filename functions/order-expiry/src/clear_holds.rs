//! Ends checkouts whose request is dead, and that hold something: those that placed their order are
//! settled, and of the others all is given back.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::{oldest_alive, recover};
use ferrocart::domain::id::OrderId;
use ferrocart::{AppState, Result};
use std::collections::BTreeSet;

pub(crate) async fn clear_holds(shop: &AppState, mut tally: Tally) -> Result<Tally> {
    let alive = oldest_alive(shop);
    let products = shop.products.held_before(alive, BATCH).await?;
    let holds = products.into_iter().flat_map(|product| product.holds);
    let dead: BTreeSet<OrderId> = holds.map(|hold| hold.order_id).filter(|order| *order < alive).collect();
    for order in dead {
        if !tally.goes_on(shop) {
            break;
        }
        tally.work(order, clear(shop, order)).await;
    }
    Ok(tally)
}

async fn clear(shop: &AppState, order: OrderId) -> Result<()> {
    recover(shop, order).await?;
    point(Point::ExpiryClearedHold);
    Ok(())
}
