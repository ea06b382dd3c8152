//! Reserves the stock of an attempt: all of it or none.

use super::attempt::CheckoutAttempt;
use super::release::release;
use crate::db::products::ProductDoc;
use crate::db::stock::StockSnapshot;
use crate::domain::id::{OrderId, ProductId};
use crate::domain::quantity::Stock;
use crate::domain::sku::Shortage;
use crate::domain::sku::{SkuQuantity, group_by_product};
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::state::Shop;
use std::collections::BTreeMap;

/// The stock that an attempt has reserved.
#[derive(Debug, Default)]
pub(super) struct ReservedStock {
    by_product: BTreeMap<ProductId, Vec<SkuQuantity>>,
    /// Each product as it was when its stock was reserved.
    pub(super) products: Vec<ProductDoc>,
}

/// The result of reserving.
#[derive(Debug)]
pub(super) enum ReserveOutcome {
    /// Everything is reserved.
    Reserved(ReservedStock),
    /// Another attempt holds stock for the same cart, under this order id. Nothing is reserved.
    ConflictingHold(OrderId),
    /// Something is unavailable or short. Nothing is reserved.
    Rejected(Error),
    /// Something was short, and it was replenished since. Nothing is reserved.
    Replenished,
}

/// Reserves stock for every line of the cart. Unless everything could be reserved, what was reserved is released.
pub(super) async fn reserve_stock(shop: &Shop, attempt: &CheckoutAttempt) -> Result<ReserveOutcome> {
    let mut reserved = ReservedStock::default();
    let failed = match reserve_products(shop, attempt, &mut reserved).await {
        Ok(None) => return Ok(ReserveOutcome::Reserved(reserved)),
        Ok(Some(outcome)) => Ok(outcome),
        Err(error) => Err(error),
    };
    reserved.release(shop, attempt.order).await;
    failed
}

impl ReservedStock {
    /// Releases the stock of an attempt that places no order. After a failure `maintenance` releases it: its holds remain.
    pub(super) async fn release(self, shop: &Shop, order: OrderId) {
        if let Err(error) = release(shop, order, self.by_product.into_iter().rev()).await {
            tracing::warn!(%error, order_id = %order, "stock of a failed checkout stays on hold until maintenance releases it");
        }
    }
}

/// Reserves one product after the other; `None` when everything is reserved.
async fn reserve_products(
    shop: &Shop,
    attempt: &CheckoutAttempt,
    reserved: &mut ReservedStock,
) -> Result<Option<ReserveOutcome>> {
    let mut remaining = group_by_product(attempt.quantities());
    while let Some((product, quantities)) = remaining.pop_first() {
        match shop.products.reserve_stock(attempt.owner(), product, &quantities, shop.now()).await {
            Ok(Some(found)) => {
                fail_point(Point::CheckoutReservedProduct);
                reserved.by_product.insert(product, quantities);
                reserved.products.push(found);
            }
            Ok(None) => {
                remaining.insert(product, quantities);
                return diagnose_shortage(shop, attempt, &remaining).await.map(Some);
            }
            Err(error) => {
                // The result is unknown: the stock may be reserved.
                reserved.by_product.insert(product, quantities);
                return Err(error.into());
            }
        }
    }
    Ok(None)
}

/// Returns why the remaining products could not be reserved, with every short line.
///
/// The result only informs the buyer. Whether stock is reserved is decided by the conditional updates.
async fn diagnose_shortage(
    shop: &Shop,
    attempt: &CheckoutAttempt,
    remaining: &BTreeMap<ProductId, Vec<SkuQuantity>>,
) -> Result<ReserveOutcome> {
    let products = shop.products.stock_snapshots(remaining.keys().copied().collect()).await?;
    let mut holds = products.iter().flat_map(|product| &product.holds);
    let cart = attempt.purchase.cart;
    if let Some(other) = holds.find(|hold| hold.cart_id == cart && hold.order_id != attempt.order) {
        return Ok(ReserveOutcome::ConflictingHold(other.order_id));
    }
    let mut unavailable = Vec::new();
    let mut shortages = Vec::new();
    for (id, quantities) in remaining {
        let product = products.iter().find(|product| product.id == *id && product.is_for_sale_to(attempt.user));
        for SkuQuantity { sku, quantity } in quantities {
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
        (false, _) => ReserveOutcome::Rejected(Error::ProductUnavailable(unavailable)),
        (true, false) => ReserveOutcome::Rejected(Error::InsufficientStock(shortages)),
        (true, true) => ReserveOutcome::Replenished,
    })
}

fn stock_of(product: &StockSnapshot, sku: &str) -> Option<Stock> {
    product.variants.iter().find(|variant| variant.sku.as_str() == sku).map(|variant| variant.stock_quantity)
}
