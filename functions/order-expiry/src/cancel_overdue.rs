//! Cancels orders that were not paid in time: first at Stripe, then here. If Stripe says that one
//! was paid after all, it is paid.

use crate::BATCH;
use crate::ask_stripe::ask;
use crate::tally::Tally;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::cancel;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::order::Actor;
use ferrocart::{AppState, Error, Result};

pub(crate) async fn cancel_overdue(shop: &AppState, mut tally: Tally) -> Result<Tally> {
    for order in shop.orders.overdue(shop.now(), BATCH).await? {
        if !tally.goes_on(shop) {
            break;
        }
        shop.orders.note_checked(order.id, shop.now()).await?;
        point(Point::ExpiryCheckedOverdue);
        tally.work(order.id, end(shop, &order)).await;
    }
    Ok(tally)
}

async fn end(shop: &AppState, order: &OrderDoc) -> Result<()> {
    match cancel(shop, order, Actor::System).await {
        Ok(_) => Ok(()),
        // It has been paid or cancelled in the meantime, here or at Stripe.
        Err(Error::InvalidTransition(_)) => ask(shop, order).await,
        Err(error) => Err(error),
    }
}
