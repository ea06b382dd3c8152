//! Gives back what a checkout has taken, and tidies up after one that has succeeded. All of it may
//! be repeated.

use crate::chaos::{Point, is_impatient, point};
use crate::db::id_at;
use crate::db::orders::{OrderDoc, Trace};
use crate::db::stock::{Hold, Pieces};
use crate::domain::id::{OrderId, ProductId};
use crate::domain::order::OrderStatus;
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::http::DEADLINE;
use crate::state::Shop;
use mongodb::ClientSession;
use std::collections::BTreeMap;

/// Lines by product, in the order of the products' ids: two buyers of the last of two things take
/// them in the same order, so that one of them gets both.
#[must_use]
pub fn by_product(lines: impl IntoIterator<Item = (ProductId, Sku, Quantity)>) -> BTreeMap<ProductId, Vec<Pieces>> {
    let mut products: BTreeMap<ProductId, Vec<Pieces>> = BTreeMap::new();
    for (product, sku, quantity) in lines {
        products.entry(product).or_default().push(Pieces { sku, quantity });
    }
    products
}

/// Puts the goods of an order back into stock, in the transaction that says so on the order: twice
/// would be once too often.
///
/// # Errors
/// The database's.
pub async fn put_back(
    shop: &Shop,
    session: &mut ClientSession,
    order: &OrderDoc,
    now: Timestamp,
) -> Result<(), mongodb::error::Error> {
    for (product, pieces) in by_product(order.lines()) {
        shop.products.return_stock(session, order.id, product, &pieces, now).await?;
        point(Point::CancelReturnedProduct);
    }
    Ok(())
}

/// Whoever took something for an order of a smaller id is dead: no request works longer than its
/// deadline, and clocks differ by less than it.
#[must_use]
pub fn oldest_alive(shop: &Shop) -> OrderId {
    if is_impatient() {
        return OrderId::from_bytes([u8::MAX; 12]);
    }
    id_at(shop.now().minus(DEADLINE.saturating_mul(2)))
}

/// Ends a checkout whose request is dead: settles its order, or gives back what it holds when there
/// is none.
///
/// # Errors
/// The database's; then it is to be done again.
pub async fn recover(shop: &Shop, order: OrderId) -> Result<()> {
    // First there can never be an order: a request that sleeps and wakes up finds that it lost.
    if shop.orders.bury(order, shop.now()).await? {
        point(Point::RecoveryBuried);
        return give_back_held(shop, order).await;
    }
    match shop.orders.trace(order).await? {
        Trace::Placed(order) => finish(shop, &order).await,
        Trace::Buried => give_back_held(shop, order).await,
        // What was in the way of the tombstone may not stay; a later run sees.
        Trace::Nothing => Ok(()),
    }
}

/// Ends the checkout of an order. A cancelled one has given back what it had, so what is held for
/// it is more than that.
///
/// # Errors
/// The database's; then it is to be done again.
pub async fn finish(shop: &Shop, order: &OrderDoc) -> Result<()> {
    match order.status {
        OrderStatus::Cancelled => give_back_held(shop, order.id).await,
        _ => settle(shop, order).await,
    }
}

/// Gives back whatever is held for an order.
///
/// # Errors
/// The database's; then it is to be done again.
pub async fn give_back_held(shop: &Shop, order: OrderId) -> Result<()> {
    for product in shop.products.held_by(order).await? {
        let held = product.holds.into_iter().filter(|hold| hold.order_id == order);
        let pieces: Vec<_> = held.map(|Hold { sku, quantity, .. }| Pieces { sku, quantity }).collect();
        shop.products.give_back(order, product.id, &pieces, shop.now()).await?;
        point(Point::RecoveryGaveBackProduct);
    }
    Ok(())
}

/// Ends the checkout of an order that stands: its lines leave the cart, and then its holds go. As
/// long as there is a hold, this has not been done.
///
/// # Errors
/// The database's; then it is to be done again.
pub async fn settle(shop: &Shop, order: &OrderDoc) -> Result<()> {
    shop.carts.take_out(order, shop.now()).await?;
    point(Point::CheckoutEmptiedCart);
    let products = by_product(order.lines()).into_keys().collect();
    shop.products.remove_holds(order.id, products).await?;
    point(Point::CheckoutRemovedHolds);
    Ok(())
}
