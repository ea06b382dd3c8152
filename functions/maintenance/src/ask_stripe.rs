//! Asks Stripe about unpaid orders of which no event has told us anything for a while.

use crate::BATCH;
use crate::tally::{Tally, work_off};
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::{store_cancel, store_payment};
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::transaction;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::refund::TakenRefund;
use ferrocart::domain::time::Timestamp;
use ferrocart::payments::{Intent, IntentStatus};
use ferrocart::{AppState, Error, Result};
use futures_util::FutureExt;
use std::time::Duration;

/// After that long without news, Stripe is asked.
const SILENCE: Duration = Duration::from_mins(3);

pub(crate) async fn ask_stripe(shop: &AppState) -> Result<Tally> {
    let due = || shop.orders.unheard(shop.now().minus(SILENCE), BATCH);
    let look = async |order: OrderDoc| {
        shop.orders.note_checked(order.id, shop.now()).await?;
        point(Point::ExpiryCheckedUnheard);
        ask(shop, &order).await
    };
    work_off(shop, due, |order| order.id, look).await
}

/// Gives what Stripe says about an order its effect.
pub(crate) async fn ask(shop: &AppState, order: &OrderDoc) -> Result<()> {
    let now = shop.now();
    // Without an intent nobody has ever been told how to pay it.
    let Some(id) = &order.transaction_id else { return Ok(()) };
    let intent = shop.stripe()?.retrieve_intent(id).await?;
    point(Point::ExpiryAskedStripe);
    match intent.status {
        IntentStatus::Succeeded => {
            let refunds = shop.stripe()?.refunds(id).await?;
            Ok(paid(shop, order, &intent, &refunds, now).await?)
        }
        IntentStatus::Canceled => {
            let cancelled = order.go_to(OrderStatus::Cancelled, Actor::System, now)?;
            match store_cancel(shop, order, &cancelled.with_payment(PaymentStatus::Canceled)).await {
                // Somebody else has cancelled it in the meantime: an event, the buyer, or another run.
                Err(Error::InvalidTransition(_)) => Ok(()),
                done => done.map(drop),
            }
        }
        IntentStatus::Processing => correct(shop, order, PaymentStatus::Processing).await,
        // The bank has refused, and the event that says so came before the one of the attempt.
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation | IntentStatus::RequiresAction
            if order.payment.status == PaymentStatus::Processing =>
        {
            correct(shop, order, PaymentStatus::Failed).await
        }
        _ => Ok(()),
    }
}

async fn correct(shop: &AppState, order: &OrderDoc, status: PaymentStatus) -> Result<()> {
    if order.payment.status != status {
        shop.orders.correct_payment_status(order, status, shop.now()).await?;
    }
    Ok(())
}

async fn paid(
    shop: &AppState,
    order: &OrderDoc,
    intent: &Intent,
    refunds: &[TakenRefund],
    now: Timestamp,
) -> Result<(), mongodb::error::Error> {
    let context = (shop, order.id, intent, refunds, now);
    transaction::run(&shop.database, context, |session, (shop, order, intent, refunds, now)| {
        async move {
            if let Some(order) = shop.orders.get_in(session, *order).await? {
                store_payment(shop, session, &order, intent, refunds, Actor::System, *now).await?;
                point(Point::ExpiryStoredPayment);
            }
            Ok(())
        }
        .boxed()
    })
    .await?;
    point(Point::ExpiryCommittedPayment);
    Ok(())
}
