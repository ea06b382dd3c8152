//! Reconciles unpaid orders with Stripe in case an event was lost: every few minutes at first, then every few hours.

use crate::job::{BATCH, JobReport, StripeBudget, drain};
use ferrocart::checkout::reconcile_payment;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::order::OrderStatus;
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::{AppState, Result};

pub(crate) async fn reconcile_payments(shop: &AppState, stripe: StripeBudget) -> Result<JobReport> {
    let due = || shop.orders.unreconciled(&[OrderStatus::Pending], shop.now(), BATCH);
    let reconcile = async |order: OrderDoc| {
        shop.orders.schedule_reconciliation(&order, shop.now()).await?;
        fail_point(Point::ReconcileMarkedChecked);
        reconcile_payment(shop, &order).await
    };
    drain(shop, Some(stripe), due, |order| order.id, reconcile).await
}
