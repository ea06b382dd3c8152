//! Brings refunds to their end that nobody else has: those that were recorded and not sent, those
//! whose answer was lost, and those for which a bank has taken its time.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::finish_refunds;
use ferrocart::{AppState, Result};

pub(crate) async fn send_refunds(shop: &AppState, mut tally: Tally) -> Result<Tally> {
    for order in shop.orders.refunding(BATCH).await? {
        if !tally.goes_on(shop) {
            break;
        }
        shop.orders.note_checked(order.id, shop.now()).await?;
        point(Point::ExpiryCheckedOwing);
        tally.count(finish_refunds(shop, &order).await.map(drop), order.id);
    }
    Ok(tally)
}
