//! Sends back what was paid for orders that could not be kept.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::checkout::refund_owed;
use ferrocart::{AppState, Result};

pub(crate) async fn send_refunds(shop: &AppState, mut tally: Tally) -> Result<Tally> {
    for order in shop.orders.owing(BATCH).await? {
        if !tally.goes_on(shop) {
            break;
        }
        shop.orders.note_checked(order.id, shop.now()).await?;
        tally.count(refund_owed(shop, &order).await, order.id);
    }
    Ok(tally)
}
