//! The indexes and the validator of the collection `carts`.

use crate::db::schema::{Declaration, expiring, unique, unique_where, validator};
use bson::doc;
use std::time::Duration;

/// Time after which an unused cart is removed.
const UNUSED_LIFETIME: Duration = Duration::from_hours(30 * 24);

pub(in crate::db) fn declaration() -> Declaration {
    let item = doc! {
        "bsonType": "object",
        "required": ["product_id", "variant_sku", "quantity"],
        "properties": {
            "product_id": { "bsonType": "objectId" },
            "variant_sku": { "bsonType": "string" },
            "quantity": { "bsonType": ["int", "long"], "minimum": 1, "maximum": 99 },
            "thumbnail": { "bsonType": ["string", "null"] },
        },
    };
    let properties = doc! {
        "user_id": { "bsonType": "objectId" },
        "token_hash": { "bsonType": "string", "minLength": 64, "maxLength": 64 },
        "items": { "bsonType": "array", "maxItems": 50, "items": item },
        "version": { "bsonType": "long" },
        "updated_at": { "bsonType": "date" },
        "merged": { "bsonType": "object", "required": ["user_id", "version", "changes"] },
        "last_order": { "bsonType": "object", "required": ["id", "version"] },
        "purchases": { "bsonType": "long", "minimum": 0 },
    };
    Declaration {
        name: "carts",
        validator: validator(&["user_id", "items", "version", "updated_at"], properties),
        indexes: vec![
            unique("user_unique", doc! { "user_id": 1 }),
            unique_where("token_unique", doc! { "token_hash": 1 }, doc! { "token_hash": { "$gt": "" } }),
            expiring("unused", "updated_at", UNUSED_LIFETIME),
        ],
    }
}
