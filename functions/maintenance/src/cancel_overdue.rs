//! Cancels orders that were not paid in time: first at Stripe, then here. If Stripe says that one
//! was paid after all, it is paid.

use crate::BATCH;
use crate::ask_stripe::ask;
use crate::tally::{Tally, work_off};
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::cancel;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::order::Actor;
use ferrocart::{AppState, Error, Result};

pub(crate) async fn cancel_overdue(shop: &AppState) -> Result<Tally> {
    let due = || shop.orders.overdue(shop.now(), BATCH);
    work_off(shop, due, |order| order.id, |order| end(shop, order)).await
}

async fn end(shop: &AppState, order: OrderDoc) -> Result<()> {
    shop.orders.note_checked(order.id, shop.now()).await?;
    point(Point::ExpiryCheckedOverdue);
    match cancel(shop, &order, Actor::System).await {
        Ok(_) => Ok(()),
        // It has been paid or cancelled in the meantime, here or at Stripe.
        Err(Error::InvalidTransition(_)) => ask(shop, &order).await,
        Err(error) => Err(error),
    }
}
