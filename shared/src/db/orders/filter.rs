//! Filters and positions of lists of orders.

use super::{Flag, OrderDoc, OrderSummaryDoc};
use crate::domain::id::{OrderId, UserId};
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use serde::{Deserialize, Serialize};

/// A filter for orders. All given conditions must match. It never matches synthetic orders.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Orders with this status.
    pub status: Option<OrderStatus>,
    /// Orders of this buyer.
    pub user_id: Option<UserId>,
    /// The order with this number.
    pub order_number: Option<String>,
    /// Orders with this flag.
    pub flag: Option<Flag>,
    /// Orders whose payment has this status.
    pub payment_status: Option<PaymentStatus>,
    /// Orders with a line of this SKU.
    pub sku: Option<Sku>,
    /// Orders placed at or after this time.
    pub from: Option<Timestamp>,
    /// Orders placed before this time.
    pub to: Option<Timestamp>,
}

/// The position of the last order of a page.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct OrderPosition {
    created_at: Timestamp,
    id: OrderId,
}

impl OrderPosition {
    /// Returns the position of an order.
    #[must_use]
    pub const fn of(order: &OrderDoc) -> Self {
        Self { created_at: order.created_at, id: order.id }
    }

    /// Returns the position of the summary of an order.
    #[must_use]
    pub const fn of_summary(order: &OrderSummaryDoc) -> Self {
        Self { created_at: order.created_at, id: order.id }
    }
}

/// Returns the condition that excludes synthetic orders.
pub(super) fn not_synthetic() -> Document {
    doc! { "is_synthetic": { "$ne": true } }
}

impl OrderFilter {
    pub(super) fn document(&self, after: Option<&OrderPosition>) -> Document {
        let mut filter = not_synthetic();
        if let Some(status) = self.status {
            filter.insert("status", status);
        }
        if let Some(user) = self.user_id {
            filter.insert("user_id", user);
        }
        if let Some(number) = &self.order_number {
            filter.insert("order_number", number);
        }
        if let Some(flag) = self.flag {
            filter.insert("flags", flag);
        }
        if let Some(status) = self.payment_status {
            filter.insert("payment.status", status);
        }
        if let Some(sku) = &self.sku {
            filter.insert("items.sku", sku.as_str());
        }
        // A tombstone has no `created_at`, so any bound excludes it.
        let mut placed = doc! { "$gte": self.from.unwrap_or(Timestamp::from_millis(0)) };
        if let Some(to) = self.to {
            placed.insert("$lt", to);
        }
        let Some(OrderPosition { created_at, id }) = after else {
            filter.insert("created_at", placed);
            return filter;
        };
        let mut same_moment = filter.clone();
        same_moment.insert("created_at", *created_at);
        same_moment.insert("_id", doc! { "$lt": *id });
        placed.insert("$lt", *created_at);
        filter.insert("created_at", placed);
        doc! { "$or": [same_moment, filter] }
    }
}
