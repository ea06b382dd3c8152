//! Ends checkouts whose request is dead, and that hold something: those that placed their order are
//! settled, and of the others all is given back.

use crate::BATCH;
use crate::tally::{Tally, work_off};
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::{oldest_alive, recover};
use ferrocart::domain::id::OrderId;
use ferrocart::{AppState, Result};

pub(crate) async fn clear_holds(shop: &AppState) -> Result<Tally> {
    work_off(shop, || dead(shop), |order| *order, |order| clear(shop, order)).await
}

async fn dead(shop: &AppState) -> Result<Vec<OrderId>, mongodb::error::Error> {
    let alive = oldest_alive(shop);
    let products = shop.products.held_before(alive, BATCH).await?;
    let holds = products.into_iter().flat_map(|product| product.holds);
    Ok(holds.map(|hold| hold.order_id).filter(|order| *order < alive).collect())
}

async fn clear(shop: &AppState, order: OrderId) -> Result<()> {
    recover(shop, order).await?;
    point(Point::ExpiryClearedHold);
    Ok(())
}
