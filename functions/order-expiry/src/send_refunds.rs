//! Brings refunds to their end that nobody else has: those that were recorded and not sent, those
//! whose answer was lost, and those for which a bank has taken its time.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::finish_refunds;
use ferrocart::{AppState, Result};
use futures_util::TryFutureExt;
use std::time::Duration;

/// How long a bank is left alone: an event tells when it has answered, and this is for when none comes.
const BANK: Duration = Duration::from_hours(1);

pub(crate) async fn send_refunds(shop: &AppState, mut tally: Tally) -> Result<Tally> {
    for order in shop.orders.refunding(shop.now().minus(BANK), BATCH).await? {
        if !tally.goes_on(shop) {
            break;
        }
        shop.orders.note_checked(order.id, shop.now()).await?;
        point(Point::ExpiryCheckedOwing);
        tally.work(order.id, finish_refunds(shop, &order).map_ok(drop)).await;
    }
    Ok(tally)
}
