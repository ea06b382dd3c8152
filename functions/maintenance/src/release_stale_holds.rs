//! Recovers checkouts whose request has died while stock was on hold: their orders are finalized, or their holds released.

use crate::job::{BATCH, JobReport, drain};
use ferrocart::checkout::{abandoned_cutoff, recover_checkout};
use ferrocart::domain::id::OrderId;
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::{AppState, Result};

pub(crate) async fn release_stale_holds(shop: &AppState) -> Result<JobReport> {
    drain(shop, None, || abandoned_checkouts(shop), |order| *order, |order| recover(shop, order)).await
}

async fn abandoned_checkouts(shop: &AppState) -> Result<Vec<OrderId>, mongodb::error::Error> {
    let cutoff = abandoned_cutoff(shop);
    let products = shop.products.held_before(cutoff, BATCH).await?;
    let holds = products.into_iter().flat_map(|product| product.holds);
    Ok(holds.map(|hold| hold.order_id).filter(|order| *order < cutoff).collect())
}

async fn recover(shop: &AppState, order: OrderId) -> Result<()> {
    recover_checkout(shop, order).await?;
    fail_point(Point::HoldsRecovered);
    Ok(())
}
