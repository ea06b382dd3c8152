//! Tells a buyer why stock could not be taken: every short line, not only the first.

use ferrocart::db::products::ProductDoc;
use ferrocart::db::stock::Pieces;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::quantity::Stock;
use ferrocart::error::Shortage;
use ferrocart::{AppState, Error, Result};
use std::collections::BTreeMap;

/// Why these cannot all be taken; `None` when by now they could. It only informs: what is taken
/// is decided by the updates.
pub(super) async fn why_short(shop: &AppState, wanted: &BTreeMap<ProductId, Vec<Pieces>>) -> Result<Option<Error>> {
    let products = shop.products.by_ids(wanted.keys().copied().collect()).await?;
    let mut unavailable = Vec::new();
    let mut shortages = Vec::new();
    for (id, pieces) in wanted {
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
        (false, _) => Some(Error::ProductUnavailable(unavailable)),
        (true, false) => Some(Error::InsufficientStock(shortages)),
        (true, true) => None,
    })
}

fn stock_of(product: &ProductDoc, sku: &str) -> Option<Stock> {
    product.variants.iter().find(|variant| variant.sku.as_str() == sku).map(|variant| variant.stock_quantity)
}
