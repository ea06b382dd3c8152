//! Gives back what a checkout has taken, and tidies up after one that has succeeded. All of it may
//! be repeated.

use crate::chaos::{Point, point};
use crate::db::orders::OrderDoc;
use crate::db::reservations::ReservationDoc;
use crate::db::stock::Pieces;
use crate::domain::id::ProductId;
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use crate::error::Result;
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

/// Undoes a checkout that has failed, or whose request is dead.
///
/// # Errors
/// The database's; then it is to be done again.
pub async fn undo(shop: &Shop, reservation: &ReservationDoc) -> Result<()> {
    // First nobody can confirm it any more: a request that sleeps and wakes up finds that it lost.
    if !shop.reservations.abandon(reservation.id).await? {
        return Ok(());
    }
    point(Point::UndoAbandoned);
    give_back(shop, reservation).await?;
    shop.reservations.delete(reservation.id).await?;
    point(Point::UndoDeleted);
    Ok(())
}

/// Gives back what a checkout holds, of all its products.
///
/// # Errors
/// The database's; then it is to be done again.
pub async fn give_back(shop: &Shop, reservation: &ReservationDoc) -> Result<()> {
    for (product, pieces) in by_product(reservation.stock()) {
        shop.products.give_back(reservation.id, product, &pieces, shop.now()).await?;
        point(Point::UndoGaveBackProduct);
    }
    Ok(())
}

/// Ends the checkout of an order that stands: its lines leave the cart, and then its holds go. As
/// long as there is a hold, this has not been done.
///
/// # Errors
/// The database's; then it is to be done again.
pub async fn settle(shop: &Shop, order: &OrderDoc) -> Result<()> {
    let bought: Vec<_> = order.items.iter().map(|item| (item.sku.clone(), item.quantity)).collect();
    shop.carts.take_out(order.cart_id, order.id, &bought, shop.now()).await?;
    point(Point::CheckoutEmptiedCart);
    let products = by_product(order.lines()).into_keys().collect();
    shop.products.remove_holds(order.id, products).await?;
    point(Point::CheckoutRemovedHolds);
    Ok(())
}
