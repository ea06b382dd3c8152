//! What an earlier request, or one at the same time, means for this one: it has used the same key, or
//! it buys the same cart.

use super::Step;
use super::wish::{Try, Wish};
use ferrocart::checkout::{give_back_held, oldest_alive, recover, settle};
use ferrocart::db::orders::{OrderDoc, Trace};
use ferrocart::domain::id::{OrderId, UserId};
use ferrocart::domain::order::OrderStatus;
use ferrocart::{AppState, Error, Result};
use std::time::Duration;

/// How long a key names the same order.
const KEY_LIFE: Duration = Duration::from_hours(24);

/// What to do instead of refusing, if an earlier request has made an order: nobody is refused what
/// they have bought. Otherwise there is the refusal.
pub(super) async fn refuse(shop: &AppState, user: UserId, wish: &Wish, of: Option<&Try>, why: Error) -> Result<Step> {
    match earlier(shop, user, wish, of).await? {
        Some(step) => Ok(step),
        None => Err(why),
    }
}

/// What to do because of the order that an earlier request has made, if one has.
pub(super) async fn earlier(shop: &AppState, user: UserId, wish: &Wish, of: Option<&Try>) -> Result<Option<Step>> {
    match shop.orders.earlier(user, wish.key(), of.map(|of| of.purchase)).await? {
        Some(order) => met(shop, user, wish, of, order).await.map(Some),
        None => Ok(None),
    }
}

/// What to do because an order holds something for the same cart.
pub(super) async fn make_way(shop: &AppState, wish: &Wish, of: &Try, order: OrderId) -> Result<Step> {
    match shop.orders.trace(order).await? {
        Trace::Placed(order) => met(shop, of.user, wish, Some(of), *order).await,
        Trace::Buried | Trace::Nothing if order < oldest_alive(shop) => {
            recover(shop, order).await?;
            Ok(Step::Again)
        }
        Trace::Buried | Trace::Nothing => Ok(Step::Wait),
    }
}

async fn met(shop: &AppState, user: UserId, wish: &Wish, of: Option<&Try>, order: OrderDoc) -> Result<Step> {
    if let Some(key) = wish.key().filter(|key| order.user_id == user && order.idempotency_key.as_deref() == Some(*key))
    {
        if shop.now().since(order.created_at) > KEY_LIFE {
            shop.orders.forget_key(user, key, shop.now().minus(KEY_LIFE)).await?;
            return Ok(Step::Again);
        }
        if order.request_digest.as_deref() != Some(wish.digest()?.as_str()) {
            return Err(Error::IdempotencyKeyReused);
        }
        return Ok(Step::Earlier(Box::new(order)));
    }
    if order.status == OrderStatus::Cancelled {
        // What it had bought may be bought again.
        give_back_held(shop, order.id).await?;
        shop.carts.pass_over(&order).await?;
        return Ok(Step::Again);
    }
    // What it has bought is still in the cart, or was when it was read.
    settle(shop, &order).await?;
    match of {
        Some(of) if of.cart_version != order.cart_version => Ok(Step::Again),
        _ => Err(Error::CartAlreadyOrdered(order.id)),
    }
}
