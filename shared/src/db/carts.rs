//! The collection `carts`: what a user is about to buy. The server removes carts that nobody used
//! for 30 days; nothing in a cart holds stock.

mod with_products;

use super::orders::OrderDoc;
use super::schema::{Declaration, expiring, unique, validator};
use super::{MAX_TIME, ack_primary_only};
use crate::domain::cart::MAX_LINES;
use crate::domain::id::{CartId, OrderId, ProductId, UserId};
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::{Bson, Document, doc};
use mongodb::error::Error;
use mongodb::options::{ReadConcern, ReturnDocument};
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an unused cart is kept.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// A cart as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CartDoc {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: CartId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its lines.
    pub items: Vec<CartItem>,
    /// Grows with each change: a checkout names the version that it bought.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The order that took its lines out last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_order: Option<LastOrder>,
    /// How many orders have taken their lines out. The next one is of that number, so that what is in
    /// a cart is bought once, also when something is put in meanwhile.
    #[serde(default)]
    pub purchases: i64,
}

/// An order that took lines out of a cart.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct LastOrder {
    /// Which.
    pub id: OrderId,
    /// The version of the cart since then.
    pub version: i64,
}

impl CartDoc {
    /// The order that emptied it, if nothing has been done with it since.
    #[must_use]
    pub fn emptied_by(&self) -> Option<OrderId> {
        let last = self.last_order.filter(|last| last.version == self.version && self.items.is_empty())?;
        Some(last.id)
    }
}

/// A line of a cart: pieces of one SKU.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CartItem {
    /// Which product.
    pub product_id: ProductId,
    /// Which variant of it.
    pub variant_sku: Sku,
    /// How many.
    pub quantity: Quantity,
    /// A picture of it.
    pub thumbnail: Option<String>,
}

/// The carts.
#[derive(Clone)]
pub struct Carts(Collection<CartDoc>);

impl Carts {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("carts"))
    }

    /// The cart of that user, by what the primary has at this moment: an order that was just placed has
    /// left it, and a majority may not know that yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(&self, user: UserId) -> Result<Option<CartDoc>, Error> {
        self.0.find_one(doc! { "user_id": user }).read_concern(ReadConcern::local()).max_time(MAX_TIME).await
    }

    /// Removes the cart of a user who is gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove(&self, user: UserId, session: Option<&mut ClientSession>) -> Result<(), Error> {
        let removed = self.0.delete_one(doc! { "user_id": user });
        match session {
            Some(session) => removed.session(session).await.map(drop),
            None => removed.await.map(drop),
        }
    }

    /// Adds to the line of that product and SKU, as long as the line has at most `most` pieces
    /// then; `None` when it would have more, or there is no such line.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_to_line(
        &self,
        user: UserId,
        item: &CartItem,
        most: u32,
        now: Timestamp,
    ) -> Result<Option<CartDoc>, Error> {
        let CartItem { product_id, variant_sku, quantity, thumbnail: _ } = item;
        let room = i64::from(most).saturating_sub(i64::from(quantity.get()));
        let quantity_before = doc! { "$lte": room };
        let line = doc! { "product_id": *product_id, "variant_sku": variant_sku, "quantity": quantity_before };
        let line = doc! { "$elemMatch": line };
        let more = doc! { "items.$.quantity": i32::from(quantity.get()), "version": 1_i64 };
        self.update(doc! { "user_id": user, "items": line }, doc! { "$inc": more, "$set": { "updated_at": now } }).await
    }

    /// Adds a line, and the cart if there is none; `None` when the cart has a line of that SKU, or
    /// has [`MAX_LINES`].
    ///
    /// # Errors
    /// The database's.
    pub async fn add_line(&self, user: UserId, item: &CartItem, now: Timestamp) -> Result<Option<CartDoc>, Error> {
        let last = format!("items.{}", MAX_LINES.saturating_sub(1));
        let filter =
            doc! { "user_id": user, "items.variant_sku": { "$ne": &item.variant_sku }, last: { "$exists": false } };
        let update = doc! {
            "$push": { "items": crate::db::to_bson(item)? },
            "$inc": { "version": 1_i64 },
            "$set": { "updated_at": now },
        };
        let upsert = self.0.find_one_and_update(filter, update).upsert(true).return_document(ReturnDocument::After);
        match upsert.max_time(MAX_TIME).await {
            // There is a cart, but it does not match: the upsert would have made a second one.
            Err(error) if super::violated_index(&error).is_some() => Ok(None),
            outcome => outcome,
        }
    }

    /// Sets the quantity of a line; `None` when there is no such line.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_quantity(
        &self,
        user: UserId,
        sku: &Sku,
        quantity: Quantity,
        now: Timestamp,
    ) -> Result<Option<CartDoc>, Error> {
        let update = doc! {
            "$set": { "items.$.quantity": i32::from(quantity.get()), "updated_at": now },
            "$inc": { "version": 1_i64 },
        };
        self.update(doc! { "user_id": user, "items.variant_sku": sku }, update).await
    }

    /// Removes a line; `None` when there is no such line.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_line(&self, user: UserId, sku: &Sku, now: Timestamp) -> Result<Option<CartDoc>, Error> {
        let update = doc! {
            "$pull": { "items": { "variant_sku": sku } },
            "$inc": { "version": 1_i64 },
            "$set": { "updated_at": now },
        };
        self.update(doc! { "user_id": user, "items.variant_sku": sku }, update).await
    }

    /// Removes all lines; `None` when there is no cart.
    ///
    /// # Errors
    /// The database's.
    pub async fn clear(&self, user: UserId, now: Timestamp) -> Result<Option<CartDoc>, Error> {
        let update = doc! { "$set": { "items": [], "updated_at": now }, "$inc": { "version": 1_i64 } };
        self.update(doc! { "user_id": user }, update).await
    }

    /// Takes out of a cart what an order bought, once for each order, and leaves what was put in
    /// meanwhile. If a failover takes this back, the next checkout of the cart runs into that order, and
    /// does it once more.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_purchased(&self, order: &OrderDoc, now: Timestamp) -> Result<(), Error> {
        let OrderDoc { id, cart_id, cart_version, cart_purchase, .. } = order;
        let mut as_bought = of_purchase(*cart_id, *cart_purchase);
        as_bought.insert("version", *cart_version);
        let last_order = doc! { "id": *id, "version": cart_version.saturating_add(1) };
        let emptied = doc! {
            "$set": { "items": [], "updated_at": now, "last_order": last_order },
            "$inc": { "version": 1_i64, "purchases": 1_i64 },
        };
        // Of many, though it is one: the server keeps no record to recognize it by when it is repeated.
        let updated = self.0.update_many(as_bought, emptied).write_concern(ack_primary_only()).await?;
        if updated.matched_count == 1 {
            return Ok(());
        }
        let left = self.0.update_one(of_purchase(*cart_id, *cart_purchase), vec![without(order, now)]);
        left.write_concern(ack_primary_only()).await.map(drop)
    }

    /// Counts an order that was cancelled before it had taken its lines out: they may be bought again. If a
    /// failover takes this back, the next checkout of the cart does it once more.
    ///
    /// # Errors
    /// The database's.
    pub async fn skip_purchase(&self, order: &OrderDoc) -> Result<(), Error> {
        let update = doc! { "$inc": { "version": 1_i64, "purchases": 1_i64 } };
        let passed = self.0.update_one(of_purchase(order.cart_id, order.cart_purchase), update);
        passed.write_concern(ack_primary_only()).await.map(drop)
    }

    async fn update(&self, filter: Document, update: Document) -> Result<Option<CartDoc>, Error> {
        self.0.find_one_and_update(filter, update).return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }
}

