//! The database and Stripe, and every command that changes or queries them.
//!
//! Each function is one command, executed atomically, and has the name of the function in `shared/src` that issues it.

use crate::defect::Defect;
use crate::money::Intent;

/// The number of products, buyers and checkouts that the model has room for.
pub(crate) const PRODUCTS: usize = 2;
pub(crate) const BUYERS: usize = 2;
pub(crate) const CHECKOUTS: usize = 3;
/// The number of attempts of a checkout that reserve stock: a second one follows after the first has released its stock.
pub(crate) const ATTEMPTS: usize = 2;
pub(crate) const ORDERS: usize = CHECKOUTS * ATTEMPTS;

/// The id of an order. The ids of first attempts are the places of their checkouts among the processes; the ids of
/// second attempts follow.
pub(crate) type OrderId = usize;
/// A quantity of each product.
pub(crate) type Quantities = [i8; PRODUCTS];

/// The content of an order's slot in `orders`: nothing, a tombstone, or an order with its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Status {
    /// No document. An order may still be placed here.
    #[default]
    Empty,
    /// A tombstone. No order can be placed here any more.
    Tombstone,
    Pending,
    Processing,
    Shipped,
    Cancelled,
}

/// The `payment.status` of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Payment {
    #[default]
    /// It is required, or has failed.
    Required,
    /// It is under way.
    Processing,
    Canceled,
    Succeeded,
    Refunded,
}

/// A document in `orders`. Before it is placed, it is the memory of the attempt that is about to place it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Order {
    pub(crate) status: Status,
    pub(crate) buyer: usize,
    pub(crate) key: Option<u8>,
    pub(crate) cart_version: u8,
    pub(crate) cart_purchase: u8,
    pub(crate) lines: Quantities,
    /// `transaction_id` is set, and with it the client secret.
    pub(crate) has_intent: bool,
    pub(crate) payment: Payment,
    /// A full refund is recorded and not sent.
    pub(crate) refund_owed: bool,
    /// The latest transition was caused by an event from Stripe.
    pub(crate) changed_by_stripe: bool,
    /// Its `status_history` contains a cancellation.
    pub(crate) was_cancelled: bool,
}

/// A document in `products`, with one SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Product {
    pub(crate) stock: i8,
    /// Which orders have a hold. The cart of a hold follows from its order.
    pub(crate) holds: [bool; ORDERS],
}

/// A document in `carts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Cart {
    pub(crate) items: Quantities,
    pub(crate) version: u8,
    /// The number of orders and merges that the cart has counted as its purchases.
    pub(crate) purchases: u8,
}

/// Everything that processes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Shop {
    pub(crate) products: [Product; PRODUCTS],
    pub(crate) orders: [Order; ORDERS],
    pub(crate) carts: [Cart; BUYERS],
    /// Tombstones of purchases in `orders`: bit *n* for the purchase *n* of a cart, which was merged.
    pub(crate) forbidden: [u8; BUYERS],
    pub(crate) intents: [Intent; ORDERS],
    /// The intent's last event, that it succeeded or was cancelled, is in `stripe_events`.
    pub(crate) recorded: [bool; ORDERS],
    /// The clock: this order id is below `abandoned_cutoff`.
    pub(crate) is_abandoned: [bool; ORDERS],
    /// The shop has cancelled a payment under way without an administrator's request.
    pub(crate) has_cancelled_debit: bool,
    pub(crate) defect: Option<Defect>,
}

/// The order ids of a checkout's attempts.
pub(crate) fn attempts_of(place: usize) -> impl Iterator<Item = OrderId> {
    (place..ORDERS).step_by(CHECKOUTS)
}

impl Order {
    /// Whether this is an order: neither an empty slot nor a tombstone.
    pub(crate) fn is_placed(&self) -> bool {
        !matches!(self.status, Status::Empty | Status::Tombstone)
    }
}

impl Shop {
    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    pub(crate) fn order(&mut self, id: OrderId) -> &mut Order {
        &mut self.orders[id]
    }

    // Placing an order: shared/src/db/orders.

    pub(crate) fn by_key(&self, buyer: usize, key: u8) -> Option<OrderId> {
        self.orders.iter().position(|order| order.is_placed() && order.buyer == buyer && order.key == Some(key))
    }

    pub(crate) fn by_purchase(&self, buyer: usize, purchase: u8) -> Option<OrderId> {
        let matches = |order: &Order| order.is_placed() && order.buyer == buyer && order.cart_purchase == purchase;
        self.orders.iter().position(matches)
    }

    /// Finds the order with the same key, or else the order of the same purchase. An empty cart is no purchase.
    pub(crate) fn find_existing(&self, id: OrderId) -> Option<OrderId> {
        let Order { buyer, key, cart_purchase, lines, .. } = self.orders[id];
        let by_key = key.and_then(|key| self.by_key(buyer, key));
        let is_empty = lines.iter().all(|quantity| *quantity == 0);
        by_key.or_else(|| if is_empty { None } else { self.by_purchase(buyer, cart_purchase) })
    }

