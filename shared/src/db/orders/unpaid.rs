//! Unpaid orders, which keep stock that others could buy. An order whose payment is being processed is not counted.

use crate::domain::id::UserId;
use crate::domain::order::OrderStatus;
use crate::domain::payment::PaymentStatus;
use bson::{Document, doc};

/// The owner of unpaid orders.
#[derive(Debug, Clone, Copy)]
pub(in crate::db) enum Unpaid<'a> {
    /// A buyer.
    OfBuyer(UserId),
    /// A network, by its keyed hash.
    OfNetwork(&'a str),
}

/// Returns the stage of an aggregation that joins up to `limit` unpaid orders as `field`, with their ids alone. The indexes
/// contain only unpaid orders.
pub(in crate::db) fn lookup_unpaid(owner: Unpaid<'_>, limit: u32, field: &str) -> Document {
    let mut unpaid = doc! {
        "status": OrderStatus::Pending, "payment.status": { "$ne": PaymentStatus::Processing },
        // Anyone could have placed it with the e-mail address of the account.
        "guest.claimed_at": { "$exists": false },
    };
    match owner {
        Unpaid::OfBuyer(user) => unpaid.insert("user_id", user),
        Unpaid::OfNetwork(network) => unpaid.insert("network", network),
    };
    let pipeline = [doc! { "$match": unpaid }, doc! { "$limit": i64::from(limit) }, doc! { "$project": { "_id": 1 } }];
    doc! { "$lookup": { "from": "orders", "pipeline": pipeline.to_vec(), "as": field } }
}
