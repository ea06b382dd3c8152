//! What MongoDB and Stripe know, and every command that the shop gives them. Each function is one
//! command: it happens at once, and carries the name of the function in `shared/src` that sends it.

use crate::defect::Defect;
use crate::money::Intent;

/// How many products, buyers and requests for orders there is room for.
pub(crate) const PRODUCTS: usize = 2;
pub(crate) const BUYERS: usize = 2;
pub(crate) const REQUESTS: usize = 3;
/// How often a request takes stock: once more after it has given back what it had taken.
pub(crate) const TRIES: usize = 2;
pub(crate) const ORDERS: usize = REQUESTS * TRIES;

/// An order's id. Those of the first tries are the places of their requests among the processes; then
/// come those of the second tries.
pub(crate) type OrderId = usize;
/// Pieces of each product.
pub(crate) type Pieces = [i8; PRODUCTS];

/// The status of a document in `orders`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Status {
    /// There is no such document, and perhaps there will be one.
    #[default]
    Absent,
    /// There is a tombstone, and never an order.
    Tombstone,
    Pending,
    Processing,
    Shipped,
    Cancelled,
}

/// `payment.status` of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Payment {
    #[default]
    Required,
    Canceled,
    Succeeded,
    Refunded,
}

/// A document in `orders`, and before it is there what its request knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Order {
    pub(crate) status: Status,
    pub(crate) buyer: usize,
    pub(crate) key: Option<u8>,
    pub(crate) cart_version: u8,
    pub(crate) cart_purchase: u8,
    pub(crate) lines: Pieces,
    /// `transaction_id` is set, and with it the client secret.
    pub(crate) intent: bool,
    pub(crate) payment: Payment,
    /// A refund of all that was paid is stored, and not sent.
    pub(crate) refund_owed: bool,
    /// The last change was an event of Stripe's.
    pub(crate) by_stripe: bool,
    /// It has been cancelled once, by `status_history`.
    pub(crate) was_cancelled: bool,
}

/// A document in `products`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Product {
    pub(crate) stock: i8,
    /// By which orders. Whose cart it is follows from that.
    pub(crate) holds: [bool; ORDERS],
}

/// A document in `carts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Cart {
    pub(crate) items: Pieces,
    pub(crate) version: u8,
    /// How many orders have taken their lines out.
    pub(crate) purchases: u8,
}

/// Everything outside of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Shop {
    pub(crate) products: [Product; PRODUCTS],
    pub(crate) orders: [Order; ORDERS],
    pub(crate) carts: [Cart; BUYERS],
    pub(crate) intents: [Intent; ORDERS],
    /// The event that an intent succeeded or was cancelled is in `stripe_events`.
    pub(crate) recorded: [bool; ORDERS],
    /// The clock: this id is older than any request can live.
    pub(crate) is_old: [bool; ORDERS],
    pub(crate) defect: Option<Defect>,
}

/// The ids that a request gives its tries.
pub(crate) fn tries_of(place: usize) -> impl Iterator<Item = OrderId> {
    (place..ORDERS).step_by(REQUESTS)
}

impl Order {
    /// It is an order, and no tombstone: it has a `created_at`.
    pub(crate) fn is_placed(&self) -> bool {
        !matches!(self.status, Status::Absent | Status::Tombstone)
    }
}

impl Shop {
    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    pub(crate) fn order(&mut self, id: OrderId) -> &mut Order {
        &mut self.orders[id]
    }

    // shared/src/db/orders/place.rs

    pub(crate) fn by_key(&self, buyer: usize, key: u8) -> Option<OrderId> {
        self.orders.iter().position(|order| order.is_placed() && order.buyer == buyer && order.key == Some(key))
    }

    pub(crate) fn by_purchase(&self, buyer: usize, purchase: u8) -> Option<OrderId> {
        let is_it = |order: &Order| order.is_placed() && order.buyer == buyer && order.cart_purchase == purchase;
        self.orders.iter().position(is_it)
    }

    /// What makes a request an earlier one: its key, or else that it bought the same cart, if there is
    /// anything in it.
    pub(crate) fn earlier(&self, id: OrderId) -> Option<OrderId> {
        let Order { buyer, key, cart_purchase, lines, .. } = self.orders[id];
        let by_key = key.and_then(|key| self.by_key(buyer, key));
        let is_empty = lines.iter().all(|pieces| *pieces == 0);
        by_key.or_else(|| if is_empty { None } else { self.by_purchase(buyer, cart_purchase) })
    }

