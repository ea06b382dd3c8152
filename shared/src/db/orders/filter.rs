//! Filters and positions of lists of orders.

use super::{Flag, OrderDoc, OrderSummaryDoc};
use crate::domain::id::{OrderId, UserId};
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use serde::{Deserialize, Serialize};

/// A filter for orders. All given conditions must match, but only one of those about the buyer. It never matches synthetic
/// orders.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Orders with this status.
    pub status: Option<OrderStatus>,
    /// Orders of this buyer.
    pub user_id: Option<UserId>,
    /// Orders that guests with this e-mail address have placed. As text, because it is part of the scope of cursors.
    pub guest_email: Option<String>,
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
        let mut alternatives = vec![doc! { "created_at": placed.clone() }];
        if let Some(OrderPosition { created_at, id }) = after {
            placed.insert("$lt", *created_at);
            let same_moment = doc! { "created_at": *created_at, "_id": { "$lt": *id } };
            alternatives = vec![same_moment, doc! { "created_at": placed }];
        }
        // The server uses an index for each alternative if each one has all conditions.
        let buyers = self.buyers();
        let all = alternatives.iter().flat_map(|times| buyers.iter().map(|buyer| union([&filter, buyer, times])));
        match all.collect::<Vec<_>>().as_slice() {
            [only] => only.clone(),
            several => doc! { "$or": several.to_vec() },
        }
    }

    /// Returns the conditions about the buyer, of which one must match.
    fn buyers(&self) -> Vec<Document> {
        let user = self.user_id.map(|user| doc! { "user_id": user });
        let guest = self.guest_email.as_ref().map(|email| doc! { "guest.email": email });
        let buyers: Vec<_> = user.into_iter().chain(guest).collect();
        if buyers.is_empty() { vec![Document::new()] } else { buyers }
    }
}

fn union(conditions: [&Document; 3]) -> Document {
    conditions.into_iter().flatten().map(|(field, condition)| (field.clone(), condition.clone())).collect()
}
