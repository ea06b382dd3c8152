//! Sends back what was paid for orders that could not be kept.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::checkout::refund_owed;
use ferrocart::{AppState, Result};

pub(crate) async fn send_refunds(shop: &AppState) -> Result<Tally> {
    let mut tally = Tally::default();
    for order in shop.orders.owing(BATCH).await? {
        tally.count(refund_owed(shop, &order).await, order.id);
    }
    Ok(tally)
}
