//! Queries for orders that need processing by `maintenance`. Each query returns the least recently checked orders, by
//! index, so that an order that cannot be processed does not block others.

use super::{OrderDoc, Orders};
use crate::db::MAX_TIME;
use crate::db::decode::find_page;
use crate::domain::dispute::DisputeStatus;
use crate::domain::id::OrderId;
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::refund::RefundStatus;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::FindOptions;

impl Orders {
    /// Returns unpaid orders that have expired, except those whose payment is under way.
    pub async fn overdue(&self, now: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let under_way = doc! { "$ne": PaymentStatus::Processing };
        let expired =
            doc! { "status": OrderStatus::Pending, "expires_at": { "$lte": now }, "payment.status": under_way };
        self.due(expired, "checked_at", limit).await
    }

    /// Returns orders with one of these statuses that are to be reconciled with Stripe. Free orders are not.
    pub async fn unreconciled(
        &self,
        statuses: &[OrderStatus],
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<OrderDoc>, Error> {
        let due = doc! {
            "status": { "$in": statuses.to_vec() }, "reconcile_at": { "$lte": now }, "total_amount": { "$gt": 0_i64 },
        };
        self.due(due, "reconcile_at", limit).await
    }

    /// Returns orders with an undecided dispute, in any status, that are to be reconciled with Stripe.
    pub async fn with_open_disputes(&self, now: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let undecided = [DisputeStatus::Inquiry, DisputeStatus::Open].map(DisputeStatus::as_str);
        let due = doc! { "disputes.status": { "$in": undecided.to_vec() }, "reconcile_at": { "$lte": now } };
        self.due(due, "reconcile_at", limit).await
    }

    /// Records that an order is being reconciled, and when that is due again.
    pub async fn schedule_reconciliation(&self, order: &OrderDoc, now: Timestamp) -> Result<(), Error> {
        let interval = order.status.reconcile_interval(now.since(order.created_at));
        let set = doc! { "$set": { "checked_at": now, "reconcile_at": now.plus(interval) } };
        self.0.update_one(doc! { "_id": order.id }, set).await.map(drop)
    }

    /// Returns orders with a pending refund: unsent, or last checked before `before`.
    pub async fn with_open_refunds(&self, before: Timestamp, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let unsent = doc! { "refunds": { "$elemMatch": { "status": RefundStatus::Pending, "stripe_id": null } } };
        let either = [unsent, doc! { "checked_at": { "$lt": before } }];
        self.due(doc! { "refunds.status": RefundStatus::Pending, "$or": either.to_vec() }, "checked_at", limit).await
    }

    /// Records that an order is being checked.
    pub async fn mark_checked(&self, id: OrderId, now: Timestamp) -> Result<(), Error> {
        self.0.update_one(doc! { "_id": id }, doc! { "$set": { "checked_at": now } }).await.map(drop)
    }

    /// Returns the orders that match, those with the earliest time in the field `by` first.
    async fn due(&self, filter: Document, by: &str, limit: i64) -> Result<Vec<OrderDoc>, Error> {
        let options = FindOptions::builder().sort(doc! { by: 1 }).max_time(MAX_TIME).build();
        find_page(&self.0, filter, options, limit).await
    }
}
