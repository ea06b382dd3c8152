//! The collection `carts`. A cart reserves no stock. The server removes carts that were unused for 30 days.

mod declaration;
mod for_checkout;
mod guest;
mod merge;
mod with_products;

pub(super) use declaration::declaration;
pub use for_checkout::{CheckoutCart, UnpaidLimits};
pub use merge::{CartMerge, MergedLines};

use super::orders::OrderDoc;
use super::{MAX_TIME, ack_primary_only, counter_is};
use crate::domain::cart::MAX_LINES;
use crate::domain::id::{CartId, OrderId, ProductId, UserId};
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::error::Error;
use mongodb::options::{ReadConcern, ReturnDocument};
use mongodb::{ClientSession, Collection, Database};
use serde::{Deserialize, Serialize};

/// A cart as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CartDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: CartId,
    /// The user, or the guest: a guest has an id like a user, under which no account exists.
    pub user_id: UserId,
    /// The hash of the token of a guest's cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_hash: Option<String>,
    /// The lines.
    pub items: Vec<CartItem>,
    /// Incremented by each change. An order stores the version that it purchased.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The latest merge that has moved the lines of a guest's cart into another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<CartMerge>,
    /// The latest order that removed its lines from the cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_order: Option<LastOrder>,
    /// Number of orders and merges that have removed lines: the purchase number of the next order. A unique index admits one
    /// order per number, so that the lines are purchased once, even if others are added during the checkout.
    #[serde(default)]
    pub purchases: i64,
}

/// An order that removed its lines from a cart.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct LastOrder {
    /// The id of the order.
    pub id: OrderId,
    /// The version of the cart after that.
    pub version: i64,
}

impl CartDoc {
    /// Returns the order that emptied the cart, unless the cart has changed since.
    #[must_use]
    pub fn emptied_by(&self) -> Option<OrderId> {
        let last = self.last_order.filter(|last| last.version == self.version && self.items.is_empty())?;
        Some(last.id)
    }
}

/// A line of a cart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CartItem {
    /// The product.
    pub product_id: ProductId,
    /// The SKU of the variant.
    pub variant_sku: Sku,
    /// The quantity.
    pub quantity: Quantity,
    /// URL of an image of the product.
    pub thumbnail: Option<String>,
}

/// The collection `carts`.
#[derive(Clone)]
pub struct Carts(Collection<CartDoc>);

