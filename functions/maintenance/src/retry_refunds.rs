//! Completes refunds that are recorded but not sent, whose response was lost, or that a bank has not confirmed.

use crate::job::{BATCH, JobReport, StripeBudget, drain};
use ferrocart::checkout;
use ferrocart::db::orders::OrderDoc;
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::{AppState, Result};
use std::time::Duration;

/// How often a refund that waits for its bank is reconciled, in case the event about it was lost.
const BANK_INTERVAL: Duration = Duration::from_hours(1);

pub(crate) async fn retry_refunds(shop: &AppState, stripe: StripeBudget) -> Result<JobReport> {
    let due = || shop.orders.with_open_refunds(shop.now().minus(BANK_INTERVAL), BATCH);
    let retry = async |order: OrderDoc| {
        shop.orders.mark_checked(order.id, shop.now()).await?;
        fail_point(Point::RefundsMarkedChecked);
        checkout::retry_refunds(shop, &order).await.map(drop)
    };
    drain(shop, Some(stripe), due, |order| order.id, retry).await
}
