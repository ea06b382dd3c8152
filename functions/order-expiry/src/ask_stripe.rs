//! Asks Stripe about unpaid orders of which no event has told us anything for a while.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::checkout::{store_cancelled, store_payment};
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::transaction;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart::payments::{Intent, IntentStatus};
use ferrocart::{AppState, Result};
use futures_util::FutureExt;
use std::time::Duration;

/// After that long without news, Stripe is asked.
const SILENCE: Duration = Duration::from_mins(3);

pub(crate) async fn ask_stripe(shop: &AppState) -> Result<Tally> {
    let now = shop.now();
    let mut tally = Tally::default();
    for order in shop.orders.unheard(now, now.minus(SILENCE), BATCH).await? {
        tally.count(ask(shop, &order).await, order.id);
    }
    Ok(tally)
}

/// Gives what Stripe says about an order its effect.
pub(crate) async fn ask(shop: &AppState, order: &OrderDoc) -> Result<()> {
    let now = shop.now();
    let Some(id) = &order.transaction_id else {
        // Nobody has ever been told how to pay it.
        return Ok(shop.orders.note_heard(order, now).await?);
    };
    let intent = shop.stripe()?.retrieve_intent(id).await?;
    match intent.status {
        IntentStatus::Succeeded => Ok(paid(shop, order, &intent, now).await?),
        IntentStatus::Canceled => Ok(cancelled(shop, order, now).await?),
        _ => Ok(shop.orders.note_heard(order, now).await?),
    }
}

async fn paid(shop: &AppState, order: &OrderDoc, intent: &Intent, now: Timestamp) -> Result<(), mongodb::error::Error> {
    let context = (shop, order.id, intent, now);
    transaction::run(&shop.database, context, |session, (shop, order, intent, now)| {
        async move {
            match shop.orders.get_in(session, *order).await? {
                Some(order) => store_payment(shop, session, &order, intent, Actor::System, *now).await,
                None => Ok(()),
            }
        }
        .boxed()
    })
    .await
}

async fn cancelled(shop: &AppState, order: &OrderDoc, now: Timestamp) -> Result<()> {
    let cancelled = order.go_to(OrderStatus::Cancelled, Actor::System, now)?.with_payment(PaymentStatus::Canceled);
    let context = (shop, order, &cancelled, now);
    let stored = transaction::run(&shop.database, context, |session, (shop, order, cancelled, now)| {
        store_cancelled(shop, session, order, cancelled, *now).boxed()
    });
    stored.await?;
    Ok(())
}
