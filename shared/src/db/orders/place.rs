//! How an order comes to be: one insert, which three unique indexes let through once. Or how it comes
//! to be that there is none: a *tombstone* under its id, which the insert of whoever still believes in
//! that order runs into. A tombstone has an `abandoned_at` and nothing else, so that no finder shows it.

use super::{OrderDoc, Orders};
use crate::db::{ID_UNIQUE, MAX_TIME, violated_index};
use crate::domain::id::{CartId, OrderId, UserId};
use crate::domain::time::Timestamp;
use bson::{Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::error::{Error, ErrorKind};

/// What is under the id of an order.
#[derive(Debug, Clone)]
pub enum Trace {
    /// The order.
    Placed(Box<OrderDoc>),
    /// A tombstone: there never will be an order.
    Buried,
    /// Nothing that a majority has.
    Nothing,
}

/// A cart as often as it was bought before: each of these is bought once.
#[derive(Debug, Clone, Copy)]
pub struct Purchase {
    /// Which cart.
    pub cart: CartId,
    /// How many orders had taken their lines out of it.
    pub number: i64,
}

impl Orders {
    /// Stores a new order. This is the moment of the sale.
    ///
    /// # Errors
    /// A violation of [`super::IDEMPOTENCY_UNIQUE`] or [`super::PURCHASE_UNIQUE`] when there was an earlier
    /// order, or of [`ID_UNIQUE`] when there is a tombstone; the database's, after which it may be stored.
    pub async fn place(&self, order: &OrderDoc) -> Result<(), Error> {
        self.0.insert_one(order).await.map(drop)
    }

    /// Makes sure that an order never comes to be; false when there is something under its id.
    ///
    /// # Errors
    /// The database's.
    pub async fn bury(&self, id: OrderId, now: Timestamp) -> Result<bool, Error> {
        let tombstones = self.0.clone_with_type::<Document>();
        match tombstones.insert_one(doc! { "_id": id, "abandoned_at": now }).await {
            Ok(_) => Ok(true),
            Err(error) if violated_index(&error) == Some(ID_UNIQUE) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What is under the id of an order, and stays there whatever happens to the primary.
    ///
    /// # Errors
    /// The database's.
    pub async fn trace(&self, id: OrderId) -> Result<Trace, Error> {
        let orders = self.0.clone_with_type::<RawDocumentBuf>();
        Ok(match orders.find_one(doc! { "_id": id }).max_time(MAX_TIME).await? {
            Some(found) if found.get("abandoned_at").is_ok_and(|at| at.is_some()) => Trace::Buried,
            Some(found) => Trace::Placed(Box::new(bson::deserialize_from_slice(found.as_bytes())?)),
            None => Trace::Nothing,
        })
    }

    /// The order that used this key of that user, or else the one that was this purchase.
    ///
    /// # Errors
    /// The database's.
    pub async fn earlier(
        &self,
        user: UserId,
        key: Option<&str>,
        purchase: Option<Purchase>,
    ) -> Result<Option<OrderDoc>, Error> {
        let by_key = key.map(|key| doc! { "user_id": user, "idempotency_key": key });
        let by_purchase = purchase.map(|Purchase { cart, number }| doc! { "cart_id": cart, "cart_purchase": number });
        let either: Vec<_> = by_key.into_iter().chain(by_purchase).collect();
        if either.is_empty() {
            return Ok(None);
        }
        let found = self.0.find(doc! { "$or": either }).limit(2).max_time(MAX_TIME).await?;
        let mut found: Vec<OrderDoc> = found.try_collect().await?;
        let used_key = found.iter().position(|order| key.is_some() && order.idempotency_key.as_deref() == key);
        Ok(used_key.map(|position| found.swap_remove(position)).or_else(|| found.pop()))
    }

    /// Removes what an older version has written to begin a checkout: it finds nothing then to make an order
    /// of. What it had taken by then is given back as that of any other dead request. Two indexes go with it,
    /// one of which would let one tombstone be.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_reservations(&self) -> Result<(), Error> {
        const INDEX_NOT_FOUND: i32 = 27;
        for retired in ["cart_unique", "status_reserved"] {
            match self.0.drop_index(retired).await {
                Err(error) if matches!(error.kind.as_ref(), ErrorKind::Command(error) if error.code == INDEX_NOT_FOUND) =>
                    {}
                outcome => outcome?,
            }
        }
        self.0.delete_many(doc! { "status": "reserving" }).await.map(drop)
    }

    /// Frees a key that was used before `before`.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_key(&self, user: UserId, key: &str, before: Timestamp) -> Result<(), Error> {
        let filter = doc! { "user_id": user, "idempotency_key": key, "created_at": { "$lt": before } };
        let update = doc! { "$unset": { "idempotency_key": "", "request_digest": "" } };
        self.0.update_one(filter, update).await.map(drop)
    }
}
