//! Reserves, releases and restocks: conditional updates of single products, which the server queues instead of
//! aborting. See `docs/decisions/checkout-without-a-transaction.md`.

use super::decode::{collect, find_page};
use super::products::{ProductDoc, Products, line_projection};
use super::{MAX_TIME, ack_primary_only};
use crate::domain::id::{CartId, OrderId, ProductId, UserId};
use crate::domain::product::{Variant, is_for_sale};
use crate::domain::sku::{Sku, SkuQuantity};
use crate::domain::time::Timestamp;
use crate::fail_points::{Defect, injected};
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::{FindOneAndUpdateOptions, FindOptions, ReadConcern, ReturnDocument, UpdateOptions};
use serde::Deserialize;

/// A product with the holds on it.
#[derive(Debug, Clone, Deserialize)]
pub struct ProductHolds {
    /// The id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// The holds of all orders.
    pub holds: Vec<Hold>,
}

/// Stock that is reserved for an order whose checkout is not finalized. The order may not exist yet, or never will.
#[derive(Debug, Clone, Deserialize)]
pub struct Hold {
    /// The id of the order.
    pub order_id: OrderId,
    /// The cart that it buys.
    pub cart_id: CartId,
    /// The SKU and the reserved quantity.
    #[serde(flatten)]
    pub reserved: SkuQuantity,
}

impl ProductHolds {
    /// The quantities on hold for an order.
    #[must_use]
    pub fn quantities_of(self, order: OrderId) -> Vec<SkuQuantity> {
        self.holds.into_iter().filter(|hold| hold.order_id == order).map(|hold| hold.reserved).collect()
    }
}

/// The stock of a product at a point in time.
#[derive(Debug, Clone, Deserialize)]
pub struct StockSnapshot {
    /// The id.
    #[serde(rename = "_id")]
    pub id: ProductId,
    /// Whether it is for sale.
    pub is_active: bool,
    /// The only user who can buy it.
    #[serde(default)]
    pub exclusive_to: Option<UserId>,
    /// The variants with their stock.
    pub variants: Vec<Variant>,
    /// The holds of all orders.
    #[serde(default)]
    pub holds: Vec<Hold>,
}

impl StockSnapshot {
    /// Returns whether it is for sale to a buyer.
    #[must_use]
    pub fn is_for_sale_to(&self, buyer: UserId) -> bool {
        is_for_sale(self.is_active, self.exclusive_to, buyer)
    }
}

/// The order that stock is reserved for, the cart that it buys, and the buyer.
#[derive(Debug, Clone, Copy)]
pub struct HoldOwner {
    /// The id that the order will have.
    pub order: OrderId,
    /// The cart.
    pub cart: CartId,
    /// The buyer.
    pub buyer: UserId,
}

impl Products {
    /// Reserves stock for an order and adds its holds: all of `quantities` or none.
    ///
    /// Returns the product as it is after the update, so that its price is the one at which the stock was reserved.
    /// `None` when the product is not for sale to the buyer, a SKU is short, or another order of the same cart has a hold on it.
    pub async fn reserve_stock(
        &self,
        HoldOwner { order, cart, buyer }: HoldOwner,
        product: ProductId,
        quantities: &[SkuQuantity],
        now: Timestamp,
    ) -> Result<Option<ProductDoc>, Error> {
        let filter = doc! {
            "_id": product,
            "$or": [{ "is_active": true }, { "exclusive_to": buyer }],
            "holds.cart_id": { "$ne": cart },
            "$and": sufficient_stock(quantities),
        };
        let holds = quantities.iter().map(|SkuQuantity { sku, quantity }| {
            doc! { "order_id": order, "cart_id": cart, "sku": sku, "quantity": i32::from(quantity.get()) }
        });
        let mut update = change_stock(quantities, -1, now);
        update.insert("$push", doc! { "holds": { "$each": holds.collect::<Vec<_>>() } });
        // With this defect stock falls below 0, which the document type would reject.
        let is_oversold = injected(Defect::NoStockCondition);
        let options = FindOneAndUpdateOptions::builder()
            .array_filters(array_filters(quantities))
            .projection(line_projection())
            .return_document(if is_oversold { ReturnDocument::Before } else { ReturnDocument::After })
            .max_time(MAX_TIME)
            .build();
        self.0.find_one_and_update(filter, update).with_options(options).await
    }

    /// Releases the holds of an order on a product: undoes [`Self::reserve_stock`]. Has no effect without holds.
    pub async fn release_hold(
        &self,
        order: OrderId,
        product: ProductId,
        quantities: &[SkuQuantity],
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut filter = doc! { "_id": product, "holds.order_id": order };
        if injected(Defect::ReleaseWithoutHold) {
            filter.remove("holds.order_id");
        }
        let products = self.0.clone_with_type::<ProductSkus>();
        let update = products.find_one_and_update(filter, add_back(order, quantities, now));
        let update = update.array_filters(array_filters(quantities));
        if let Some(product) = update.projection(doc! { "variants.sku": 1 }).await? {
            product.warn_orphaned_stock(order, quantities);
        }
        Ok(())
    }

    /// Returns the stock of products as the primary has it. A failover may undo what it reports.
    pub async fn stock_snapshots(&self, ids: Vec<ProductId>) -> Result<Vec<StockSnapshot>, Error> {
        let products = self.0.clone_with_type::<StockSnapshot>();
        let found = products.find(doc! { "_id": { "$in": ids } });
        let found = found.projection(doc! { "is_active": 1, "exclusive_to": 1, "variants": 1, "holds": 1 });
        collect(products.name(), found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?).await
    }

