//! Reconciles paid orders with the disputes at Stripe in case an event was lost: no disputed order is shipped, and a
//! cancelled order is refunded when its dispute is won.

use crate::job::{BATCH, JobReport, StripeBudget, drain};
use ferrocart::checkout;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::order::OrderStatus;
use ferrocart::{AppState, Result};

/// The statuses of paid orders that are not delivered yet.
const OPEN: [OrderStatus; 2] = [OrderStatus::Processing, OrderStatus::Shipped];

pub(crate) async fn reconcile_disputes(shop: &AppState, stripe: StripeBudget) -> Result<JobReport> {
    let reconcile = async |order: OrderDoc| {
        shop.orders.schedule_reconciliation(&order, shop.now()).await?;
        checkout::reconcile_disputes(shop, &order).await
    };
    drain(shop, Some(stripe), || due(shop), |order| order.id, reconcile).await
}

async fn due(shop: &AppState) -> Result<Vec<OrderDoc>, mongodb::error::Error> {
    let mut orders = shop.orders.unreconciled(&OPEN, shop.now(), BATCH).await?;
    orders.extend(shop.orders.with_open_disputes(shop.now(), BATCH).await?);
    Ok(orders)
}
