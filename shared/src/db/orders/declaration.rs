//! The indexes and the validator of the collection `orders`.

use super::{Flag, IDEMPOTENCY_UNIQUE, NUMBER_UNIQUE, PURCHASE_UNIQUE};
use crate::db::notifications;
use crate::db::schema::{Declaration, expiring_where, index, index_where, unique_where};
use crate::domain::dispute::DisputeStatus;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::domain::refund::RefundStatus;
use bson::{Bson, Document, doc};
use std::time::Duration;

/// Time after which a tombstone is removed. Longer than any Lambda environment lives: a suspended request that resumes
/// must still find the tombstone.
const TOMBSTONE_LIFETIME: Duration = Duration::from_hours(30 * 24);

pub(in crate::db) fn declaration() -> Declaration {
    // The tombstone of an abandoned checkout, or of a merged cart. No finder of orders returns it.
    let tombstone = doc! {
        "required": ["abandoned_at"],
        "properties": {
            "_id": { "bsonType": "objectId" }, "abandoned_at": { "bsonType": "date" },
            // Of the purchase of a cart that a merge has used up.
            "cart_id": { "bsonType": "objectId" }, "cart_purchase": { "bsonType": "long", "minimum": 0 },
        },
        "additionalProperties": false,
    };
    let schema = doc! { "bsonType": "object", "oneOf": [order(), tombstone] };
    // Only text is greater than the empty string. The query planner uses a partial index with this filter for a search
    // for text; with `$type` it would not.
    let stored_text = |field: &str| doc! { field: { "$gt": "" } };
    Declaration {
        name: "orders",
        validator: doc! { "$jsonSchema": schema },
        indexes: vec![
            unique_where(
                IDEMPOTENCY_UNIQUE,
                doc! { "user_id": 1, "idempotency_key": 1 },
                stored_text("idempotency_key"),
            ),
            unique_where(
                PURCHASE_UNIQUE,
                doc! { "cart_id": 1, "cart_purchase": 1 },
                doc! { "cart_purchase": { "$gte": 0 } },
            ),
            unique_where(NUMBER_UNIQUE, doc! { "order_number": 1 }, stored_text("order_number")),
            unique_where("transaction_unique", doc! { "transaction_id": 1 }, stored_text("transaction_id")),
            index_where(
                "refunds_checked",
                doc! { "refunds.status": 1, "checked_at": 1 },
                stored_text("refunds.status"),
            ),
            index_where(
                "disputes_reconcile",
                doc! { "disputes.status": 1, "reconcile_at": 1 },
                stored_text("disputes.status"),
            ),
            expiring_where(
                "abandoned",
                "abandoned_at",
                TOMBSTONE_LIFETIME,
                doc! { "abandoned_at": { "$gt": bson::DateTime::from_millis(0) } },
            ),
            index_where("user_unpaid", doc! { "user_id": 1 }, doc! { "status": OrderStatus::Pending }),
            index_where("network_unpaid", doc! { "network": 1 }, stored_text("network")),
            notifications::due_index(),
            index("status_checked", doc! { "status": 1, "checked_at": 1 }),
            index("status_reconcile", doc! { "status": 1, "reconcile_at": 1 }),
            index("created", doc! { "created_at": -1, "_id": -1 }),
            index("user_created", doc! { "user_id": 1, "created_at": -1, "_id": -1 }),
            index_where(
                "guest_created",
                doc! { "guest.email": 1, "created_at": -1, "_id": -1 },
                stored_text("guest.email"),
            ),
            index("status_created", doc! { "status": 1, "created_at": -1, "_id": -1 }),
            index("payment_created", doc! { "payment.status": 1, "created_at": -1, "_id": -1 }),
            index("sku_created", doc! { "items.sku": 1, "created_at": -1, "_id": -1 }),
            // Few orders have a flag.
            index_where("flag_created", doc! { "flags": 1, "created_at": -1, "_id": -1 }, stored_text("flags")),
        ],
    }
}

