//! Sales statistics: aggregations over the orders of a period, by index.

use super::Orders;
use super::filter::not_synthetic;
use crate::db::MAX_TIME;
use crate::db::decode::{collect, report_undecodable};
use crate::domain::dispute::DisputeStatus;
use crate::domain::id::ProductId;
use crate::domain::money::{Currency, Money};
use crate::domain::order::OrderStatus;
use crate::domain::text::ProductName;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The maximum number of orders that one report logs as left out.
const MAX_REPORTED: i64 = 10;

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
    /// The sum of the totals of the orders, without what lost disputes took.
    pub revenue: Money,
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

/// The amounts of a currency.
#[derive(Debug, Clone, Deserialize)]
pub struct CurrencyReport {
    /// The currency.
    #[serde(rename = "_id")]
    pub currency: Currency,
    /// The sum of the totals of sold orders, without what lost disputes took.
    pub revenue: Money,
    /// The sum that lost disputes took of sold orders.
    pub lost_to_disputes: Money,
    /// The sum of the refunds of all orders.
    pub refunds: Money,
    /// Number of sold orders.
    pub orders: i64,
}

/// The statistics of a period.
#[derive(Debug, Clone)]
pub struct OrderReport {
    /// Orders by status; a status without orders is omitted.
    pub by_status: Vec<StatusCount>,
    /// Revenue by day in the given currency; a day without sales is omitted.
    pub by_day: Vec<DayRevenue>,
    /// The products with the highest revenue in the given currency.
    pub top_products: Vec<TopProduct>,
    /// Number of pieces sold in the given currency.
    pub units_sold: i64,
    /// Revenue and refunds of each currency. Refunds include those of orders that were cancelled after payment.
    pub by_currency: Vec<CurrencyReport>,
}

#[derive(Deserialize)]
struct Units {
    units: i64,
}

impl Orders {
    /// Aggregates the orders placed from `from` until before `to`, without synthetic ones, those of one currency in detail.
    /// Amounts of different currencies are never added.
    ///
    /// An order with an amount of another type than the stored one cannot be decoded, and is left out.
    pub async fn report(&self, from: Timestamp, to: Timestamp, currency: Currency) -> Result<OrderReport, Error> {
        let mut placed = doc! { "created_at": { "$gte": from, "$lt": to } };
        placed.extend(not_synthetic());
        let malformed = self.report_malformed(placed.clone());
        placed.extend(well_formed());
        let mut sold = placed.clone();
        sold.insert("status", doc! { "$in": OrderStatus::SOLD.to_vec() });
        sold.insert("currency", currency.code());
        let placed = doc! { "$match": placed };
        let sold = doc! { "$match": sold };
        let day = doc! { "$dateToString": { "date": "$created_at", "format": "%Y-%m-%d" } };
        let units = doc! { "$sum": { "$toLong": "$items.quantity" } };
        let line = doc! { "$multiply": ["$items.price_per_unit", "$items.quantity"] };
        let by_status = vec![placed.clone(), doc! { "$group": { "_id": "$status", "orders": count() } }];
        let by_day = vec![
            sold.clone(),
            doc! { "$group": {
                "_id": day, "revenue": { "$sum": kept_amount() }, "orders": count(),
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
        let is_sold = doc! { "$in": ["$status", OrderStatus::SOLD.to_vec()] };
        let if_sold = |value: Bson| doc! { "$sum": { "$cond": [is_sold.clone(), value, 0_i64] } };
        let by_currency = vec![
            placed,
            doc! { "$group": {
                "_id": "$currency", "revenue": if_sold(kept_amount().into()), "refunds": { "$sum": refunded },
                "lost_to_disputes": if_sold(lost_amount().into()), "orders": if_sold(1_i64.into()),
            } },
            doc! { "$sort": { "_id": 1 } },
        ];
        let (by_status, by_day, top_products, units, by_currency, ()) = futures_util::try_join!(
            self.aggregate(by_status),
            self.aggregate(by_day),
            self.aggregate(top),
            self.aggregate::<Units>(sold_units),
            self.aggregate(by_currency),
            malformed,
        )?;
        let units_sold = units.first().map_or(0, |sum| sum.units);
        Ok(OrderReport { by_status, by_day, top_products, units_sold, by_currency })
    }

    /// Logs and counts the orders of a period that the statistics leave out.
    async fn report_malformed(&self, mut malformed: Document) -> Result<(), Error> {
        malformed.insert("$nor", [well_formed()].to_vec());
        let ids = [doc! { "$match": malformed }, doc! { "$limit": MAX_REPORTED }, doc! { "$project": { "_id": 1 } }];
        let found = self.0.aggregate(ids).with_type::<RawDocumentBuf>().max_time(MAX_TIME).await?;
        let found: Vec<RawDocumentBuf> = found.try_collect().await?;
        found.iter().for_each(|order| report_undecodable(self.0.name(), order));
        Ok(())
    }

    async fn aggregate<T: DeserializeOwned + Send + Unpin>(&self, pipeline: Vec<Document>) -> Result<Vec<T>, Error> {
        collect(self.0.name(), self.0.aggregate(pipeline).with_type::<T>().max_time(MAX_TIME).await?).await
    }
}

/// Returns the conditions that the fields which the statistics read have their types.
fn well_formed() -> Document {
    let not_of_type = |types: &[&str]| doc! { "$not": { "$type": types.to_vec() } };
    let malformed_items = [
        doc! { "product_id": not_of_type(&["objectId"]) },
        doc! { "name": not_of_type(&["string"]) },
        doc! { "quantity": not_of_type(&["int", "long"]) },
        doc! { "price_per_unit": not_of_type(&["long"]) },
    ];
    let malformed_disputes = [doc! { "status": not_of_type(&["string"]) }, doc! { "amount": not_of_type(&["long"]) }];
    let array_without =
        |malformed: &[Document]| doc! { "$type": "array", "$not": { "$elemMatch": { "$or": malformed.to_vec() } } };
    doc! {
        "status": { "$in": OrderStatus::ALL.to_vec() },
        "currency": { "$type": "string" },
        "total_amount": { "$type": "long" },
        "refunded_amount": { "$type": "long" },
        "items": array_without(&malformed_items),
        "disputes": array_without(&malformed_disputes),
    }
}

/// Returns what lost disputes took of an order, at most its total: a payment may be disputed again. An undecided dispute
/// is not lost.
fn lost_amount() -> Document {
    let lost = doc! { "$filter": {
        "input": "$disputes", "cond": { "$eq": ["$$this.status", DisputeStatus::Lost.as_str()] },
    } };
    let amounts = doc! { "$map": { "input": lost, "in": "$$this.amount" } };
    doc! { "$min": ["$total_amount", { "$toLong": { "$sum": amounts } }] }
}

/// Returns the total of an order without what lost disputes took.
fn kept_amount() -> Document {
    doc! { "$subtract": ["$total_amount", lost_amount()] }
}

fn count() -> Document {
    doc! { "$sum": 1_i64 }
}
