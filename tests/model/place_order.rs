//! `POST /orders`, command by command: `place_order.rs` and `checkout` in `functions/orders/src`.

use crate::defect::Defect;
use crate::process::{Answer, At, ENDED, Late, Process, Release, Then};
use crate::release::{self, next_product, release};
use crate::shop::{ORDERS, Order, OrderId, PRODUCTS, REQUESTS, Shop, Status, Violated};

/// A request for an order. Its id is that of the order which it is about to make.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    pub(crate) id: OrderId,
    pub(crate) buyer: usize,
    pub(crate) key: Option<u8>,
}

impl Request {
    /// Gives the next command, and says what comes after it.
    pub(crate) fn step(self, shop: &mut Shop, process: &mut Process) {
        let next = match process.at {
            At::ReadCart => Ok(self.read_cart(shop)),
            At::TakeStock { product } if shop.take_stock(self.id, product) => {
                Ok(self.take_from(shop, product.saturating_add(1)))
            }
            At::TakeStock { product } => Ok(At::Look { product }),
            At::Look { product } => self.look(shop, product),
            At::Other { order } => self.make_way(shop, order),
            At::Place => match shop.place(self.id) {
                Ok(()) => Ok(release::settle(shop, self.id, SETTLED)),
                // Somebody took this request for dead, and has given back what it had taken by then.
                Err(Violated::Id) => self.give_back_all(shop, Then::Answer(Answer::Refused)),
                Err(Violated::Other) => self.give_back_all(shop, Then::Earlier { refused: false }),
            },
            At::Earlier { refused } => self.earlier(shop, refused),
            At::IsHolding { order, payable } if shop.is_holding(order) => {
                Ok(release::tidy(shop, order, Then::RequestPayment { payable }))
            }
            At::IsHolding { payable, .. } => Err(Then::RequestPayment { payable }),
            At::CreateIntent { order } => {
                shop.create_intent(order);
                Ok(At::AttachIntent { order })
            }
            At::AttachIntent { order } if shop.attach_intent(order) => Ok(At::Ended(Answer::Order(order))),
            At::AttachIntent { order } if shop.has(Defect::MadeIntentKept) => Ok(At::Ended(Answer::Order(order))),
            At::AttachIntent { order } => Ok(At::CancelMade { order }),
            At::CancelMade { order } => {
                shop.cancel_intent(order);
                Ok(At::Ended(Answer::Order(order)))
            }
            At::Release { step, order, then } => {
                process.is_spent |= matches!(step, Release::GiveBack { .. });
                release(shop, step, order, then)
            }
            _ => Ok(ENDED),
        };
        process.at = match (next, process.at) {
            (Ok(at), _) => at,
            (Err(then), At::Release { order, .. } | At::IsHolding { order, .. }) => self.go_on(process, then, order),
            (Err(then), _) => self.go_on(process, then, self.id),
        };
    }

    /// What comes after a command that has failed: the way that `?` and `Err(..)` take.
    pub(crate) fn fail(self, shop: &Shop, process: &mut Process) {
        let failed = Then::Answer(Answer::Unknown);
        let next = match process.at {
            // It may have been taken.
            At::TakeStock { product } => release::give_back(shop, self.id, product.saturating_add(1), failed),
            At::Look { product } => release::give_back(shop, self.id, product, failed),
            // The order may stand, so nothing is undone.
            At::Place if shop.has(Defect::CompensationWithoutAsking) => self.give_back_all(shop, failed),
            // A failed undoing is only logged: what the buyer hears is why there was one.
            At::Release { then: Then::Answer(answer), order, .. } if order == self.id => Ok(At::Ended(answer)),
            // "the order stands without a payment intent"
            At::CreateIntent { order } | At::AttachIntent { order } | At::CancelMade { order } => {
                Ok(At::Ended(Answer::Order(order)))
            }
            _ => Err(failed),
        };
        process.at = next.unwrap_or_else(|then| self.go_on(process, then, self.id));
    }

    /// The command that a process was told has failed, if it can still be done.
    pub(crate) fn late(at: At) -> Option<Late> {
        match at {
            At::TakeStock { product } => Some(Late::TakeStock { product }),
            At::Place => Some(Late::Place),
            _ => None,
        }
    }

    /// Whether it may stop waiting for another request: `LOOKS` are over.
    pub(crate) fn waits(self, shop: &Shop, at: At) -> bool {
        at == At::ReadCart && (0..PRODUCTS).any(|product| shop.other_hold(self.id, product).is_some())
    }

    /// Whether the price may differ from the expected one here: everything is taken, nothing placed.
    pub(crate) fn total_changed(self, shop: &Shop, process: &mut Process) -> Option<At> {
        let next = (process.at == At::Place).then(|| self.give_back_all(shop, REFUSED))?;
        Some(next.unwrap_or_else(|then| self.go_on(process, then, self.id)))
    }