/// Returns the schema of an order, with all required fields of `OrderDoc`.
fn order() -> Document {
    let text = || doc! { "bsonType": "string" };
    let amount = || doc! { "bsonType": "long", "minimum": 0 };
    let item = doc! {
        "bsonType": "object",
        "required": ["product_id", "name", "sku", "quantity", "price_per_unit"],
        "properties": {
            "product_id": { "bsonType": "objectId" }, "name": text(), "sku": text(),
            "quantity": { "bsonType": ["int", "long"], "minimum": 1 }, "price_per_unit": amount(),
        },
    };
    doc! {
        "required": [
            "user_id", "status", "shipping_address", "cart_id", "cart_version", "order_number", "total_amount", "currency", "created_at", "updated_at", "expires_at", "checked_at", "reconcile_at", "items",
            "payment", "refunded_amount", "refunds", "restocked", "disputes", "disputes_stored", "cart_purchase", "status_history", "flags",
        ],
        "properties": {
            "user_id": { "bsonType": "objectId" }, "cart_id": { "bsonType": "objectId" },
            "guest": guest(),
            "cart_version": { "bsonType": "long" }, "cart_purchase": { "bsonType": "long", "minimum": 0 },
            "shipping_address": { "bsonType": "object", "required": ["type", "country"] },
            "buyer_erased_at": { "bsonType": "date" },
            "status": { "enum": OrderStatus::ALL.map(OrderStatus::as_str).to_vec() },
            "order_number": { "bsonType": "string", "pattern": "^FC-[0-9A-Z]{4}-[0-9A-Z]{4}$" },
            "transaction_id": { "bsonType": ["string", "null"] },
            "total_amount": amount(), "refunded_amount": amount(),
            "currency": { "bsonType": "string", "pattern": "^[A-Z]{3}$" },
            // The server removes documents with this field.
            "abandoned_at": { "not": {} },
            "created_at": { "bsonType": "date" }, "updated_at": { "bsonType": "date" }, "expires_at": { "bsonType": "date" },
            "checked_at": { "bsonType": "date" }, "reconcile_at": { "bsonType": "date" },
            "disputes": { "bsonType": "array", "items": dispute() },
            "network": { "bsonType": "string", "minLength": 64, "maxLength": 64 },
            "items": { "bsonType": "array", "minItems": 1, "maxItems": 50, "items": item },
            "payment": payment(),
            "refunds": { "bsonType": "array", "items": refund() },
            "restocked": { "bsonType": "bool" }, "is_synthetic": { "bsonType": "bool" }, "disputes_stored": { "bsonType": "long", "minimum": 0 },
            "mismatched_payment": {
                "bsonType": "object", "required": ["amount", "currency"], "properties": { "amount": amount() },
            },
            "tracking": { "bsonType": ["object", "null"], "required": ["carrier", "number"] },
            "status_history": { "bsonType": "array", "minItems": 1, "items": status_change() },
            "notifications": notifications::schema(),
            "flags": { "bsonType": "array", "items": { "enum": Flag::ALL.map(Bson::from).to_vec() } },
        },
        "anyOf": [
            { "required": ["buyer_erased_at"] },
            { "properties": { "shipping_address": {
                "required": ["name", "street"], "properties": { "name": text(), "street": text() },
            } } },
        ],
    }
}

/// Returns the schema of the guest who has placed an order.
fn guest() -> Document {
    doc! {
        "bsonType": "object",
        "required": ["email", "token_version"],
        "properties": {
            "email": { "bsonType": "string" }, "token_version": { "bsonType": "long", "minimum": 1 },
            "claimed_at": { "bsonType": "date" },
        },
    }
}

/// Returns the schema of an entry of the status history.
fn status_change() -> Document {
    doc! {
        "bsonType": "object",
        "required": ["status", "at", "by"],
        "properties": {
            "status": { "enum": OrderStatus::ALL.map(OrderStatus::as_str).to_vec() },
            "at": { "bsonType": "date" },
            "by": { "enum": Actor::ALL.map(Actor::as_str).to_vec() },
        },
    }
}

/// Returns the schema of a payment, with all required fields of `PaymentDoc`.
fn payment() -> Document {
    let text = || doc! { "bsonType": "string" };
    doc! {
        "bsonType": "object",
        "required": ["status", "idempotency_attempt"],
        "properties": {
            "status": { "enum": PaymentStatus::ALL.map(Bson::from).to_vec() }, "client_secret": { "bsonType": ["string", "null"] },
            "idempotency_attempt": { "bsonType": "long", "minimum": 0 },
            "failure": {
                "bsonType": ["object", "null"], "required": ["code", "message"],
                "properties": { "code": text(), "message": text() },
            },
        },
    }
}

/// Returns the schema of a dispute, with all required fields of `Dispute`.
fn dispute() -> Document {
    doc! {
        "bsonType": "object",
        "required": ["id", "amount", "status", "as_of"],
        "properties": {
            "id": { "bsonType": "string" }, "amount": { "bsonType": "long", "minimum": 0 },
            "status": { "enum": DisputeStatus::ALL.map(DisputeStatus::as_str).to_vec() }, "as_of": { "bsonType": "date" },
        },
    }
}

/// Returns the schema of a refund, with all required fields of `Refund`.
fn refund() -> Document {
    doc! {
    "bsonType": "object",
    "required": ["id", "amount", "status", "by", "restock", "restocked", "idempotency_attempt", "created_at", "updated_at"],
    "properties": {
        "id": { "bsonType": "objectId" }, "stripe_id": { "bsonType": ["string", "null"] },
        "amount": { "bsonType": "long", "minimum": 1 },
        "reason": { "bsonType": ["string", "null"] }, "failure": { "bsonType": ["string", "null"] },
        "status": { "enum": RefundStatus::ALL.map(Bson::from).to_vec() }, "by": { "enum": Actor::ALL.map(Actor::as_str).to_vec() },
        "restock": { "bsonType": "bool" }, "restocked": { "bsonType": "bool" }, "idempotency_attempt": { "bsonType": "long", "minimum": 0 },
        "created_at": { "bsonType": "date" }, "updated_at": { "bsonType": "date" },
    },
    }
}
