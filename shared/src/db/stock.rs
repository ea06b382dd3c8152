//! How stock is taken and given back: single conditional updates of the product's document, which
//! the server queues. See `docs/decisions/checkout-without-a-transaction.md`.

use super::decode::decoded;
use super::products::{ProductDoc, Products, unread};
use super::{MAX_TIME, unconfirmed};
use crate::chaos::{Defect, planted};
use crate::domain::id::{CartId, OrderId, ProductId};
use crate::domain::product::Variant;
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::{FindOneAndUpdateOptions, ReadConcern, ReturnDocument, UpdateOptions};
use serde::Deserialize;

/// Pieces of one SKU.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// Which.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
}

/// A product of which orders hold stock.
#[derive(Debug, Clone, Deserialize)]
#[serde(remote = "Self")]
pub struct HeldProduct {
    /// Which product.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// What is held of it.
    pub holds: Vec<Hold>,
}

decoded!(HeldProduct);

/// Stock that an order has taken and not settled yet. Perhaps it is not there yet, or never will be.
#[derive(Debug, Clone, Deserialize)]
pub struct Hold {
    /// Which order.
    pub order_id: OrderId,
    /// Of which cart, unless an older version has taken it.
    pub cart_id: Option<CartId>,
    /// Of what.
    pub sku: Sku,
    /// How many.
    pub quantity: Quantity,
}

/// A product of which somebody could not take stock.
#[derive(Debug, Clone, Deserialize)]
#[serde(remote = "Self")]
pub struct WantedProduct {
    /// Which product.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// Whether it is for sale.
    pub is_active: bool,
    /// What there is of it.
    pub variants: Vec<Variant>,
    /// What is held of it.
    #[serde(default)]
    pub holds: Vec<Hold>,
}

decoded!(WantedProduct);

/// An order that is to be, and the cart that it buys.
#[derive(Debug, Clone, Copy)]
pub struct Taker {
    /// The id that the order will have.
    pub order: OrderId,
    /// The cart.
    pub cart: CartId,
}

impl Products {
    /// Takes stock for an order and leaves a hold that says so; all of `pieces` or none. Answers
    /// the product of that very moment, so that its price is the one at which the stock was taken.
    /// `None` when it is not for sale, is short of one of them, or is held for the same cart already.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_stock(
        &self,
        Taker { order, cart }: Taker,
        product: ProductId,
        pieces: &[Pieces],
        now: Timestamp,
    ) -> Result<Option<ProductDoc>, Error> {
        let filter = doc! {
            "_id": product,
            "is_active": true,
            "holds.cart_id": { "$ne": cart },
            "$and": enough(pieces),
        };
        let holds = pieces.iter().map(|Pieces { sku, quantity }| {
            doc! { "order_id": order, "cart_id": cart, "sku": sku, "quantity": i32::from(quantity.get()) }
        });
        let mut update = add_to_stock(pieces, -1, now);
        update.insert("$push", doc! { "holds": { "$each": holds.collect::<Vec<_>>() } });
        // Who takes what is not there does not look at what is left either.
        let looks_after = !planted(Defect::NoStockCondition);
        let options = FindOneAndUpdateOptions::builder()
            .array_filters(array_filters(pieces))
            .projection(unread())
            .return_document(if looks_after { ReturnDocument::After } else { ReturnDocument::Before })
            .max_time(MAX_TIME)
            .build();
        self.0.find_one_and_update(filter, update).with_options(options).await
    }

    /// Undoes [`Self::take_stock`]. Does nothing when the hold is gone, so it may be repeated.
    ///
    /// # Errors
    /// The database's.
    pub async fn give_back(
        &self,
        order: OrderId,
        product: ProductId,
        pieces: &[Pieces],
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut filter = doc! { "_id": product, "holds.order_id": order };
        if planted(Defect::GiveBackWithoutHold) {
            filter.remove("holds.order_id");
        }
        let mut update = add_to_stock(pieces, 1, now);
        update.insert("$pull", doc! { "holds": { "order_id": order } });
        let products = self.0.clone_with_type::<Offer>();
        let update = products.find_one_and_update(filter, update).array_filters(array_filters(pieces));
        if let Some(product) = update.projection(doc! { "variants.sku": 1 }).await? {
            product.tell_of_lost(order, pieces);
        }
        Ok(())
    }

    /// These products with their stock and holds, by what the primary has at this moment: a failover may
    /// take that back.
    ///
    /// # Errors
    /// The database's.
    pub async fn wanted(&self, ids: Vec<ProductId>) -> Result<Vec<WantedProduct>, Error> {
        let products = self.0.clone_with_type::<WantedProduct>();
        let found = products.find(doc! { "_id": { "$in": ids } });
        let found = found.projection(doc! { "is_active": 1, "variants": 1, "holds": 1 });
        found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?.try_collect().await
    }

    /// A few of the products of which orders with smaller ids hold anything, those of the smallest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn held_before(&self, order: OrderId, limit: i64) -> Result<Vec<HeldProduct>, Error> {
        // Without `$elemMatch` the index would be read from that order on, too.
        let held = doc! { "holds": { "$elemMatch": { "order_id": { "$lt": order } } } };
        let products = self.0.clone_with_type::<HeldProduct>();
        let found = products.find(held).projection(doc! { "holds": 1 }).limit(limit);
        found.max_time(MAX_TIME).await?.try_collect().await
    }

    /// The products of which an order holds anything, by what the primary has at this moment.
    ///
    /// # Errors
    /// The database's.
    pub async fn held_by(&self, order: OrderId) -> Result<Vec<HeldProduct>, Error> {
        let products = self.0.clone_with_type::<HeldProduct>();
        let found = products.find(doc! { "holds.order_id": order }).projection(doc! { "holds": 1 });
        found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Removes the holds of an order, on these products, that owns its stock from now on. If a
    /// failover takes this back, they are removed once more by the scheduled function.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_holds(&self, order: OrderId, products: Vec<ProductId>) -> Result<(), Error> {
        let update = doc! { "$pull": { "holds": { "order_id": order } } };
        // Of many, though it may be one: the server keeps no record to recognize it by when it is repeated.
        let filter = doc! { "_id": { "$in": products }, "holds.order_id": order };
        self.0.update_many(filter, update).write_concern(unconfirmed()).await.map(drop)
    }

    /// Takes stock without a hold, in a transaction: all of `pieces` or none; false when it is not
    /// for sale or short.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_again(
        &self,
        session: &mut ClientSession,
        product: ProductId,
        pieces: &[Pieces],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let filter = doc! { "_id": product, "is_active": true, "$and": enough(pieces) };
        let options = UpdateOptions::builder().array_filters(array_filters(pieces)).build();
        let taken =
            self.0.update_one(filter, add_to_stock(pieces, -1, now)).with_options(options).session(session).await?;
        Ok(taken.matched_count == 1)
    }

    /// Puts the pieces of a cancelled order back, and removes what holds it has left, in the
    /// transaction that cancels it.
    ///
    /// # Errors
    /// The database's.
    pub async fn return_stock(
        &self,
        session: &mut ClientSession,
        order: OrderId,
        product: ProductId,
        pieces: &[Pieces],
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut update = add_to_stock(pieces, 1, now);
        update.insert("$pull", doc! { "holds": { "order_id": order } });
        let products = self.0.clone_with_type::<Offer>();
        let update = products.find_one_and_update(doc! { "_id": product }, update).array_filters(array_filters(pieces));
        if let Some(product) = update.projection(doc! { "variants.sku": 1 }).session(session).await? {
            product.tell_of_lost(order, pieces);
        }
        Ok(())
    }
}

