//! Sums over orders, for the shop's key figures. Each reads the orders of a span of time by index.

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

/// How many orders of a span are in a state.
#[derive(Debug, Clone, Deserialize)]
pub struct StatusCount {
    /// The state.
    #[serde(rename = "_id")]
    pub status: OrderStatus,
    /// How many.
    pub orders: i64,
}

/// What a day brought in.
#[derive(Debug, Clone, Deserialize)]
pub struct DayRevenue {
    /// The day in UTC: `2026-11-22`.
    #[serde(rename = "_id")]
    pub date: String,
    /// What was paid for the orders of that day.
    pub revenue: Money,
    /// What of it went back.
    pub refunds: Money,
    /// How many orders were sold.
    pub orders: i64,
}

/// What sold best.
#[derive(Debug, Clone, Deserialize)]
pub struct TopProduct {
    /// Which product.
    #[serde(rename = "_id")]
    pub product_id: ProductId,
    /// What it was called when it last sold.
    pub name: ProductName,
    /// How many pieces were sold.
    pub units: i64,
    /// What they brought in.
    pub revenue: Money,
}

/// The figures of a span of time.
#[derive(Debug, Clone)]
pub struct OrderReport {
    /// Orders by state; a state without orders is missing.
    pub by_status: Vec<StatusCount>,
    /// Revenue by day; a day without sales is missing.
    pub by_day: Vec<DayRevenue>,
    /// The products that brought in most.
    pub top_products: Vec<TopProduct>,
    /// How many pieces were sold.
    pub units_sold: i64,
    /// What went back to buyers of orders that count as revenue or were cancelled after payment.
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
    /// The figures of the orders placed from `from` up to, not including, `to`.
    ///
    /// # Errors
    /// The database's.
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
        // What came in another currency and went back is no figure of this one.
        let own = doc! { "$in": [{ "$ifNull": ["$mismatched_payment.currency", "$currency"] }, ["$currency"]] };
        let back = doc! { "$cond": [own, "$refunded_amount", 0_i64] };
        let refunds = vec![placed, doc! { "$group": { "_id": null, "refunds": { "$sum": back } } }];
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
