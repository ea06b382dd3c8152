//! Brings refunds to their end that nobody else has: those that were recorded and not sent, those
//! whose answer was lost, and those for which a bank has taken its time.

use crate::BATCH;
use crate::tally::{Tally, work_off};
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::finish_refunds;
use ferrocart::db::orders::OrderDoc;
use ferrocart::{AppState, Result};
use std::time::Duration;

/// How long a bank is left alone: an event tells when it has answered, and this is for when none comes.
const BANK: Duration = Duration::from_hours(1);

pub(crate) async fn send_refunds(shop: &AppState) -> Result<Tally> {
    let due = || shop.orders.refunding(shop.now().minus(BANK), BATCH);
    let send = async |order: OrderDoc| {
        shop.orders.note_checked(order.id, shop.now()).await?;
        point(Point::ExpiryCheckedOwing);
        finish_refunds(shop, &order).await.map(drop)
    };
    work_off(shop, due, |order| order.id, send).await
}