    fn read_cart(self, shop: &mut Shop) -> At {
        let cart = shop.carts[self.buyer];
        let Self { buyer, key, .. } = self;
        let (cart_version, cart_purchase, lines) = (cart.version, cart.purchases, cart.items);
        // Only memory: in the database there is nothing of this order yet.
        let Order { status, .. } = shop.orders[self.id];
        *shop.order(self.id) = Order { status, buyer, key, cart_version, cart_purchase, lines, ..Order::default() };
        match next_product(shop, self.id, 0) {
            Some(product) => At::TakeStock { product },
            // `empty_cart`, or its own twin has emptied it.
            None => At::Earlier { refused: true },
        }
    }

    fn take_from(self, shop: &Shop, product: usize) -> At {
        match next_product(shop, self.id, product) {
            Some(product) => At::TakeStock { product },
            None if shop.has(Defect::HoldsRemovedBeforePlace) => {
                At::Release { step: Release::RemoveHolds { product: 0 }, order: self.id, then: Then::Place }
            }
            None => At::Place,
        }
    }

    /// Why this product and those after it cannot be taken.
    fn look(self, shop: &Shop, product: usize) -> Result<At, Then> {
        let wanted = || (product..PRODUCTS).filter(|product| shop.orders[self.id].lines[*product] > 0);
        if let Some(order) = wanted().find_map(|product| shop.other_hold(self.id, product)) {
            return release::give_back(shop, self.id, product, Then::Other { order });
        }
        if wanted().any(|product| shop.products[product].stock < shop.orders[self.id].lines[product]) {
            return release::give_back(shop, self.id, product, REFUSED);
        }
        // Not short after all: it came back into stock between the two looks.
        Ok(At::TakeStock { product })
    }

    /// `make_way` for an order that holds something for the same cart.
    fn make_way(self, shop: &Shop, order: OrderId) -> Result<At, Then> {
        match shop.orders[order].status {
            Status::Absent | Status::Tombstone if shop.is_old[order] => Ok(release::recover(order, Then::BeginAgain)),
            // It is at work, and waited for: for how long is left open here.
            Status::Absent | Status::Tombstone => Err(Then::BeginAgain),
            _ => Ok(self.met(shop, order)),
        }
    }

    fn earlier(self, shop: &Shop, refused: bool) -> Result<At, Then> {
        match shop.earlier(self.id) {
            Some(order) => Ok(self.met(shop, order)),
            None if refused => Err(Then::Answer(Answer::Refused)),
            None => Err(Then::BeginAgain),
        }
    }

    /// What an order means for this request that has its key, or has bought the same cart.
    fn met(self, shop: &Shop, order: OrderId) -> At {
        let Order { status, key, cart_version, .. } = shop.orders[order];
        let (is_same, was_same_cart) =
            (self.key.is_some() && self.key == key, cart_version == shop.orders[self.id].cart_version);
        match status {
            // From here on the request works with the order as it was just read.
            _ if is_same => At::IsHolding { order, payable: is_payable(shop.orders[order]) },
            Status::Cancelled if shop.is_holding(order) => release::tidy(shop, order, Then::BeginAgain),
            // What it had bought may be bought again.
            Status::Cancelled => At::Release { step: Release::PassOver, order, then: Then::BeginAgain },
            // 409 `cart_already_ordered`, and the cart is settled on the way.
            _ if was_same_cart => release::settle(shop, order, Then::Answer(Answer::Refused)),
            _ => release::settle(shop, order, Then::BeginAgain),
        }
    }

    fn give_back_all(self, shop: &Shop, then: Then) -> Result<At, Then> {
        release::give_back(shop, self.id, PRODUCTS, then)
    }

    fn go_on(self, process: &mut Process, then: Then, order: OrderId) -> At {
        match then {
            Then::BeginAgain => self.begin_again(process),
            Then::Other { order } => At::Other { order },
            Then::Earlier { refused } => At::Earlier { refused },
            Then::RequestPayment { payable: true } => At::CreateIntent { order },
            Then::RequestPayment { payable: false } => At::Ended(Answer::Order(order)),
            Then::Answer(answer) => At::Ended(answer),
            Then::Place => At::Place,
            Then::Next | Then::NextOrAsk => ENDED,
        }
    }

    /// Under another id, if something was taken and given back under this one.
    fn begin_again(self, process: &mut Process) -> At {
        let id = self.id.saturating_add(REQUESTS);
        if process.is_spent && id >= ORDERS {
            return At::Ended(Answer::Refused);
        }
        if process.is_spent {
            process.id = id;
            process.is_spent = false;
        }
        At::ReadCart
    }
}

/// After it has placed its order a request holds it as it made it: to be paid, without an intent.
const SETTLED: Then = Then::RequestPayment { payable: true };
/// Unless an earlier request has made the order.
const REFUSED: Then = Then::Earlier { refused: true };

/// What `request_payment` looks at.
fn is_payable(order: Order) -> bool {
    order.status == Status::Pending && !order.intent
}