    /// Returns products with holds of orders whose id is smaller than `order`, smallest ids first.
    pub async fn held_before(&self, order: OrderId, limit: i64) -> Result<Vec<ProductHolds>, Error> {
        // Without `$elemMatch` the index would also be scanned above that id.
        let held = doc! { "holds": { "$elemMatch": { "order_id": { "$lt": order } } } };
        let options = FindOptions::builder().projection(doc! { "holds": 1 }).max_time(MAX_TIME).build();
        find_page(&self.0, held, options, limit).await
    }

    /// Returns the products with holds of an order, as the primary has them.
    pub async fn held_by(&self, order: OrderId) -> Result<Vec<ProductHolds>, Error> {
        let products = self.0.clone_with_type::<ProductHolds>();
        let found = products.find(doc! { "holds.order_id": order }).projection(doc! { "holds": 1 });
        found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?.try_collect().await
    }

    /// Removes the holds of a placed order from these products: from here on the order owns its stock.
    ///
    /// A failover may undo it; `maintenance` then removes the holds again.
    pub async fn remove_holds(&self, order: OrderId, products: Vec<ProductId>) -> Result<(), Error> {
        let update = doc! { "$pull": { "holds": { "order_id": order } } };
        // `update_many`, even for one product: the server keeps no retry record for it.
        let filter = doc! { "_id": { "$in": products }, "holds.order_id": order };
        self.0.update_many(filter, update).write_concern(ack_primary_only()).await.map(drop)
    }

    /// Reacquires stock without a hold, inside a transaction: all of `quantities` or none. Returns whether it was available.
    pub async fn reacquire(
        &self,
        session: &mut ClientSession,
        product: ProductId,
        quantities: &[SkuQuantity],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let filter = doc! { "_id": product, "is_active": true, "$and": sufficient_stock(quantities) };
        let options = UpdateOptions::builder().array_filters(array_filters(quantities)).build();
        let update = self.0.update_one(filter, change_stock(quantities, -1, now)).with_options(options);
        Ok(update.session(session).await?.matched_count == 1)
    }

    /// Restocks the quantities of an order and removes its remaining holds, inside a transaction.
    pub async fn restock(
        &self,
        session: &mut ClientSession,
        order: OrderId,
        product: ProductId,
        quantities: &[SkuQuantity],
        now: Timestamp,
    ) -> Result<(), Error> {
        let products = self.0.clone_with_type::<ProductSkus>();
        let update = products.find_one_and_update(doc! { "_id": product }, add_back(order, quantities, now));
        let update = update.array_filters(array_filters(quantities));
        if let Some(product) = update.projection(doc! { "variants.sku": 1 }).session(session).await? {
            product.warn_orphaned_stock(order, quantities);
        }
        Ok(())
    }
}

/// A product with the SKUs of its variants.
#[derive(Debug, Deserialize)]
struct ProductSkus {
    #[serde(rename = "_id")]
    id: ProductId,
    variants: Vec<VariantSku>,
}

#[derive(Debug, Deserialize)]
struct VariantSku {
    sku: Sku,
}

impl ProductSkus {
    /// Warns about returned pieces whose variant an edit has removed: they are in no stock.
    fn warn_orphaned_stock(&self, order: OrderId, quantities: &[SkuQuantity]) {
        let is_orphaned = |returned: &&SkuQuantity| self.variants.iter().all(|variant| variant.sku != returned.sku);
        for SkuQuantity { sku, quantity } in quantities.iter().filter(is_orphaned) {
            let (product_id, quantity) = (self.id, quantity.get());
            tracing::warn!(%product_id, %sku, quantity, order_id = %order, "returned stock of a variant that no longer exists");
        }
    }
}

/// The conditions that every SKU has sufficient stock.
fn sufficient_stock(quantities: &[SkuQuantity]) -> Vec<Document> {
    let condition = |SkuQuantity { sku, quantity }: &SkuQuantity| {
        let minimum = if injected(Defect::NoStockCondition) { i64::MIN } else { quantity.get().into() };
        doc! { "variants": { "$elemMatch": { "sku": sku, "stock_quantity": { "$gte": minimum } } } }
    };
    quantities.iter().map(condition).collect()
}

fn add_back(order: OrderId, quantities: &[SkuQuantity], now: Timestamp) -> Document {
    let mut update = change_stock(quantities, 1, now);
    update.insert("$pull", doc! { "holds": { "order_id": order } });
    update
}

fn change_stock(quantities: &[SkuQuantity], sign: i64, now: Timestamp) -> Document {
    let mut increments = doc! { "version": 1_i64 };
    for (position, SkuQuantity { quantity, .. }) in quantities.iter().enumerate() {
        let change = i64::from(quantity.get()).saturating_mul(sign);
        increments.insert(format!("variants.$[v{position}].stock_quantity"), change);
    }
    doc! { "$inc": increments, "$set": { "updated_at": now } }
}

fn array_filters(quantities: &[SkuQuantity]) -> Vec<Document> {
    let filter = |(position, line): (usize, &SkuQuantity)| doc! { format!("v{position}.sku"): &line.sku };
    quantities.iter().enumerate().map(filter).collect()
}
