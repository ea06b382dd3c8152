//! Looks up products by their ids or SKUs, such as those of a wish list.

use crate::view::ProductSummary;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::sku::Sku;
use ferrocart::http::List;
use ferrocart::{AppState, Result};

/// The products to look up.
#[derive(Debug)]
pub(crate) enum Lookup {
    Ids(Vec<ProductId>),
    Skus(Vec<Sku>),
}

/// Returns the active ones of these products in the given order, each once.
pub(super) async fn look_up(shop: &AppState, lookup: Lookup) -> Result<List<ProductSummary>> {
    let mut products = match &lookup {
        Lookup::Ids(ids) => shop.products.active_by_ids(ids).await?,
        Lookup::Skus(skus) => shop.products.active_by_skus(skus).await?,
    };
    products.sort_by_cached_key(|product| match &lookup {
        Lookup::Ids(ids) => ids.iter().position(|id| *id == product.id),
        Lookup::Skus(skus) => skus.iter().position(|sku| product.variants.skus.contains(sku)),
    });
    let items = products.into_iter().map(|product| ProductSummary::of(product, shop.config.currency)).collect();
    Ok(List { items, next_cursor: None })
}
