//! Undoes checkouts whose request died before the order was confirmed.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::checkout::undo;
use ferrocart::http::DEADLINE;
use ferrocart::{AppState, Result};

pub(crate) async fn undo_dead(shop: &AppState, mut tally: Tally) -> Result<Tally> {
    // No request works longer than its deadline, and clocks differ by less than it.
    let before = shop.now().minus(DEADLINE.saturating_mul(2));
    for reservation in shop.reservations.dead(before, BATCH).await? {
        if !tally.goes_on(shop) {
            break;
        }
        tally.work(reservation.id, undo(shop, &reservation)).await;
    }
    Ok(tally)
}
