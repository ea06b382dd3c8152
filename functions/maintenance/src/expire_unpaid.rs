//! Cancels orders that were not paid in time, at Stripe first. If an order turns out to be paid, the payment is applied.

use crate::job::{BATCH, JobReport, drain};
use ferrocart::checkout::expire_order;
use ferrocart::db::orders::OrderDoc;
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::{AppState, Result};

pub(crate) async fn expire_unpaid(shop: &AppState) -> Result<JobReport> {
    let due = || shop.orders.overdue(shop.now(), BATCH);
    drain(shop, due, |order| order.id, |order| expire(shop, order)).await
}

async fn expire(shop: &AppState, order: OrderDoc) -> Result<()> {
    shop.orders.mark_checked(order.id, shop.now()).await?;
    fail_point(Point::ExpiryMarkedChecked);
    expire_order(shop, &order).await
}
