//! `POST /orders`, command by command: `place_order.rs` and `checkout` in `functions/orders/src`.

use crate::defect::Defect;
use crate::process::{Answer, At, ENDED, Look, Process, Release, Stock, Then};
use crate::release::{self, next_product, release};
use crate::shop::{ORDERS, Order, OrderId, REQUESTS, Shop, Status, Violated};

/// A request for an order. Its id is that of the order which it is about to make.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) id: OrderId,
    pub(crate) buyer: usize,
    pub(crate) key: Option<u8>,
}

impl Request {
    /// The start of the loop in `begin`.
    pub(crate) fn begin(self) -> At {
        if self.key.is_some() { At::ByKey } else { LOOK_AGAIN }
    }

    /// Gives the next command, and says what comes after it.
    pub(crate) fn step(self, shop: &mut Shop, process: &mut Process) {
        process.at = match process.at {
            At::ByKey => match self.earlier(shop) {
                None => LOOK_AGAIN,
                Some(id) if shop.orders[id].status == Status::Reserving => self.undo_if_dead(shop, id),
                // `Begun::Earlier`: from here on the request works with the order as it was just read.
                Some(id) => At::IsHolding { order: id, payable: is_payable(shop.orders[id]) },
            },
            At::ReadCart { first } => self.read_cart(shop, process, first),
            At::HasBegun if self.earlier(shop).is_some() => At::ByKey,
            At::HasBegun => At::Ended(Answer::Refused),
            At::Insert { first } => match shop.insert(self.id) {
                Ok(()) => self.take_from(shop, process, 0),
                // `begin_first` leaves it to the loop to find out what was earlier.
                Err(Violated::Cart) if !first => At::ByCart,
                Err(Violated::Cart | Violated::Idempotency) => self.begin(),
            },
            At::ByCart => self.same_cart(shop),
            At::TakeStock { product } if shop.take_stock(self.id, product) => {
                self.take_from(shop, process, product.saturating_add(1))
            }
            At::TakeStock { product } => At::WhyShort { product },
            At::WhyShort { product } => {
                let short = (product..).zip(shop.products.iter().skip(product));
                let short = short.map(|(at, product)| product.stock < shop.orders[self.id].lines[at]);
                // Not short after all: it came back into stock between the two looks.
                match short.max() {
                    Some(true) => {
                        let holds_nothing = next_product(shop, self.id, 0) == Some(product);
                        self.after_stock(shop, process, Stock::Short { holds_nothing })
                    }
                    _ => At::TakeStock { product },
                }
            }
            At::Others { stock } => {
                process.look(shop);
                self.after_stock(shop, process, stock)
            }
            At::Confirm if shop.confirm(self.id) => release::settle(shop, self.id, SETTLED),
            // Somebody took this request for dead, and undid what it had taken by then.
            At::Confirm => release::give_back_only(shop, self.id, Then::Answer(Answer::Refused)),
            At::MakeWay { others } => self.make_way(shop, process, others),
            At::IsHolding { order, payable } if shop.is_holding(order) => {
                release::settle(shop, order, Then::RequestPayment { payable })
            }
            At::IsHolding { order, payable } => self.go_on(Then::RequestPayment { payable }, order),
            At::CreateIntent { order } => {
                shop.create_intent(order);
                At::AttachIntent { order }
            }
            At::AttachIntent { order } if shop.attach_intent(order) => At::Ended(Answer::Order(order)),
            At::AttachIntent { order } if shop.has(Defect::MadeIntentKept) => At::Ended(Answer::Order(order)),
            At::AttachIntent { order } => At::CancelMade { order },
            At::CancelMade { order } => {
                shop.cancel_intent(order);
                At::Ended(Answer::Order(order))
            }
            At::Release { step, order, then } => match release(shop, step, order, then) {
                Ok(at) => at,
                Err(Then::MakeWay { others }) => self.go_on_making_way(process, others),
                Err(then) => self.go_on(then, order),
            },
            _ => ENDED,
        }
    }

    /// What comes after a command that has failed: the way that `?` and `Err(..)` take.
    pub(crate) fn fail(self, shop: &Shop, process: &mut Process) {
        process.at = match process.at {
            At::TakeStock { .. } | At::WhyShort { .. } => self.after_stock(shop, process, Stock::Failed),
            At::Others { stock } => {
                process.look = Look::Failed;
                self.after_stock(shop, process, stock)
            }
            // The order may stand, so nothing is undone.
            At::Confirm if shop.has(Defect::CompensationWithoutAsking) => {
                release::give_back_only(shop, self.id, Then::Answer(Answer::Unknown))
            }
            // A failed undoing is only logged: what the buyer hears is why there was one.
            At::Release { then: Then::Answer(answer), order, .. } if order == self.id => At::Ended(answer),
            // "the order stands without a payment intent"
            At::CreateIntent { order } | At::AttachIntent { order } | At::CancelMade { order } => {
                At::Ended(Answer::Order(order))
            }
            _ => At::Ended(Answer::Unknown),
        }
    }

    /// Whether it may stop waiting for another request: `LOOKS` are over.
    pub(crate) fn waits(self, shop: &Shop, at: At) -> bool {
        let mut orders = shop.orders.iter();
        at == self.begin() && orders.any(|order| order.buyer == self.buyer && order.status == Status::Reserving)
    }

