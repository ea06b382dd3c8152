//! Sales statistics: aggregations over the orders of a period, by index.

use super::Orders;
use crate::db::MAX_TIME;
use crate::domain::id::ProductId;
use crate::domain::money::Money;
use crate::domain::order::OrderStatus;
use crate::domain::text::ProductName;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The number of orders with a status.
#[derive(Debug, Clone, Deserialize)]
pub struct StatusCount {
    /// The status.
    #[serde(rename = "_id")]
    pub status: OrderStatus,
    /// Number of orders.
    pub orders: i64,
}

/// The revenue of a day.
#[derive(Debug, Clone, Deserialize)]
pub struct DayRevenue {
    /// The day in UTC: `2026-11-22`.
    #[serde(rename = "_id")]
    pub date: String,
    /// The sum of the totals of the orders.
    pub revenue: Money,
    /// The sum of their refunds.
    pub refunds: Money,
    /// Number of orders.
    pub orders: i64,
}

/// A product with its sales.
#[derive(Debug, Clone, Deserialize)]
pub struct TopProduct {
    /// The product.
    #[serde(rename = "_id")]
    pub product_id: ProductId,
    /// The name in the latest order.
    pub name: ProductName,
    /// Number of pieces sold.
    pub units: i64,
    /// The sum of the line totals.
    pub revenue: Money,
}

/// The statistics of a period.
#[derive(Debug, Clone)]
pub struct OrderReport {
    /// Orders by status; a status without orders is omitted.
    pub by_status: Vec<StatusCount>,
    /// Revenue by day; a day without sales is omitted.
    pub by_day: Vec<DayRevenue>,
    /// The products with the highest revenue.
    pub top_products: Vec<TopProduct>,
    /// Number of pieces sold.
    pub units_sold: i64,
    /// The sum of the refunds of orders that count as revenue or were cancelled after payment.
    pub refunds: Money,
}

#[derive(Deserialize)]
struct Units {
    units: i64,
}

#[derive(Deserialize)]
struct Refunds {
    refunds: Money,
}

impl Orders {
    /// Aggregates the orders placed from `from` until before `to`.
    pub async fn report(&self, from: Timestamp, to: Timestamp) -> Result<OrderReport, Error> {
        let placed = doc! { "created_at": { "$gte": from, "$lt": to } };
        let mut sold = placed.clone();
        sold.insert("status", doc! { "$in": OrderStatus::SOLD.to_vec() });
        let placed = doc! { "$match": placed };
        let sold = doc! { "$match": sold };
        let day = doc! { "$dateToString": { "date": "$created_at", "format": "%Y-%m-%d" } };
        let units = doc! { "$sum": { "$toLong": "$items.quantity" } };
        let line = doc! { "$multiply": ["$items.price_per_unit", "$items.quantity"] };
        let by_status = vec![placed.clone(), doc! { "$group": { "_id": "$status", "orders": count() } }];
        let by_day = vec![
            sold.clone(),
            doc! { "$group": {
                "_id": day, "revenue": { "$sum": "$total_amount" }, "refunds": { "$sum": "$refunded_amount" }, "orders": count(),
            } },
        ];
        let top = vec![
            sold.clone(),
            doc! { "$unwind": "$items" },
            doc! { "$group": {
                "_id": "$items.product_id", "name": { "$top": { "sortBy": { "created_at": -1 }, "output": "$items.name" } }, "units": units.clone(), "revenue": { "$sum": line },
            } },
            doc! { "$sort": { "revenue": -1, "_id": 1 } },
            doc! { "$limit": 10 },
        ];
        let sold_units = vec![sold, doc! { "$unwind": "$items" }, doc! { "$group": { "_id": null, "units": units } }];
        // Refunds of payments in another currency do not count.
        let same_currency =
            doc! { "$in": [{ "$ifNull": ["$mismatched_payment.currency", "$currency"] }, ["$currency"]] };
        let refunded = doc! { "$cond": [same_currency, "$refunded_amount", 0_i64] };
        let refunds = vec![placed, doc! { "$group": { "_id": null, "refunds": { "$sum": refunded } } }];
        let (by_status, by_day, top_products, units, refunds) = futures_util::try_join!(
            self.aggregate(by_status),
            self.aggregate(by_day),
            self.aggregate(top),
            self.aggregate::<Units>(sold_units),
            self.aggregate::<Refunds>(refunds),
        )?;
        let units_sold = units.first().map_or(0, |sum| sum.units);
        let refunds = refunds.first().map_or(Money::ZERO, |sum| sum.refunds);
        Ok(OrderReport { by_status, by_day, top_products, units_sold, refunds })
    }

    async fn aggregate<T: DeserializeOwned + Send + Unpin>(&self, pipeline: Vec<Document>) -> Result<Vec<T>, Error> {
        self.0.aggregate(pipeline).with_type::<T>().max_time(MAX_TIME).await?.try_collect().await
    }
}

fn count() -> Document {
    doc! { "$sum": 1_i64 }
}
