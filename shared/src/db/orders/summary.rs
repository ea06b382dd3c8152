//! The summary of an order: what a table of orders shows.

use super::{Flag, Guest};
use crate::domain::id::{OrderId, UserId};
use crate::domain::money::{Currency, Money};
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use crate::domain::quantity::Quantity;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use serde::Deserialize;

/// An order without addresses, lines and history.
#[derive(Debug, Clone, Deserialize)]
pub struct OrderSummaryDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// The order number that buyers and support refer to.
    pub order_number: String,
    /// The buyer.
    pub user_id: UserId,
    /// The guest who has placed the order.
    #[serde(default)]
    pub guest: Option<Guest>,
    /// The status.
    pub status: OrderStatus,
    /// The sum of the lines.
    pub total_amount: Money,
    /// The currency of the total.
    pub currency: Currency,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Problems that an administrator has to check.
    pub flags: Vec<Flag>,
    payment: Payment,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Deserialize)]
struct Payment {
    status: PaymentStatus,
}

#[derive(Debug, Clone, Deserialize)]
struct Item {
    quantity: Quantity,
}

impl OrderSummaryDoc {
    pub(super) fn projection() -> Document {
        doc! {
            "order_number": 1, "user_id": 1, "guest": 1, "status": 1, "total_amount": 1, "currency": 1, "created_at": 1,
            "updated_at": 1, "flags": 1, "payment.status": 1, "items.quantity": 1,
        }
    }

    /// Returns the status of the payment.
    #[must_use]
    pub const fn payment_status(&self) -> PaymentStatus {
        self.payment.status
    }

    /// Returns the number of pieces.
    #[must_use]
    pub fn piece_count(&self) -> u32 {
        self.items.iter().map(|item| u32::from(item.quantity.get())).sum()
    }
}
