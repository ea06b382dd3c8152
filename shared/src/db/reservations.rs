//! Orders that are being reserved: the log of a checkout, written before it takes any stock. They
//! live in the collection `orders`, under the same unique keys, and have no `created_at`, so that
//! no list shows them.

use super::orders::OrderDoc;
use super::{MAX_TIME, unconfirmed};
use crate::domain::address::Address;
use crate::domain::id::{CartId, OrderId, ProductId, UserId};
use crate::domain::order::OrderStatus;
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReadConcern;
use mongodb::{Collection, Database};
use serde::{Deserialize, Serialize};

/// An order that is being reserved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReservationDoc {
    /// The id that the order will have.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// Always [`OrderStatus::Reserving`].
    pub status: OrderStatus,
    /// Who buys.
    pub user_id: UserId,
    /// The cart that is bought.
    pub cart_id: CartId,
    /// The version of it.
    pub cart_version: i64,
    /// What is bought, by product.
    pub lines: Vec<ReservedLine>,
    /// Where the parcel goes.
    pub shipping_address: Address,
    /// When the checkout began.
    pub reserved_at: Timestamp,
    /// The key of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// A digest of that request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_digest: Option<String>,
}

impl ReservationDoc {
    /// What is wanted, as stock.
    pub fn stock(&self) -> impl Iterator<Item = (ProductId, Sku, Quantity)> {
        self.lines.iter().map(|line| (line.product_id, line.sku.clone(), line.quantity))
    }
}

/// Pieces of one SKU that an order wants.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReservedLine {
    /// Which product.
    pub product_id: ProductId,
    /// Which variant.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
}

/// What an earlier try to buy has come to.
#[derive(Debug, Clone)]
pub enum EarlierTry {
    /// It is at work, or died at it.
    Reserving(Box<ReservationDoc>),
    /// It made an order.
    Placed(Box<OrderDoc>),
}

/// How many tries to buy one cart are looked at: more than one buyer makes at a time.
const LATEST: i64 = 5;

/// Another try to buy the same cart.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct OtherTry {
    /// The order that it made, or is to make.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// How far it has come.
    pub status: OrderStatus,
}

/// The orders that are being reserved.
#[derive(Clone)]
pub struct Reservations(Collection<ReservationDoc>);

impl Reservations {
    pub(crate) fn new(database: &Database) -> Self {
        Self(database.collection("orders"))
    }

    /// Begins a checkout. A failover may take this back until a later write is acknowledged by a
    /// majority; then there is nothing to confirm, and what was taken since is a hold of no order.
    ///
    /// # Errors
    /// A violation of [`super::orders::IDEMPOTENCY_UNIQUE`] or [`super::orders::CART_UNIQUE`] when
    /// there was an earlier try.
    pub async fn insert(&self, reservation: &ReservationDoc) -> Result<(), Error> {
        self.0.insert_one(reservation).write_concern(unconfirmed()).await.map(drop)
    }

    /// Turns a reservation into the order that it was made for; false when it has been undone.
    ///
    /// # Errors
    /// The database's.
    pub async fn confirm(&self, order: &OrderDoc) -> Result<bool, Error> {
        let filter = doc! { "_id": order.id, "status": OrderStatus::Reserving, "abandoned": { "$ne": true } };
        let orders = self.0.clone_with_type::<OrderDoc>();
        Ok(orders.replace_one(filter, order).await?.matched_count == 1)
    }

    /// Makes sure that a reservation never becomes an order; false when it has become one, or is gone.
    ///
    /// # Errors
    /// The database's.
    pub async fn abandon(&self, id: OrderId) -> Result<bool, Error> {
        let filter = doc! { "_id": id, "status": OrderStatus::Reserving };
        Ok(self.0.update_one(filter, doc! { "$set": { "abandoned": true } }).await?.matched_count == 1)
    }

    /// Forgets a reservation that holds no stock, or none any more. If a failover takes this back, it
    /// is one of a dead request, which is undone once more.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete(&self, id: OrderId) -> Result<(), Error> {
        let reserving = doc! { "_id": id, "status": OrderStatus::Reserving };
        self.0.delete_one(reserving).write_concern(unconfirmed()).await.map(drop)
    }

    /// Checkouts that began before `before` and have not ended: their requests are dead.
    ///
    /// # Errors
    /// The database's.
    pub async fn dead(&self, before: Timestamp, limit: i64) -> Result<Vec<ReservationDoc>, Error> {
        let filter = doc! { "status": OrderStatus::Reserving, "reserved_at": { "$lt": before } };
        self.0.find(filter).limit(limit).max_time(MAX_TIME).await?.try_collect().await
    }

    /// What has become of a checkout: the latest, and nothing that a failover could take back. So
    /// what is not there will not come to be, if anything was ever written that came after it.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_id(&self, id: OrderId) -> Result<Option<EarlierTry>, Error> {
        self.earlier(doc! { "_id": id }, ReadConcern::linearizable()).await
    }

    /// The try that used this key of that user.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_key(&self, user: UserId, key: &str) -> Result<Option<EarlierTry>, Error> {
        self.earlier(doc! { "user_id": user, "idempotency_key": key }, ReadConcern::majority()).await
    }

    /// The try that bought this version of that cart.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_cart(&self, cart: CartId, version: i64) -> Result<Option<EarlierTry>, Error> {
        self.earlier(doc! { "cart_id": cart, "cart_version": version }, ReadConcern::majority()).await
    }

    /// Other tries to buy the same cart, of the latest versions of it. It is to be asked after one's
    /// own reservation was inserted: of two that do so at once, at least one sees the other. It shows
    /// what no majority has yet, because such an insert may be just that.
    ///
    /// # Errors
    /// The database's.
    pub async fn others(&self, reservation: &ReservationDoc) -> Result<Vec<OtherTry>, Error> {
        let filter = doc! { "cart_id": reservation.cart_id, "_id": { "$ne": reservation.id } };
        let tries = self.0.clone_with_type::<OtherTry>();
        let latest = tries.find(filter).projection(doc! { "status": 1 }).sort(doc! { "cart_version": -1 });
        latest.limit(LATEST).read_concern(ReadConcern::local()).max_time(MAX_TIME).await?.try_collect().await
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

    async fn earlier(&self, filter: Document, concern: ReadConcern) -> Result<Option<EarlierTry>, Error> {
        let tries = self.0.clone_with_type::<Document>();
        let Some(found) = tries.find_one(filter).read_concern(concern).max_time(MAX_TIME).await? else {
            return Ok(None);
        };
        let reserving = found.get_str("status").is_ok_and(|status| status == OrderStatus::Reserving.as_str());
        Ok(Some(if reserving {
            EarlierTry::Reserving(Box::new(bson::deserialize_from_document(found)?))
        } else {
            EarlierTry::Placed(Box::new(bson::deserialize_from_document(found)?))
        }))
    }
}