impl Carts {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("carts"))
    }

    /// Returns the cart of a user as the primary has it: the lines of an order that was just placed are removed without
    /// waiting for a majority.
    pub async fn by_user(&self, user: UserId) -> Result<Option<CartDoc>, Error> {
        self.0.find_one(doc! { "user_id": user }).read_concern(ReadConcern::local()).max_time(MAX_TIME).await
    }

    /// Removes the cart of a deleted user.
    pub async fn remove(&self, user: UserId, session: Option<&mut ClientSession>) -> Result<(), Error> {
        let removed = self.0.delete_one(doc! { "user_id": user });
        match session {
            Some(session) => removed.session(session).await.map(drop),
            None => removed.await.map(drop),
        }
    }

    /// Adds the quantity to an existing line; `None` when there is no such line, or its quantity would exceed `max`.
    pub async fn add_to_line(
        &self,
        user: UserId,
        item: &CartItem,
        max: u32,
        now: Timestamp,
    ) -> Result<Option<CartDoc>, Error> {
        let CartItem { product_id, variant_sku, quantity, thumbnail: _ } = item;
        let max_before = i64::from(max).saturating_sub(i64::from(quantity.get()));
        let quantity_before = doc! { "$lte": max_before };
        let line = doc! { "product_id": *product_id, "variant_sku": variant_sku, "quantity": quantity_before };
        let line = doc! { "$elemMatch": line };
        let increments = doc! { "items.$.quantity": i32::from(quantity.get()), "version": 1_i64 };
        self.update(doc! { "user_id": user, "items": line }, doc! { "$inc": increments, "$set": { "updated_at": now } })
            .await
    }

    /// Adds a line, and the cart if there is none; `None` when the cart has a line of that SKU or [`MAX_LINES`] lines.
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
            // The cart exists, but does not match the filter: the upsert tried to insert a second one.
            Err(error) if super::violated_index(&error).is_some() => Ok(None),
            outcome => outcome,
        }
    }

    /// Sets the quantity of a line; `None` when there is no such line.
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
    pub async fn remove_line(&self, user: UserId, sku: &Sku, now: Timestamp) -> Result<Option<CartDoc>, Error> {
        let update = doc! {
            "$pull": { "items": { "variant_sku": sku } },
            "$inc": { "version": 1_i64 },
            "$set": { "updated_at": now },
        };
        self.update(doc! { "user_id": user, "items.variant_sku": sku }, update).await
    }

    /// Removes all lines; `None` when there is no cart.
    pub async fn clear(&self, user: UserId, now: Timestamp) -> Result<Option<CartDoc>, Error> {
        let update = doc! { "$set": { "items": [], "updated_at": now }, "$inc": { "version": 1_i64 } };
        self.update(doc! { "user_id": user }, update).await
    }

    /// Removes the lines of an order from its cart, once per order. Lines and quantities that were added since remain.
    ///
    /// A failover may undo it. The next checkout of the cart then finds the order by its purchase number and repeats
    /// it.
    pub async fn remove_purchased(&self, order: &OrderDoc, now: Timestamp) -> Result<(), Error> {
        let OrderDoc { id, cart_id, cart_version, cart_purchase, .. } = order;
        let mut unchanged = at_purchase(*cart_id, *cart_purchase);
        unchanged.insert("version", *cart_version);
        let last_order = doc! { "id": *id, "version": cart_version.saturating_add(1) };
        let emptied = doc! {
            "$set": { "items": [], "updated_at": now, "last_order": last_order },
            "$inc": { "version": 1_i64, "purchases": 1_i64 },
        };
        // `update_many`, even for one cart: the server keeps no retry record for it.
        let updated = self.0.update_many(unchanged, emptied).write_concern(ack_primary_only()).await?;
        if updated.matched_count == 1 {
            return Ok(());
        }
        let update = self.0.update_one(at_purchase(*cart_id, *cart_purchase), vec![remove_lines_of(order, now)]);
        update.write_concern(ack_primary_only()).await.map(drop)
    }

    /// Counts the purchase of an order that was cancelled before its lines were removed, so that they can be bought
    /// again.
    ///
    /// A failover may undo it. The next checkout of the cart then repeats it.
    pub async fn skip_purchase(&self, order: &OrderDoc) -> Result<(), Error> {
        let update = doc! { "$inc": { "version": 1_i64, "purchases": 1_i64 } };
        let skipped = self.0.update_one(at_purchase(order.cart_id, order.cart_purchase), update);
        skipped.write_concern(ack_primary_only()).await.map(drop)
    }

    async fn update(&self, filter: Document, update: Document) -> Result<Option<CartDoc>, Error> {
        self.0.find_one_and_update(filter, update).return_document(ReturnDocument::After).max_time(MAX_TIME).await
    }
}

/// Returns the filter for a cart with this number of purchases.
fn at_purchase(cart: CartId, purchases: i64) -> Document {
    doc! { "_id": cart, "purchases": counter_is(purchases) }
}

/// Returns the update that subtracts the quantities of an order from the lines of its cart.
fn remove_lines_of(order: &OrderDoc, now: Timestamp) -> Document {
    let branches = order.items.iter().map(|item| {
        doc! { "case": { "$eq": ["$$item.variant_sku", &item.sku] }, "then": i32::from(item.quantity.get()) }
    });
    let purchased = doc! { "$switch": { "branches": branches.collect::<Vec<_>>(), "default": 0 } };
    let remaining = doc! { "$subtract": ["$$item.quantity", purchased] };
    let items = doc! { "$map": {
        "input": "$items", "as": "item",
        "in": { "$mergeObjects": ["$$item", { "quantity": remaining }] },
    } };
    let items = doc! { "$filter": { "input": items, "cond": { "$gt": ["$$this.quantity", 0] } } };
    let version = doc! { "$add": ["$version", 1_i64] };
    doc! { "$set": {
        "items": items, "version": version.clone(), "updated_at": now,
        "purchases": order.cart_purchase.saturating_add(1),
        "last_order": { "id": order.id, "version": version },
    } }
}