/// A cart that was bought that many times.
fn of_purchase(cart: CartId, purchases: i64) -> Document {
    // A cart that was never bought does not say so.
    let count = if purchases == 0 {
        doc! { "$in": [0_i64, Bson::Null] }
    } else {
        doc! { "$eq": purchases }
    };
    doc! { "_id": cart, "purchases": count }
}

/// Changes a cart to what is in it beside what an order bought.
fn without(order: &OrderDoc, now: Timestamp) -> Document {
    let branches = order.items.iter().map(|item| {
        doc! { "case": { "$eq": ["$$item.variant_sku", &item.sku] }, "then": i32::from(item.quantity.get()) }
    });
    let bought = doc! { "$switch": { "branches": branches.collect::<Vec<_>>(), "default": 0 } };
    let left = doc! { "$subtract": ["$$item.quantity", bought] };
    let items = doc! { "$map": {
        "input": "$items", "as": "item",
        "in": { "$mergeObjects": ["$$item", { "quantity": left }] },
    } };
    let items = doc! { "$filter": { "input": items, "cond": { "$gt": ["$$this.quantity", 0] } } };
    let version = doc! { "$add": ["$version", 1_i64] };
    doc! { "$set": {
        "items": items, "version": version.clone(), "updated_at": now,
        "purchases": order.cart_purchase.saturating_add(1),
        "last_order": { "id": order.id, "version": version },
    } }
}

pub(super) fn declaration() -> Declaration {
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
        "items": { "bsonType": "array", "maxItems": 50, "items": item },
        "version": { "bsonType": "long" },
        "updated_at": { "bsonType": "date" },
        "last_order": { "bsonType": "object", "required": ["id", "version"] },
        "purchases": { "bsonType": "long", "minimum": 0 },
    };
    Declaration {
        name: "carts",
        validator: validator(&["user_id", "items", "version", "updated_at"], properties),
        indexes: vec![unique("user_unique", doc! { "user_id": 1 }), expiring("unused", "updated_at", KEPT)],
    }
}
