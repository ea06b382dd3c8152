//! What a paid intent means for its order. The webhook and the scheduled function agree on it.

use super::{by_product, store_cancelled};
use crate::chaos::{Point, point};
use crate::db::orders::{Flag, OrderDoc, Received};
use crate::db::{new_id, transaction};
use crate::domain::id::OrderId;
use crate::domain::money::Money;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::refund::{Refund, TakenRefund};
use crate::domain::time::Timestamp;
use crate::payments::Intent;
use crate::state::Shop;
use crate::telemetry::{Fact, note};
use futures_util::FutureExt;
use mongodb::ClientSession;
use mongodb::error::Error;

/// Gives a paid intent its effect on its order, in a transaction, with the refunds that Stripe was
/// known to have made of it. Money that does not fit is no payment: the order is flagged.
///
/// # Errors
/// The database's.
pub async fn store_payment(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    intent: &Intent,
    refunds: &[TakenRefund],
    by: Actor,
    now: Timestamp,
) -> Result<(), Error> {
    if !is_exact(shop, order, intent) {
        return store_mismatch(shop, session, order, intent, now).await;
    }
    // Told again.
    if order.payment.status.is_paid() {
        return Ok(());
    }
    // Stripe may have told us of a refund before it told us of the payment.
    let mut ledger = order.ledger();
    refunds.iter().for_each(|refund| ledger.learn(refund, new_id(), now));
    let went_back = !order.total_amount.is_zero() && ledger.left().map_err(Error::custom)?.is_zero();
    match order.status {
        OrderStatus::Pending if went_back => {
            tracing::warn!(order_id = %order.id, "an order was paid, and all of its money went back before we knew");
            let cancelled = order.go_to(OrderStatus::Cancelled, by, now).map_err(Error::custom)?;
            let cancelled = cancelled.with_ledger(&ledger)?.with_intent(&intent.id);
            store_cancelled(shop, session, order, &cancelled, now).await.map(drop)
        }
        OrderStatus::Cancelled if went_back || !take_again(shop, session, order, now).await? => {
            tracing::warn!(order_id = %order.id, "an order was paid after it was cancelled, and is not kept");
            ledger.begin_rest(refund_of_late_money(now)).map_err(Error::custom)?;
            shop.orders.owe_refund(session, order, &intent.id, None, &ledger, now).await
        }
        _ => match order.go_to(OrderStatus::Processing, by, now) {
            Ok(paid) => {
                let paid = paid.with_ledger(&ledger)?.with_intent(&intent.id);
                note(Fact::OrderPaid(order.id, order.total_amount));
                shop.orders.store_move(&paid, Some(session)).await.map(drop)
            }
            Err(_) => shop.orders.flag(session, order.id, Flag::PaidAfterEnd, now).await,
        },
    }
}

/// Gives a paid intent its effect on its order, in a transaction of its own.
///
/// # Errors
/// The database's.
pub(super) async fn store_payment_now(shop: &Shop, order: OrderId, intent: &Intent, by: Actor) -> Result<(), Error> {
    let context = (shop, order, intent, by, shop.now());
    transaction::run(&shop.database, context, |session, (shop, order, intent, by, now)| {
        async move {
            match shop.orders.get_in(session, *order).await? {
                Some(order) => store_payment(shop, session, &order, intent, &[], *by, *now).await,
                None => Ok(()),
            }
        }
        .boxed()
    })
    .await
}

/// Flags an order for which money came that does not fit. It stays to be cancelled, by its buyer, by
/// an administrator or when its time is over, and then the money goes back; that of an order that is
/// cancelled goes back at once.
async fn store_mismatch(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    intent: &Intent,
    now: Timestamp,
) -> Result<(), Error> {
    flag_mismatch(shop, session, order, now).await?;
    let received = received(shop, order, intent);
    let is_new = order.status == OrderStatus::Cancelled && !order.payment.status.is_paid();
    let Some(received) = received.filter(|_| is_new) else { return Ok(()) };
    let mut ledger = OrderDoc { received: Some(received), ..order.clone() }.ledger();
    ledger.begin_rest(refund_of_late_money(now)).map_err(Error::custom)?;
    shop.orders.owe_refund(session, order, &intent.id, Some(&received), &ledger, now).await
}

/// Flags an order for which money came that does not fit, unless that was done.
pub(super) async fn flag_mismatch(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    now: Timestamp,
) -> Result<(), Error> {
    if order.flags.contains(&Flag::AmountMismatch) {
        return Ok(());
    }
    tracing::error!(order_id = %order.id, "a payment of another amount, currency or mode than its order's");
    note(Fact::AmountMismatch(order.id));
    shop.orders.flag(session, order.id, Flag::AmountMismatch, now).await
}

fn refund_of_late_money(now: Timestamp) -> Refund {
    let reason = "paid after the order was cancelled".parse().ok();
    Refund { reason, ..Refund::new(new_id(), Actor::System, now) }
}

/// Whether exactly what the order costs was paid, in its currency, and in our mode.
pub(super) fn is_exact(shop: &Shop, order: &OrderDoc, intent: &Intent) -> bool {
    shop.stripe().is_ok_and(|stripe| stripe.is_our_mode(intent.livemode))
        && intent.amount_received == order.total_amount.minor()
        && intent.currency.eq_ignore_ascii_case(order.currency.code())
}

/// The money that came and does not fit, as far as it can go back: with the key of one mode nothing
/// can be done in the other.
pub(super) fn received(shop: &Shop, order: &OrderDoc, intent: &Intent) -> Option<Received> {
    let amount = Money::from_minor(intent.amount_received);
    let is_ours = shop.stripe().is_ok_and(|stripe| stripe.is_our_mode(intent.livemode));
    let currency = intent.currency.to_ascii_uppercase().parse().ok();
    let received = currency.filter(|_| is_ours && amount > Money::ZERO).map(|currency| Received { amount, currency });
    if received.is_none() {
        tracing::error!(order_id = %order.id, "what was paid for an order cannot be sent back");
    }
    received
}

/// Takes the stock of a cancelled order once more; all of it or none.
async fn take_again(shop: &Shop, session: &mut ClientSession, order: &OrderDoc, now: Timestamp) -> Result<bool, Error> {
    let products = by_product(order.lines());
    for (product, pieces) in &products {
        if !shop.products.take_again(session, *product, pieces, now).await? {
            for (taken, pieces) in products.range(..product) {
                shop.products.return_stock(session, order.id, *taken, pieces, now).await?;
            }
            return Ok(false);
        }
        point(Point::PaymentTookProduct);
    }
    Ok(true)
}
