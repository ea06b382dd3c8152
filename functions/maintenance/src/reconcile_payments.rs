//! Reconciles unpaid orders with Stripe that no event was received about for a while.

use crate::job::{BATCH, JobReport, drain};
use ferrocart::checkout::reconcile_payment;
use ferrocart::db::orders::OrderDoc;
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::{AppState, Result};
use std::time::Duration;

/// How often an unpaid order is reconciled.
const INTERVAL: Duration = Duration::from_mins(3);

pub(crate) async fn reconcile_payments(shop: &AppState) -> Result<JobReport> {
    let due = || shop.orders.unreconciled(shop.now().minus(INTERVAL), BATCH);
    let reconcile = async |order: OrderDoc| {
        shop.orders.mark_checked(order.id, shop.now()).await?;
        fail_point(Point::ReconcileMarkedChecked);
        reconcile_payment(shop, &order).await
    };
    drain(shop, due, |order| order.id, reconcile).await
}