    /// The order, if no unique index refuses it.
    pub(crate) fn place(&mut self, id: OrderId) -> Result<(), Violated> {
        let Order { status, buyer, key, cart_version, cart_purchase, .. } = self.orders[id];
        if status != Status::Absent && !(self.has(Defect::OrderOverTombstone) && status == Status::Tombstone) {
            return Err(Violated::Id);
        }
        let is_key_taken = key.is_some_and(|key| self.by_key(buyer, key).is_some());
        let is_cart_bought = if self.has(Defect::VersionInKey) {
            let mut orders = self.orders.iter();
            orders.any(|other| other.is_placed() && other.buyer == buyer && other.cart_version == cart_version)
        } else {
            self.by_purchase(buyer, cart_purchase).is_some()
        };
        if is_key_taken && !self.has(Defect::NoUniqueKey) || is_cart_bought && !self.has(Defect::NoUniquePurchase) {
            return Err(Violated::Other);
        }
        self.order(id).status = Status::Pending;
        Ok(())
    }

    /// The tombstone; false when there is a document.
    pub(crate) fn bury(&mut self, id: OrderId) -> bool {
        let is_absent = self.orders[id].status == Status::Absent;
        if is_absent && !self.has(Defect::NoTombstone) {
            self.order(id).status = Status::Tombstone;
        }
        is_absent || self.has(Defect::BuriedAlive)
    }

    // shared/src/db/stock.rs

    /// Who else holds any of a product for the same cart.
    pub(crate) fn other_hold(&self, id: OrderId, product: usize) -> Option<OrderId> {
        let buyer = self.orders[id].buyer;
        (0..ORDERS)
            .find(|other| *other != id && self.orders[*other].buyer == buyer && self.products[product].holds[*other])
    }

    pub(crate) fn take_stock(&mut self, id: OrderId, product: usize) -> bool {
        let wanted = self.orders[id].lines[product];
        let enough = self.products[product].stock >= wanted || self.has(Defect::NoStockCondition);
        let is_held = self.other_hold(id, product).is_some() || self.products[product].holds[id];
        let product = &mut self.products[product];
        let matches = enough && !is_held;
        if matches {
            product.stock -= wanted;
            product.holds[id] = true;
        }
        matches
    }

    pub(crate) fn give_back(&mut self, id: OrderId, product: usize) {
        if self.products[product].holds[id] || self.has(Defect::GiveBackWithoutHold) {
            self.products[product].stock += self.orders[id].lines[product];
            self.products[product].holds[id] = false;
        }
    }

    pub(crate) fn is_holding(&self, id: OrderId) -> bool {
        self.products.iter().any(|product| product.holds[id])
    }

    /// Of one product: `update_many` is not atomic over several.
    pub(crate) fn remove_holds(&mut self, id: OrderId, product: usize) {
        self.products[product].holds[id] = false;
    }

    pub(crate) fn return_stock(&mut self, id: OrderId) {
        for (product, pieces) in self.products.iter_mut().zip(self.orders[id].lines) {
            product.stock += pieces;
            product.holds[id] = false;
        }
    }

    /// All or nothing, as `take_again` in shared/src/checkout/pay.rs makes it.
    pub(crate) fn take_again(&mut self, id: OrderId) -> bool {
        let lines = self.orders[id].lines;
        let enough = self.products.iter().zip(lines).all(|(product, pieces)| product.stock >= pieces);
        if enough {
            self.products.iter_mut().zip(lines).for_each(|(product, pieces)| product.stock -= pieces);
        }
        enough
    }

    // shared/src/db/carts.rs

    /// With the lines, or of an order that does not stand without them.
    pub(crate) fn take_out(&mut self, id: OrderId, with_lines: bool) {
        let Order { buyer, lines, cart_purchase, .. } = self.orders[id];
        let counts = !self.has(Defect::TakenOutUncounted);
        let cart = &mut self.carts[buyer];
        if cart.purchases == cart_purchase || !counts {
            if with_lines {
                cart.items.iter_mut().zip(lines).for_each(|(item, bought)| *item = (*item - bought).max(0));
            }
            cart.version += 1;
            cart.purchases = cart.purchases.max(cart_purchase + 1);
        }
    }

    // shared/src/db/orders

    /// False when the order is not pending any more.
    pub(crate) fn attach_intent(&mut self, id: OrderId) -> bool {
        let matches = self.orders[id].status == Status::Pending;
        if matches {
            self.order(id).intent = true;
        }
        matches
    }

    pub(crate) fn note_refund(&mut self, id: OrderId) {
        if self.orders[id].refund_owed {
            self.order(id).payment = Payment::Refunded;
            self.order(id).refund_owed = false;
        }
    }
}

/// Which unique index refuses an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Violated {
    /// There is a tombstone.
    Id,
    /// There is an order by the same key, or of the same cart.
    Other,
}
