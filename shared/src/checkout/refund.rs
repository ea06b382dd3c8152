//! Sends refunds to Stripe and stores their results.
//!
//! A refund is recorded on its order first, then sent with its id as idempotency key, then its result is stored. After a
//! crash or a lost response between two steps, Stripe's list of refunds decides whether it is sent again.

use super::owed_refund::cancellation_refund;
use super::reconcile_disputes::reconcile_disputes;
use crate::db::orders::OrderDoc;
use crate::db::{new_id, transaction};
use crate::domain::id::{OrderId, RefundId};
use crate::domain::order::OrderStatus;
use crate::domain::refund::{Ledger, RefundStatus, StripeRefund};
use crate::domain::sku::group_by_product;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::state::Shop;
use futures_util::FutureExt;
use mongodb::ClientSession;

/// The code with which Stripe rejects a refund of a disputed payment.
const CHARGE_DISPUTED: &str = "charge_disputed";
/// Why a refund fails whose payment the Stripe account does not have.
const UNKNOWN_PAYMENT: &str = "this Stripe account does not have the payment: it was made with another account or mode";

/// Completes the pending refunds of an order: those that Stripe has are reconciled, all others are sent. They fail if the
/// Stripe account does not have the payment.
pub async fn retry_refunds(shop: &Shop, order: &OrderDoc) -> Result<OrderDoc> {
    let mut order = match reconcile_with_stripe(shop, order).await {
        Err(Error::Stripe(error)) if error.is_missing() => return fail_unsent_refunds(shop, order.id).await,
        reconciled => reconciled?,
    };
    let unsent: Vec<RefundId> = order.refunds.iter().filter(|refund| refund.is_unsent()).map(|it| it.id).collect();
    for refund in unsent {
        order = send_refund(shop, &order, refund).await?;
    }
    Ok(order)
}

