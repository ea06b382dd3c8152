//! Places an order: one insert that unique indexes admit once. Or forbids it: a *tombstone* under its id makes the
//! insert collide. A tombstone has an `abandoned_at` and no field of an order by which a finder would return it. One that
//! forbids the purchase of a cart has the number of that purchase, too.

use super::{OrderDoc, Orders};
use crate::db::{ID_UNIQUE, MAX_TIME, new_id, violated_index};
use crate::domain::id::{CartId, OrderId, UserId};
use crate::domain::time::Timestamp;
use bson::{Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::ClientSession;
use mongodb::error::Error;

/// The document under the id of an order.
#[derive(Debug, Clone)]
pub enum OrderSlot {
    /// The order.
    Placed(Box<OrderDoc>),
    /// A tombstone: the order can never be placed.
    Tombstone,
    /// No document that a majority of the replica set has.
    Empty,
}

/// One purchase of a cart: a cart is bought once per number.
#[derive(Debug, Clone, Copy)]
pub struct Purchase {
    /// The cart.
    pub cart: CartId,
    /// The number of earlier purchases of the cart.
    pub number: i64,
}

impl Orders {
    /// Inserts a new order. This is the moment of the sale.
    ///
    /// # Errors
    /// A violation of [`super::IDEMPOTENCY_UNIQUE`] or [`super::PURCHASE_UNIQUE`] when an order exists already, or of
    /// [`ID_UNIQUE`] when there is a tombstone. After any other error the order may be placed.
    pub async fn place(&self, order: &OrderDoc) -> Result<(), Error> {
        self.0.insert_one(order).await.map(drop)
    }

    /// Inserts a tombstone, so that the order can never be placed; false when there is a document under its id.
    pub async fn insert_tombstone(&self, id: OrderId, now: Timestamp) -> Result<bool, Error> {
        let tombstones = self.0.clone_with_type::<Document>();
        match tombstones.insert_one(doc! { "_id": id, "abandoned_at": now }).await {
            Ok(_) => Ok(true),
            Err(error) if violated_index(&error) == Some(ID_UNIQUE) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Inserts a tombstone of a purchase, inside a transaction, so that no checkout can make it.
    ///
    /// # Errors
    /// A violation of [`super::PURCHASE_UNIQUE`] when an order has made it, or it was forbidden before.
    pub async fn forbid_purchase(
        &self,
        session: &mut ClientSession,
        Purchase { cart, number }: Purchase,
        now: Timestamp,
    ) -> Result<(), Error> {
        let id: OrderId = new_id();
        let tombstone = doc! { "_id": id, "abandoned_at": now, "cart_id": cart, "cart_purchase": number };
        self.0.clone_with_type::<Document>().insert_one(tombstone).session(session).await.map(drop)
    }

    /// Returns what is stored under the id of an order and survives any failover.
    pub async fn slot(&self, id: OrderId) -> Result<OrderSlot, Error> {
        let orders = self.0.clone_with_type::<RawDocumentBuf>();
        Ok(match orders.find_one(doc! { "_id": id }).max_time(MAX_TIME).await? {
            Some(found) if found.get("abandoned_at").is_ok_and(|at| at.is_some()) => OrderSlot::Tombstone,
            Some(found) => OrderSlot::Placed(Box::new(bson::deserialize_from_slice(found.as_bytes())?)),
            None => OrderSlot::Empty,
        })
    }

    /// Returns the order with this idempotency key of the user, or else the order of this purchase.
    pub async fn find_existing(
        &self,
        user: UserId,
        key: Option<&str>,
        purchase: Option<Purchase>,
    ) -> Result<Option<OrderDoc>, Error> {
        let by_key = key.map(|key| doc! { "user_id": user, "idempotency_key": key });
        let by_purchase = purchase.map(|Purchase { cart, number }| {
            // Not a tombstone.
            doc! { "cart_id": cart, "cart_purchase": number, "created_at": { "$exists": true } }
        });
        let either: Vec<_> = by_key.into_iter().chain(by_purchase).collect();
        if either.is_empty() {
            return Ok(None);
        }
        let found = self.0.find(doc! { "$or": either }).limit(2).max_time(MAX_TIME).await?;
        let mut found: Vec<OrderDoc> = found.try_collect().await?;
        let with_key = found.iter().position(|order| order.idempotency_key.as_deref() == key);
        Ok(with_key.map(|position| found.swap_remove(position)).or_else(|| found.pop()))
    }

    /// Removes an idempotency key from an order that was placed before `before`, so that the key can be used again.
    pub async fn clear_idempotency_key(&self, user: UserId, key: &str, before: Timestamp) -> Result<(), Error> {
        let filter = doc! { "user_id": user, "idempotency_key": key, "created_at": { "$lt": before } };
        let update = doc! { "$unset": { "idempotency_key": "", "request_digest": "" } };
        self.0.update_one(filter, update).await.map(drop)
    }
}
