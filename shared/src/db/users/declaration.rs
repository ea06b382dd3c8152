//! The indexes and the validator of the collection `users`.

use super::EMAIL_UNIQUE;
use super::synthetic::{SYNTHETIC_INDEX, synthetic};
use crate::db::schema::{Declaration, index, index_where, unique, validator};
use bson::doc;

pub(in crate::db) fn declaration() -> Declaration {
    let text = || doc! { "bsonType": "string" };
    let optional_text = || doc! { "bsonType": ["string", "null"] };
    let address = doc! {
        "bsonType": "object",
        "required": ["id", "type", "street", "country"],
        "properties": {
            "id": { "bsonType": "objectId" },
            "type": { "enum": ["shipping", "billing"] },
            "street": text(),
            "country": { "bsonType": "string", "pattern": "^[A-Z]{2}$" },
            "name": optional_text(), "company": optional_text(), "street2": optional_text(), "city": optional_text(),
            "state": optional_text(), "zip": optional_text(), "phone": optional_text(),
        },
    };
    let properties = doc! {
        "name": text(),
        "email": { "bsonType": "string", "minLength": 3 },
        "password_hash": { "bsonType": "string", "pattern": "^\\$2[aby]\\$" },
        "role": { "enum": ["customer", "admin"] },
        "created_at": { "bsonType": "date" },
        "addresses": { "bsonType": "array", "maxItems": 20, "items": address },
        "credentials_version": { "bsonType": "long" },
        "email_verified_at": { "bsonType": ["date", "null"] },
        "pending_email": {
            "bsonType": ["object", "null"],
            "required": ["email", "session_id"],
            "properties": { "email": { "bsonType": "string", "minLength": 3 }, "session_id": { "bsonType": "objectId" } },
        },
        "email_restored_at": { "bsonType": ["date", "null"] },
        "is_synthetic": { "bsonType": "bool" },
    };
    Declaration {
        name: "users",
        validator: validator(
            &["name", "email", "password_hash", "role", "credentials_version", "created_at", "addresses"],
            properties,
        ),
        indexes: vec![
            unique(EMAIL_UNIQUE, doc! { "email": 1 }),
            index("created", doc! { "created_at": -1, "_id": -1 }),
            index_where(SYNTHETIC_INDEX, doc! { "created_at": 1 }, synthetic()),
            index("role_newest", doc! { "role": 1, "created_at": -1, "_id": -1 }),
        ],
    }
}
