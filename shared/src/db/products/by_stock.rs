//! Pages of products in the order of their lowest stock.
//!
//! A product has an entry of the index for each stock of its variants. The first one of a range is that of its lowest stock,
//! and the server returns each product once. A sort would read and sort all of them instead, because a range of such an
//! index has no order for it: the pages rely on the hint.

use super::declaration::LOW_STOCK;
use super::list::summary_projection;
use super::{ProductFilter, ProductSummaryDoc, Products};
use crate::db::MAX_TIME;
use crate::db::decode::find_page;
use crate::domain::id::ProductId;
use crate::domain::quantity::Stock;
use crate::domain::text::Label;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::{FindOptions, Hint};
use serde::{Deserialize, Serialize};

/// The position of the last product of a page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StockPosition {
    is_active: bool,
    stock: Stock,
    category: Label,
    id: ProductId,
}

impl StockPosition {
    /// Returns the position of a product.
    #[must_use]
    pub fn of(product: &ProductSummaryDoc) -> Self {
        Self {
            is_active: product.is_active,
            stock: product.variants.lowest_stock,
            category: product.category.clone(),
            id: product.id,
        }
    }
}

impl Products {
    /// Returns a page of the products of a filter's activity, categories and stock: active ones first, each with the lowest
    /// stock first.
    pub async fn list_by_stock(
        &self,
        filter: &ProductFilter,
        after: Option<&StockPosition>,
        limit: i64,
    ) -> Result<Vec<ProductSummaryDoc>, Error> {
        let limit = usize::try_from(limit).unwrap_or_default();
        let mut found: Vec<ProductSummaryDoc> = Vec::new();
        for range in ranges(filter, after) {
            let remaining = i64::try_from(limit.saturating_sub(found.len())).unwrap_or_default();
            if remaining > 0 {
                let options = FindOptions::builder()
                    .projection(summary_projection())
                    .hint(Hint::Name(LOW_STOCK.to_owned()))
                    .max_time(MAX_TIME)
                    .build();
                found.extend(find_page::<_, ProductSummaryDoc>(&self.0, range, options, remaining).await?);
            }
        }
        Ok(found)
    }
}

/// Returns the ranges of the index that follow a position, in their order.
fn ranges(filter: &ProductFilter, after: Option<&StockPosition>) -> Vec<Document> {
    let mut ranges = Vec::new();
    for &is_active in filter.activity.values() {
        let within = |stock: Document| {
            let mut range = filter.in_catalogue();
            range.insert("is_active", is_active);
            // Unlike two conditions on the array, those on one element are the bounds of one range.
            range.insert("variants", doc! { "$elemMatch": { "stock_quantity": stock } });
            range
        };
        let mut categories = Document::new();
        if !filter.category.is_empty() {
            let labels: Vec<&str> = filter.category.iter().map(Label::as_str).collect();
            categories.insert("$in", labels);
        }
        let most = i64::from(filter.max_stock.map_or(Stock::MAX, Stock::get));
        match after {
            // The inactive products follow the active ones.
            Some(last) if is_active && !last.is_active => {}
            Some(last) if is_active == last.is_active => {
                let stock = i64::from(last.stock.get());
                let has_lowest = |comparison: &str, mut range: Document| {
                    range.insert("$expr", doc! { comparison: [{ "$min": "$variants.stock_quantity" }, stock] });
                    range
                };
                let mut same_category = within(doc! { "$eq": stock });
                same_category.insert("category", last.category.as_str());
                same_category.insert("_id", doc! { "$gt": last.id });
                let mut next_categories = within(doc! { "$eq": stock });
                let mut further = categories.clone();
                further.insert("$gt", last.category.as_str());
                next_categories.insert("category", further);
                let mut next_stocks = within(doc! { "$gt": stock, "$lte": most });
                if !categories.is_empty() {
                    next_stocks.insert("category", categories);
                }
                ranges.extend([
                    has_lowest("$eq", same_category),
                    has_lowest("$eq", next_categories),
                    has_lowest("$gt", next_stocks),
                ]);
            }
            _ => {
                let mut all = within(doc! { "$gte": 0, "$lte": most });
                if !categories.is_empty() {
                    all.insert("category", categories);
                }
                ranges.push(all);
            }
        }
    }
    ranges
}