    /// Whether the price may differ from the expected one here: everything is taken, nothing confirmed.
    pub(crate) fn total_changed(self, shop: &Shop, at: At) -> Option<At> {
        (at == At::Confirm).then(|| self.give_up(shop, Answer::Refused))
    }

    fn earlier(self, shop: &Shop) -> Option<OrderId> {
        self.key.and_then(|key| shop.by_key(self.buyer, key))
    }

    fn read_cart(self, shop: &mut Shop, process: &mut Process, first: bool) -> At {
        let cart = shop.carts[self.buyer];
        if cart.items.iter().all(|pieces| *pieces == 0) {
            if first {
                return self.begin();
            }
            return if self.key.is_some() { At::HasBegun } else { At::Ended(Answer::Refused) };
        }
        let Self { buyer, key, .. } = self;
        let (lines, cart_version) = (cart.items, cart.version);
        *shop.order(self.id) = Order { buyer, key, cart_version, lines, ..Order::default() };
        (process.ordered, process.look) = (cart.ordered, Look::Ahead);
        At::Insert { first }
    }

    fn same_cart(self, shop: &Shop) -> At {
        match shop.by_cart(self.buyer, shop.orders[self.id].cart_version) {
            None => self.begin(),
            Some(id) if shop.orders[id].status == Status::Reserving => self.undo_if_dead(shop, id),
            Some(id) if self.key.is_some() && shop.orders[id].key == self.key => self.begin(),
            // 409 `cart_already_ordered`, and the cart is settled on the way.
            Some(id) => release::settle(shop, id, Then::Answer(Answer::Refused)),
        }
    }

    fn undo_if_dead(self, shop: &Shop, id: OrderId) -> At {
        if shop.is_old[id] { release::undo(shop, id, Then::BeginAgain) } else { self.begin() }
    }

    fn take_from(self, shop: &Shop, process: &mut Process, product: usize) -> At {
        match next_product(shop, self.id, product) {
            Some(product) => At::TakeStock { product },
            None => self.after_stock(shop, process, Stock::Taken),
        }
    }

    /// `reserve`, when it has taken stock or failed to, and has looked for others or is about to.
    fn after_stock(self, shop: &Shop, process: &mut Process, stock: Stock) -> At {
        let look = std::mem::replace(&mut process.look, Look::Ahead);
        match (look, stock) {
            (Look::Ahead, _) => At::Others { stock },
            (Look::Done(others), _) if others.contains(&true) => release::undo(shop, self.id, Then::MakeWay { others }),
            (Look::Failed, _) | (_, Stock::Failed) => self.give_up(shop, Answer::Unknown),
            (Look::Done(_), Stock::Taken) if shop.has(Defect::HoldsRemovedBeforeConfirm) => {
                At::Release { step: Release::RemoveHolds { product: 0 }, order: self.id, then: Then::Confirm }
            }
            (Look::Done(_), Stock::Taken) => At::Confirm,
            (Look::Done(_), Stock::Short { holds_nothing: true }) => self.delete(),
            (Look::Done(_), Stock::Short { .. }) => self.give_up(shop, Answer::Refused),
        }
    }

    /// `make_way` for the first of these, and then for the others.
    fn make_way(self, shop: &Shop, process: &mut Process, mut others: [bool; ORDERS]) -> At {
        let Some(other) = others.iter().position(|is_other| *is_other) else { return ENDED };
        others[other] = false;
        let then = Then::MakeWay { others };
        match shop.orders[other].status {
            Status::Reserving if shop.is_old[other] => release::undo(shop, other, then),
            // It is at work, and waited for: for how long is left open here.
            Status::Reserving | Status::Absent => self.go_on_making_way(process, others),
            _ => release::settle(shop, other, then),
        }
    }

    /// `check_out`: with the last one out of the way the request begins again, under another id.
    fn go_on_making_way(self, process: &mut Process, others: [bool; ORDERS]) -> At {
        let id = self.id + REQUESTS;
        if others.contains(&true) {
            At::MakeWay { others }
        } else if id < ORDERS {
            process.id = id;
            At::ReadCart { first: true }
        } else {
            At::Ended(Answer::Refused)
        }
    }

    fn give_up(self, shop: &Shop, answer: Answer) -> At {
        release::undo(shop, self.id, Then::Answer(answer))
    }

    /// `reserve` of a request that has taken nothing.
    fn delete(self) -> At {
        At::Release { step: Release::Delete, order: self.id, then: Then::Answer(Answer::Refused) }
    }

    fn go_on(self, then: Then, order: OrderId) -> At {
        match then {
            Then::BeginAgain => self.begin(),
            Then::RequestPayment { payable: true } => At::CreateIntent { order },
            Then::RequestPayment { payable: false } => At::Ended(Answer::Order(order)),
            Then::Answer(answer) => At::Ended(answer),
            Then::Confirm => At::Confirm,
            Then::MakeWay { .. } | Then::Next | Then::NextOrAsk => ENDED,
        }
    }
}

/// `reservation` in the loop of `begin`, as opposed to `begin_first`.
const LOOK_AGAIN: At = At::ReadCart { first: false };

/// After its own confirmation a request holds the order as it made it: to be paid, without an intent.
const SETTLED: Then = Then::RequestPayment { payable: true };

/// What `request_payment` looks at.
fn is_payable(order: Order) -> bool {
    order.status == Status::Pending && !order.intent
}
