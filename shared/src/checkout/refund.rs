//! Sends money back. A refund is recorded on its order first, under an id that Stripe gets, too;
//! then it is sent; then what Stripe says is noted. After a crash or a lost answer between two of
//! these steps Stripe is asked which refunds it has, and nothing is sent twice.

use super::put_back;
use crate::chaos::{Point, point};
use crate::db::orders::OrderDoc;
use crate::db::{new_id, transaction};
use crate::domain::id::{OrderId, RefundId};
use crate::domain::money::Overflow;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::refund::{Ledger, Refund, RefundStatus, TakenRefund};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::state::Shop;
use futures_util::FutureExt;
use mongodb::ClientSession;

/// Why the money of a cancelled order goes back.
pub(super) const CANCELLED: &str = "the order was cancelled";

/// The ledger of an order with a refund of all that is left, if anything is.
///
/// # Errors
/// [`Overflow`]
pub fn with_rest_refunded(order: &OrderDoc, refund: Refund, why: &str) -> Result<Ledger, Overflow> {
    let mut ledger = order.ledger();
    ledger.begin_rest(Refund { reason: why.parse().ok(), status: first_status(order), ..refund })?;
    Ok(ledger)
}

/// How far a refund of an order has come when it is recorded. What came without Stripe goes back
/// without it: of an order for demonstration.
#[must_use]
pub const fn first_status(order: &OrderDoc) -> RefundStatus {
    if order.transaction_id.is_none() { RefundStatus::Succeeded } else { RefundStatus::Pending }
}

/// Brings the refunds of an order to their end that are pending: those that Stripe has are noted,
/// and the others are sent.
///
/// # Errors
/// Stripe's and the database's; then it is to be done again.
pub async fn finish_refunds(shop: &Shop, order: &OrderDoc) -> Result<OrderDoc> {
    let mut order = ask_stripe(shop, order).await?;
    let unsent: Vec<RefundId> = order.refunds.iter().filter(|refund| refund.is_unsent()).map(|it| it.id).collect();
    for refund in unsent {
        order = send_refund(shop, &order, refund).await?;
    }
    Ok(order)
}

