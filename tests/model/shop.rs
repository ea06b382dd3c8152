//! What MongoDB and Stripe know, and every command that the shop gives them. Each function is one
//! command: it happens at once, and carries the name of the function in `shared/src` that sends it.

use crate::defect::Defect;
use crate::money::Intent;

/// How many products, buyers and requests for orders there is room for.
pub(crate) const PRODUCTS: usize = 2;
pub(crate) const BUYERS: usize = 2;
pub(crate) const REQUESTS: usize = 3;
/// How often a request inserts a reservation: once more after it made way for another one.
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
    /// There is no such document, not yet or not any more.
    #[default]
    Absent,
    Reserving,
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

/// A document in `orders`, the reservation as well as the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Order {
    pub(crate) status: Status,
    pub(crate) buyer: usize,
    pub(crate) key: Option<u8>,
    pub(crate) cart_version: u8,
    pub(crate) lines: Pieces,
    pub(crate) abandoned: bool,
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
    pub(crate) holds: [bool; ORDERS],
    /// Not in the database: the hold was taken by a request that had been undone.
    pub(crate) taken_late: [bool; ORDERS],
}

/// A document in `carts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Cart {
    pub(crate) items: Pieces,
    pub(crate) version: u8,
    /// The orders that took their lines out.
    pub(crate) ordered: [bool; ORDERS],
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
    /// The clock: this reservation is older than any request can live.
    pub(crate) is_old: [bool; ORDERS],
    pub(crate) defect: Option<Defect>,
}

impl Order {
    /// It is an order, and not only a reservation: it has a `created_at`.
    pub(crate) fn is_placed(&self) -> bool {
        !matches!(self.status, Status::Absent | Status::Reserving)
    }
}

impl Shop {
    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    pub(crate) fn order(&mut self, id: OrderId) -> &mut Order {
        &mut self.orders[id]
    }

    // shared/src/db/reservations.rs

    pub(crate) fn by_key(&self, buyer: usize, key: u8) -> Option<OrderId> {
        self.earlier(|order| order.buyer == buyer && order.key == Some(key))
    }

    pub(crate) fn by_cart(&self, buyer: usize, version: u8) -> Option<OrderId> {
        self.earlier(|order| order.buyer == buyer && order.cart_version == version)
    }

    fn earlier(&self, matches: impl Fn(&Order) -> bool) -> Option<OrderId> {
        self.orders.iter().position(|order| order.status != Status::Absent && matches(order))
    }

    /// The index that refuses it, if one does.
    pub(crate) fn insert(&mut self, id: OrderId) -> Result<(), Violated> {
        let Order { buyer, key, cart_version, .. } = self.orders[id];
        if !self.has(Defect::NoUniqueKey) && !self.has(Defect::NeitherKeyNorLook) {
            if key.is_some_and(|key| self.by_key(buyer, key).is_some()) {
                return Err(Violated::Idempotency);
            }
            if self.by_cart(buyer, cart_version).is_some() {
                return Err(Violated::Cart);
            }
        }
        self.order(id).status = Status::Reserving;
        Ok(())
    }

    /// `others`, and which of them `in_the_way` keeps: those that the cart, as it was read, did not know of.
    pub(crate) fn in_the_way(&self, id: OrderId, ordered: [bool; ORDERS]) -> [bool; ORDERS] {
        let Order { buyer, .. } = self.orders[id];
        let looks = !self.has(Defect::NoLookAtOthers) && !self.has(Defect::NeitherKeyNorLook);
        std::array::from_fn(|other| {
            let Order { buyer: by, status, .. } = self.orders[other];
            let is_try = by == buyer && !matches!(status, Status::Absent | Status::Cancelled);
            looks && other != id && is_try && !ordered[other]
        })
    }

    pub(crate) fn confirm(&mut self, id: OrderId) -> bool {
        let Order { status, abandoned, .. } = self.orders[id];
        let matches = status == Status::Reserving && (!abandoned || self.has(Defect::ConfirmAbandoned));
        if matches {
            self.order(id).status = Status::Pending;
        }
        matches
    }

    pub(crate) fn abandon(&mut self, id: OrderId) -> bool {
        let matches = self.orders[id].status == Status::Reserving;
        if matches {
            self.order(id).abandoned = true;
        }
        matches
    }

    pub(crate) fn delete(&mut self, id: OrderId) {
        if self.orders[id].status == Status::Reserving {
            self.order(id).status = Status::Absent;
        }
    }

    pub(crate) fn dead(&self) -> [bool; ORDERS] {
        std::array::from_fn(|id| self.orders[id].status == Status::Reserving && self.is_old[id])
    }

    // shared/src/db/stock.rs

    pub(crate) fn take_stock(&mut self, id: OrderId, product: usize) -> bool {
        let Order { status, abandoned, lines, .. } = self.orders[id];
        let wanted = lines[product];
        let enough = self.products[product].stock >= wanted || self.has(Defect::NoStockCondition);
        let product = &mut self.products[product];
        let matches = enough && !product.holds[id];
        if matches {
            product.stock -= wanted;
            product.holds[id] = true;
            product.taken_late[id] = abandoned || status != Status::Reserving;
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

    pub(crate) fn take_out(&mut self, id: OrderId) {
        let Order { buyer, lines, .. } = self.orders[id];
        let cart = &mut self.carts[buyer];
        if !cart.ordered[id] {
            cart.items.iter_mut().zip(lines).for_each(|(item, bought)| *item = (*item - bought).max(0));
            cart.version += 1;
            cart.ordered[id] = true;
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

/// Which unique index refuses a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Violated {
    Idempotency,
    Cart,
}