/// By which SKUs a product is sold.
#[derive(Debug, Deserialize)]
#[serde(remote = "Self")]
struct Offer {
    #[serde(rename = "_id")]
    id: ProductId,
    variants: Vec<Offered>,
}

decoded!(Offer);

#[derive(Debug, Deserialize)]
struct Offered {
    sku: Sku,
}

impl Offer {
    /// Tells of pieces that came back to a variant that an edit has removed since: they are in no stock.
    fn tell_of_lost(&self, order: OrderId, pieces: &[Pieces]) {
        let lost = pieces.iter().filter(|lost| self.variants.iter().all(|variant| variant.sku != lost.sku));
        for Pieces { sku, quantity } in lost {
            let (product_id, quantity) = (self.id, quantity.get());
            tracing::warn!(%product_id, %sku, quantity, order_id = %order, "pieces of a variant that is no more came back");
        }
    }
}

/// The conditions that there is enough of every SKU.
fn enough(pieces: &[Pieces]) -> Vec<Document> {
    let condition = |Pieces { sku, quantity }: &Pieces| {
        let least = if planted(Defect::NoStockCondition) { i64::MIN } else { quantity.get().into() };
        doc! { "variants": { "$elemMatch": { "sku": sku, "stock_quantity": { "$gte": least } } } }
    };
    pieces.iter().map(condition).collect()
}

fn add_to_stock(pieces: &[Pieces], sign: i64, now: Timestamp) -> Document {
    let mut increments = doc! { "version": 1_i64 };
    for (position, Pieces { quantity, .. }) in pieces.iter().enumerate() {
        let change = i64::from(quantity.get()).saturating_mul(sign);
        increments.insert(format!("variants.$[v{position}].stock_quantity"), change);
    }
    doc! { "$inc": increments, "$set": { "updated_at": now } }
}

fn array_filters(pieces: &[Pieces]) -> Vec<Document> {
    let filter = |(position, pieces): (usize, &Pieces)| doc! { format!("v{position}.sku"): &pieces.sku };
    pieces.iter().enumerate().map(filter).collect()
}