/// Sends a refund that was recorded, unless that was done; answers the order as it is then.
///
/// # Errors
/// Stripe's and the database's; then the refund is pending, and somebody finishes it later.
pub async fn send_refund(shop: &Shop, order: &OrderDoc, refund: RefundId) -> Result<OrderDoc> {
    let ledger = order.ledger();
    let unsent = ledger.get(refund).filter(|refund| refund.is_unsent());
    let (Some(intent), Some(refund)) = (&order.transaction_id, unsent) else { return Ok(order.clone()) };
    let answer = shop.stripe()?.refund(intent, order.id, refund).await;
    point(Point::RefundSent);
    match answer {
        Ok(taken) => {
            let noted = learn(shop, order.id, &[taken]).await?;
            point(Point::RefundNoted);
            Ok(noted)
        }
        Err(error) if error.is_final() || error.is_stored() => {
            // Under an earlier key it may have taken effect, in spite of what is said now.
            let asked = ask_stripe(shop, order).await?;
            if asked.ledger().get(refund.id).is_none_or(|refund| !refund.is_unsent()) {
                return Ok(asked);
            }
            if error.is_stored() {
                // Stripe would repeat this answer for a day, and it has no such refund.
                change(shop, order.id, |_, ledger| {
                    ledger.use_up_key(refund.id, refund.keys_used);
                    Ok(())
                })
                .await?;
                return Err(error.into());
            }
            refuse(shop, order.id, refund.id, error.code()).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks Stripe which refunds it has of an order's payment, and notes them.
async fn ask_stripe(shop: &Shop, order: &OrderDoc) -> Result<OrderDoc> {
    let Some(intent) = &order.transaction_id else { return Ok(order.clone()) };
    let taken = shop.stripe()?.refunds(intent).await?;
    learn(shop, order.id, &taken).await
}

/// Notes what Stripe says of the refunds of an order.
async fn learn(shop: &Shop, order: OrderId, taken: &[TakenRefund]) -> Result<OrderDoc> {
    let context = (shop, order, taken, shop.now());
    transaction::run(&shop.database, context, |session, (shop, order, taken, now)| {
        store_refunds(shop, session, *order, taken, *now).boxed()
    })
    .await?
}

/// Stores what Stripe says of the refunds of an order, in a transaction.
///
/// # Errors
/// The database's; inside, that there is no such order.
pub async fn store_refunds(
    shop: &Shop,
    session: &mut ClientSession,
    order: OrderId,
    taken: &[TakenRefund],
    now: Timestamp,
) -> Result<Result<OrderDoc>, mongodb::error::Error> {
    let learn = |_: &OrderDoc, ledger: &mut Ledger| {
        taken.iter().for_each(|refund| ledger.learn(refund, new_id(), now));
        Ok(())
    };
    change_in(shop, session, order, &learn, now).await
}

/// Gives up a refund that Stripe refuses for good.
async fn refuse(shop: &Shop, order: OrderId, refund: RefundId, why: &str) -> Result<OrderDoc> {
    let now = shop.now();
    change(shop, order, |order, ledger| {
        let refused = ledger.get(refund).map_or(order.total_amount, |refund| refund.amount);
        ledger.refuse(refund, why, now);
        // Somebody has sent a part of it back by hand: of a cancelled order the rest is to follow.
        let left = ledger.left()?;
        if order.status == OrderStatus::Cancelled && left < refused {
            let reason = CANCELLED.parse().ok();
            ledger.begin_rest(Refund { reason, ..Refund::new(new_id(), Actor::System, now) })?;
        }
        Ok(())
    })
    .await
}

/// Puts the goods of an order back into stock, in the transaction that stores its ledger, if they are
/// to come back with a refund that is accepted, and have not come back before.
///
/// # Errors
/// The database's.
pub async fn restock(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    ledger: &mut Ledger,
    now: Timestamp,
) -> Result<(), mongodb::error::Error> {
    // The goods of a cancelled order have come back already.
    let there_are_goods = !order.restocked && order.status != OrderStatus::Cancelled;
    if ledger.restock(there_are_goods) { put_back(shop, session, order, now).await } else { Ok(()) }
}

/// Changes the ledger of an order as it is at this moment.
async fn change<F>(shop: &Shop, order: OrderId, change: F) -> Result<OrderDoc>
where
    F: Fn(&OrderDoc, &mut Ledger) -> Result<()> + Send + Sync,
{
    let context = (shop, order, &change, shop.now());
    transaction::run(&shop.database, context, |session, (shop, order, change, now)| {
        change_in(shop, session, *order, *change, *now).boxed()
    })
    .await?
}

/// [`change`] in a transaction.
async fn change_in<F>(
    shop: &Shop,
    session: &mut ClientSession,
    order: OrderId,
    change: &F,
    now: Timestamp,
) -> Result<Result<OrderDoc>, mongodb::error::Error>
where
    F: Fn(&OrderDoc, &mut Ledger) -> Result<()> + Send + Sync,
{
    let Some(order) = shop.orders.get_in(session, order).await? else { return Ok(Err(Error::NotFound)) };
    let before = order.ledger();
    let mut ledger = before.clone();
    if let Err(error) = change(&order, &mut ledger) {
        return Ok(Err(error));
    }
    restock(shop, session, &order, &mut ledger, now).await?;
    if ledger == before {
        return Ok(Ok(order));
    }
    let failures = |ledger: &Ledger| ledger.refunds().iter().filter(|it| it.status == RefundStatus::Failed).count();
    if failures(&ledger) > failures(&before) {
        tracing::error!(order_id = %order.id, "a refund has failed: its money is still here");
    }
    let stored = shop.orders.store_ledger(session, &order, &ledger, now).await?;
    Ok(stored.ok_or(Error::NotFound))
}