    /// Inserts the order, unless it violates a unique index.
    pub(crate) fn place(&mut self, id: OrderId) -> Result<(), UniqueViolation> {
        let Order { status, buyer, key, cart_version, cart_purchase, .. } = self.orders[id];
        if status != Status::Empty && !(self.has(Defect::OrderOverTombstone) && status == Status::Tombstone) {
            return Err(UniqueViolation::Id);
        }
        let is_key_used = key.is_some_and(|key| self.by_key(buyer, key).is_some());
        let is_cart_bought = if self.has(Defect::CartVersionInIndex) {
            let mut orders = self.orders.iter();
            orders.any(|other| other.is_placed() && other.buyer == buyer && other.cart_version == cart_version)
        } else {
            self.by_purchase(buyer, cart_purchase).is_some()
        };
        let is_cart_bought = is_cart_bought || self.is_forbidden(buyer, cart_purchase);
        if is_key_used && !self.has(Defect::NoUniqueKey) || is_cart_bought && !self.has(Defect::NoUniquePurchase) {
            return Err(UniqueViolation::KeyOrPurchase);
        }
        self.order(id).status = Status::Pending;
        Ok(())
    }

    /// Inserts a tombstone; false when the slot has a document.
    pub(crate) fn insert_tombstone(&mut self, id: OrderId) -> bool {
        let is_empty = self.orders[id].status == Status::Empty;
        if is_empty && !self.has(Defect::NoTombstone) {
            self.order(id).status = Status::Tombstone;
        }
        is_empty || self.has(Defect::PlacedOrderReleased)
    }

    // Stock: shared/src/db/stock.rs.

    /// Finds another order that has a hold on the product for the same cart.
    pub(crate) fn conflicting_hold(&self, id: OrderId, product: usize) -> Option<OrderId> {
        let buyer = self.orders[id].buyer;
        (0..ORDERS)
            .find(|other| *other != id && self.orders[*other].buyer == buyer && self.products[product].holds[*other])
    }

    /// Reserves the stock of one product and adds a hold; false when nothing matches.
    pub(crate) fn reserve_stock(&mut self, id: OrderId, product: usize) -> bool {
        let quantity = self.orders[id].lines[product];
        let is_sufficient = self.products[product].stock >= quantity || self.has(Defect::NoStockCondition);
        let is_held = self.conflicting_hold(id, product).is_some() || self.products[product].holds[id];
        let product = &mut self.products[product];
        let matches = is_sufficient && !is_held;
        if matches {
            product.stock -= quantity;
            product.holds[id] = true;
        }
        matches
    }

    /// Releases the hold on one product, if there is one.
    pub(crate) fn release_hold(&mut self, id: OrderId, product: usize) {
        if self.products[product].holds[id] || self.has(Defect::ReleaseWithoutHold) {
            self.products[product].stock += self.orders[id].lines[product];
            self.products[product].holds[id] = false;
        }
    }

    pub(crate) fn has_holds(&self, id: OrderId) -> bool {
        self.products.iter().any(|product| product.holds[id])
    }

    /// Removes the hold on one product: `update_many` is not atomic over several.
    pub(crate) fn remove_holds(&mut self, id: OrderId, product: usize) {
        self.products[product].holds[id] = false;
    }

    pub(crate) fn restock(&mut self, id: OrderId) {
        for (product, quantity) in self.products.iter_mut().zip(self.orders[id].lines) {
            product.stock += quantity;
            product.holds[id] = false;
        }
    }

    /// Reserves the stock of a cancelled order again, inside a transaction: all of it or none.
    pub(crate) fn reacquire(&mut self, id: OrderId) -> bool {
        let lines = self.orders[id].lines;
        let is_sufficient = self.products.iter().zip(lines).all(|(product, quantity)| product.stock >= quantity);
        if is_sufficient {
            self.products.iter_mut().zip(lines).for_each(|(product, quantity)| product.stock -= quantity);
        }
        is_sufficient
    }

    // Carts: shared/src/db/carts.rs.

    /// Removes the lines of an order from its cart and counts the purchase, once per order.
    pub(crate) fn remove_purchased(&mut self, id: OrderId) {
        self.count_purchase(id, self.orders[id].lines);
    }

    /// Counts the purchase of a cancelled order, and leaves its lines in the cart.
    pub(crate) fn skip_purchase(&mut self, id: OrderId) {
        self.count_purchase(id, [0; PRODUCTS]);
    }

    fn count_purchase(&mut self, id: OrderId, removed: Quantities) {
        let Order { buyer, cart_purchase, .. } = self.orders[id];
        let is_conditional = !self.has(Defect::PurchaseUncounted);
        let cart = &mut self.carts[buyer];
        if cart.purchases == cart_purchase || !is_conditional {
            cart.items.iter_mut().zip(removed).for_each(|(item, removed)| *item = (*item - removed).max(0));
            cart.version += 1;
            cart.purchases = cart.purchases.max(cart_purchase + 1);
        }
    }

    // Payments: shared/src/db/orders.

    /// Attaches the intent to a pending order; false when the order is no longer pending.
    pub(crate) fn attach_intent(&mut self, id: OrderId) -> bool {
        let matches = self.orders[id].status == Status::Pending;
        if matches {
            self.order(id).has_intent = true;
        }
        matches
    }

    /// Sets the payment status of a pending order. `read` is the status that the order must still have, if any.
    pub(crate) fn set_payment_status(&mut self, id: OrderId, read: Option<Payment>, status: Payment) {
        let order = self.orders[id];
        let is_pending = order.status == Status::Pending || self.has(Defect::StatusOfPaidOrderOverwritten);
        if is_pending && read.is_none_or(|read| read == order.payment) {
            self.order(id).payment = status;
        }
    }

    pub(crate) fn store_refund(&mut self, id: OrderId) {
        if self.orders[id].refund_owed {
            self.order(id).payment = Payment::Refunded;
            self.order(id).refund_owed = false;
        }
    }
}

/// The unique index that rejects an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UniqueViolation {
    /// The slot has a tombstone.
    Id,
    /// An order with the same key, or of the same purchase, exists.
    KeyOrPurchase,
}
