//! Finds the order of an earlier or concurrent request: one with the same idempotency key, or one for the same cart.

use super::attempt::{AttemptOutcome, CheckoutAttempt, CheckoutRequest};
use super::recover::{abandoned_cutoff, finalize_checkout, recover_checkout};
use super::release::release_holds;
use crate::db::orders::{OrderDoc, OrderSlot};
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::error::{Error, Result};
use crate::state::Shop;
use std::time::Duration;

/// How long an idempotency key refers to the same order.
const KEY_LIFETIME: Duration = Duration::from_hours(24);

/// Rejects the request with `reason`, unless an earlier request has already bought the cart: a buyer must not receive an
/// error for what they have bought.
pub(super) async fn reject_unless_replayed(
    shop: &Shop,
    request: &CheckoutRequest,
    attempt: Option<&CheckoutAttempt>,
    reason: Error,
) -> Result<AttemptOutcome> {
    match find_existing_order(shop, request, attempt).await? {
        Some(outcome) => Ok(outcome),
        None => Err(reason),
    }
}

/// Returns the outcome of the attempt if an order with this idempotency key, or of this purchase of the cart, exists.
pub(super) async fn find_existing_order(
    shop: &Shop,
    request: &CheckoutRequest,
    attempt: Option<&CheckoutAttempt>,
) -> Result<Option<AttemptOutcome>> {
    let purchase = attempt.map(|attempt| attempt.purchase);
    match shop.orders.find_existing(request.user, request.key(), purchase).await? {
        Some(order) => outcome_for(shop, request, attempt, order).await.map(Some),
        None => Ok(None),
    }
}

/// Returns the outcome when another attempt, under the id `holder`, has stock of the same cart on hold.
pub(super) async fn resolve_conflicting_hold(
    shop: &Shop,
    request: &CheckoutRequest,
    attempt: &CheckoutAttempt,
    holder: OrderId,
) -> Result<AttemptOutcome> {
    match shop.orders.slot(holder).await? {
        OrderSlot::Placed(order) => outcome_for(shop, request, Some(attempt), *order).await,
        OrderSlot::Tombstone | OrderSlot::Empty if holder < abandoned_cutoff(shop) => {
            recover_checkout(shop, holder).await?;
            Ok(AttemptOutcome::Retry)
        }
        OrderSlot::Tombstone | OrderSlot::Empty => Ok(AttemptOutcome::Wait),
    }
}

/// Returns the outcome, given the order that exists.
async fn outcome_for(
    shop: &Shop,
    request: &CheckoutRequest,
    attempt: Option<&CheckoutAttempt>,
    order: OrderDoc,
) -> Result<AttemptOutcome> {
    let has_key = |key: &&str| order.user_id == request.user && order.idempotency_key.as_deref() == Some(*key);
    if let Some(key) = request.key().filter(has_key) {
        if shop.now().since(order.created_at) > KEY_LIFETIME {
            shop.orders.clear_idempotency_key(request.user, key, shop.now().minus(KEY_LIFETIME)).await?;
            return Ok(AttemptOutcome::Retry);
        }
        if order.request_digest.as_deref() != Some(request.digest()?.as_str()) {
            return Err(Error::IdempotencyKeyReused);
        }
        return Ok(AttemptOutcome::Replayed(Box::new(order)));
    }
    count_purchase(shop, &order).await?;
    if order.status == OrderStatus::Cancelled {
        return Ok(AttemptOutcome::Retry);
    }
    match attempt {
        Some(attempt) if attempt.cart_version != order.cart_version => Ok(AttemptOutcome::Retry),
        _ => Err(Error::CartAlreadyOrdered(order.id)),
    }
}

/// Completes what a cart still lacks of an order that has bought it. The cart then has the next purchase number.
pub(super) async fn count_purchase(shop: &Shop, order: &OrderDoc) -> Result<()> {
    if order.status == OrderStatus::Cancelled {
        // The lines of a cancelled order may be bought again.
        release_holds(shop, order.id).await?;
        return Ok(shop.carts.skip_purchase(order).await?);
    }
    // The lines it has bought were still in the cart when the cart was read.
    finalize_checkout(shop, order).await
}
