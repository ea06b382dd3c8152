//! Which orders a list shows, and where a page of it begins.

use super::OrderDoc;
use crate::domain::id::{OrderId, UserId};
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use serde::{Deserialize, Serialize};

/// Which orders to show; all where nothing is named.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Those in that state.
    pub status: Option<OrderStatus>,
    /// Those of that buyer.
    pub user_id: Option<UserId>,
    /// The one of that number.
    pub order_number: Option<String>,
    /// Those placed at that moment or later.
    pub from: Option<Timestamp>,
    /// Those placed before that moment.
    pub to: Option<Timestamp>,
}

/// Where a page of orders ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct OrderPosition {
    created_at: Timestamp,
    id: OrderId,
}

impl OrderPosition {
    /// Where an order stands in a list.
    #[must_use]
    pub const fn of(order: &OrderDoc) -> Self {
        Self { created_at: order.created_at, id: order.id }
    }
}

impl OrderFilter {
    pub(super) fn document(&self, after: Option<&OrderPosition>) -> Document {
        let mut filter = doc! {};
        if let Some(status) = self.status {
            filter.insert("status", status);
        }
        if let Some(user) = self.user_id {
            filter.insert("user_id", user);
        }
        if let Some(number) = &self.order_number {
            filter.insert("order_number", number);
        }
        // A tombstone has no `created_at`, so that any bound leaves it out.
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
