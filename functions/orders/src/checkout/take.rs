//! Takes the stock of a try, and gives it back.

use super::wish::Try;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::by_product;
use ferrocart::db::products::ProductDoc;
use ferrocart::db::stock::{Pieces, WantedProduct};
use ferrocart::domain::id::{OrderId, ProductId};
use ferrocart::domain::quantity::Stock;
use ferrocart::error::Shortage;
use ferrocart::{AppState, Error, Result};
use std::collections::BTreeMap;

/// How often stock may come back just after it could not be taken, before the buyer is asked to
/// try again.
const SURPRISES: u32 = 5;

/// What a try has taken, in the order in which it took it.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pieces: BTreeMap<ProductId, Vec<Pieces>>,
    /// Each product as it was at that moment.
    pub(super) products: Vec<ProductDoc>,
}

/// What came of taking.
#[derive(Debug)]
pub(super) enum Taking {
    /// All of it.
    Done,
    /// Another try holds something for the same cart, for that order.
    OtherTry(OrderId),
    /// Not all of it, because it cannot be had.
    Refused(Error),
}

/// Takes the stock of every line, one product after the other.
pub(super) async fn take_all(shop: &AppState, wanted: &Try, taken: &mut Taken) -> Result<Taking> {
    let mut ahead = by_product(wanted.stock());
    let mut surprises = 0..SURPRISES;
    while let Some((product, pieces)) = ahead.pop_first() {
        match shop.products.take_stock(wanted.taker(), product, &pieces, shop.now()).await {
            Ok(Some(found)) => {
                point(Point::CheckoutTookProduct);
                taken.pieces.insert(product, pieces);
                taken.products.push(found);
            }
            Ok(None) => {
                ahead.insert(product, pieces);
                match look(shop, wanted, &ahead).await? {
                    Some(reason) => return Ok(reason),
                    // It came back into stock between the two looks.
                    None if surprises.next().is_some() => {}
                    None => return Ok(Taking::Refused(Error::IdempotencyInProgress)),
                }
            }
            Err(error) => {
                // What the database has not answered may have been taken.
                taken.pieces.insert(product, pieces);
                return Err(error.into());
            }
        }
    }
    Ok(Taking::Done)
}

/// Gives back what was taken, for a try that buys nothing. If that fails, it is done when the try is too
/// old to be at work: its holds are still there.
pub(super) async fn give_back(shop: &AppState, order: OrderId, taken: &Taken) {
    for (product, pieces) in taken.pieces.iter().rev() {
        if let Err(error) = shop.products.give_back(order, *product, pieces, shop.now()).await {
            tracing::warn!(%error, order_id = %order, "what a failed checkout holds waits to be given back");
            return;
        }
        point(Point::CheckoutGaveBackProduct);
    }
}

/// Why these cannot all be taken; `None` when by now they could. It only informs: what is taken is
/// decided by the updates. Every short line is told, not only the first.
async fn look(shop: &AppState, wanted: &Try, ahead: &BTreeMap<ProductId, Vec<Pieces>>) -> Result<Option<Taking>> {
    let products = shop.products.wanted(ahead.keys().copied().collect()).await?;
    let mut holds = products.iter().flat_map(|product| &product.holds);
    if let Some(other) = holds.find(|hold| hold.cart_id == Some(wanted.purchase.cart) && hold.order_id != wanted.order)
    {
        return Ok(Some(Taking::OtherTry(other.order_id)));
    }
    let mut unavailable = Vec::new();
    let mut shortages = Vec::new();
    for (id, pieces) in ahead {
        let product = products.iter().find(|product| product.id == *id && product.is_active);
        for Pieces { sku, quantity } in pieces {
            match product.and_then(|product| stock_of(product, sku.as_str())) {
                None => unavailable.push(sku.clone()),
                Some(stock) if stock.covers(*quantity) => {}
                Some(stock) => shortages.push(Shortage {
                    sku: sku.clone(),
                    requested: u32::from(quantity.get()),
                    available: stock.get(),
                }),
            }
        }
    }
    Ok(match (unavailable.is_empty(), shortages.is_empty()) {
        (false, _) => Some(Taking::Refused(Error::ProductUnavailable(unavailable))),
        (true, false) => Some(Taking::Refused(Error::InsufficientStock(shortages))),
        (true, true) => None,
    })
}

fn stock_of(product: &WantedProduct, sku: &str) -> Option<Stock> {
    product.variants.iter().find(|variant| variant.sku.as_str() == sku).map(|variant| variant.stock_quantity)
}