/// Sends a recorded refund, unless it was sent before; returns the order as it is then.
///
/// # Errors
/// After an error the refund is still pending: [`retry_refunds`] completes it later.
pub(super) async fn send_refund(shop: &Shop, order: &OrderDoc, refund: RefundId) -> Result<OrderDoc> {
    let ledger = order.ledger();
    let unsent = ledger.get(refund).filter(|refund| refund.is_unsent());
    let (Some(intent), Some(refund)) = (&order.transaction_id, unsent) else { return Ok(order.clone()) };
    let response = shop.stripe()?.refund(intent, order.id, refund).await;
    fail_point(Point::RefundSent);
    match response {
        Ok(sent) => {
            let stored = reconcile_refunds_now(shop, order.id, &[sent]).await?;
            fail_point(Point::RefundStored);
            Ok(stored)
        }
        Err(error) if error.is_final() || error.is_stored() => {
            // The refund may have taken effect under an earlier idempotency key, whatever this response says.
            let reconciled = match reconcile_with_stripe(shop, order).await {
                Err(Error::Stripe(error)) if error.is_missing() => {
                    return fail_refund(shop, order.id, refund.id, UNKNOWN_PAYMENT).await;
                }
                reconciled => reconciled?,
            };
            if reconciled.ledger().get(refund.id).is_none_or(|refund| !refund.is_unsent()) {
                return Ok(reconciled);
            }
            if error.is_stored() {
                // Stripe would repeat this response for a day, and it has no such refund.
                change_ledger(shop, order.id, |_, ledger| {
                    ledger.advance_idempotency_key(refund.id, refund.idempotency_attempt);
                    Ok(())
                })
                .await?;
                return Err(error.into());
            }
            if error.reason() == CHARGE_DISPUTED {
                // The event about the dispute is late or lost. The refund stays pending until the dispute is stored, so
                // that the amount is owed again once the dispute is won.
                reconcile_disputes(shop, &reconciled).await?;
            }
            fail_refund(shop, order.id, refund.id, error.reason()).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Lists the refunds of a payment that the order does not have yet. If the key may not list them, their events report them.
pub(super) async fn refunds_before_payment(shop: &Shop, intent: &str) -> Result<Vec<StripeRefund>> {
    match shop.stripe()?.refunds(intent).await {
        Err(error) if error.is_missing() || error.is_key_rejected() => Ok(Vec::new()),
        refunds => Ok(refunds?),
    }
}

/// Lists the refunds of the order's payment at Stripe and reconciles them.
async fn reconcile_with_stripe(shop: &Shop, order: &OrderDoc) -> Result<OrderDoc> {
    let Some(intent) = &order.transaction_id else { return Ok(order.clone()) };
    let refunds = shop.stripe()?.refunds(intent).await?;
    reconcile_refunds_now(shop, order.id, &refunds).await
}

/// Reconciles refunds of Stripe's in a transaction of its own.
async fn reconcile_refunds_now(shop: &Shop, order: OrderId, refunds: &[StripeRefund]) -> Result<OrderDoc> {
    let context = (shop, order, refunds, shop.now());
    transaction::run(&shop.database, context, |session, &(shop, order, refunds, now)| {
        reconcile_refunds(shop, session, order, refunds, now).boxed()
    })
    .await
}

/// Reconciles the ledger of an order with refunds of Stripe's, inside a transaction.
pub(super) async fn reconcile_refunds(
    shop: &Shop,
    session: &mut ClientSession,
    order: OrderId,
    refunds: &[StripeRefund],
    now: Timestamp,
) -> Result<OrderDoc> {
    let reconcile = |_: &OrderDoc, ledger: &mut Ledger| {
        refunds.iter().for_each(|refund| ledger.reconcile(refund, new_id(), now));
        Ok(())
    };
    change_ledger_in(shop, session, order, &reconcile, now).await
}

/// Marks all unsent refunds of an order as failed, because the Stripe account does not have the payment.
async fn fail_unsent_refunds(shop: &Shop, order: OrderId) -> Result<OrderDoc> {
    let now = shop.now();
    change_ledger(shop, order, |_, ledger| {
        let unsent: Vec<_> = ledger.refunds().iter().filter(|refund| refund.is_unsent()).map(|it| it.id).collect();
        unsent.into_iter().for_each(|refund| ledger.fail(refund, UNKNOWN_PAYMENT, now));
        Ok(())
    })
    .await
}

/// Marks a refund as failed that Stripe has rejected for good.
async fn fail_refund(shop: &Shop, order: OrderId, refund: RefundId, failure: &str) -> Result<OrderDoc> {
    let now = shop.now();
    change_ledger(shop, order, |order, ledger| {
        let rejected = ledger.get(refund).map_or(order.total_amount, |refund| refund.amount);
        ledger.fail(refund, failure, now);
        // A part of a cancelled order's payment was refunded by hand: the rest is still owed.
        let refundable = ledger.refundable()?;
        if order.status == OrderStatus::Cancelled && refundable < rejected {
            ledger.refund_remaining(cancellation_refund(now))?;
        }
        Ok(())
    })
    .await
}

/// Restocks an order, inside the transaction that records it on the order: it must happen once.
pub(super) async fn restock_order(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    now: Timestamp,
) -> Result<()> {
    for (product, quantities) in group_by_product(order.quantities()) {
        shop.products.restock(session, order.id, product, &quantities, now).await?;
        fail_point(Point::CancelRestockedProduct);
    }
    Ok(())
}

/// Restocks an order inside the transaction that stores its ledger, if an accepted refund asks for it and it was not
/// restocked before.
pub(super) async fn restock_if_due(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    ledger: &mut Ledger,
    now: Timestamp,
) -> Result<()> {
    // A cancelled order was restocked when it was cancelled.
    let can_restock = !order.restocked && order.status != OrderStatus::Cancelled;
    if ledger.assign_restock(can_restock) { restock_order(shop, session, order, now).await } else { Ok(()) }
}

/// Changes the ledger of an order in a transaction of its own.
async fn change_ledger(
    shop: &Shop,
    order: OrderId,
    change: impl Fn(&OrderDoc, &mut Ledger) -> Result<()> + Send + Sync,
) -> Result<OrderDoc> {
    let context = (shop, order, change, shop.now());
    transaction::run(&shop.database, context, |session, (shop, order, change, now)| {
        change_ledger_in(shop, session, *order, change, *now).boxed()
    })
    .await
}

/// Changes the ledger of an order inside a transaction.
async fn change_ledger_in(
    shop: &Shop,
    session: &mut ClientSession,
    order: OrderId,
    change: &(impl Fn(&OrderDoc, &mut Ledger) -> Result<()> + Sync),
    now: Timestamp,
) -> Result<OrderDoc> {
    let order = shop.orders.get_in(session, order).await?.ok_or(Error::NotFound)?;
    let before = order.ledger();
    let mut ledger = before.clone();
    change(&order, &mut ledger)?;
    restock_if_due(shop, session, &order, &mut ledger, now).await?;
    if ledger == before {
        return Ok(order);
    }
    let failures = |ledger: &Ledger| ledger.refunds().iter().filter(|it| it.status == RefundStatus::Failed).count();
    if failures(&ledger) > failures(&before) {
        tracing::error!(order_id = %order.id, "a refund has failed: the payment is still owed to the buyer");
    }
    shop.orders.store_ledger(session, &order, &ledger, now).await?.ok_or(Error::NotFound)
}
