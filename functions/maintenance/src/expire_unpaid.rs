//! Cancels orders that were not paid in time, at Stripe first. If an order turns out to be paid, the payment is applied; if
//! its payment is under way, the order waits for it.

use crate::job::{BATCH, JobReport, StripeBudget, drain};
use ferrocart::checkout::expire_order;
use ferrocart::db::orders::OrderDoc;
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::{AppState, Result};

pub(crate) async fn expire_unpaid(shop: &AppState, stripe: StripeBudget) -> Result<JobReport> {
    let due = || shop.orders.overdue(shop.now(), BATCH);
    drain(shop, Some(stripe), due, |order| order.id, |order| expire(shop, order)).await
}

async fn expire(shop: &AppState, order: OrderDoc) -> Result<()> {
    shop.orders.mark_checked(order.id, shop.now()).await?;
    fail_point(Point::ExpiryMarkedChecked);
    expire_order(shop, &order).await
}
