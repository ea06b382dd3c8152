//! `POST /orders`, command by command: `place_order` in `shared/src/checkout`.

use crate::defect::Defect;
use crate::process::{Command, Continuation, Delayed, ENDED, Process, Recovery, Response};
use crate::recover::{self, next_product};
use crate::shop::{CHECKOUTS, ORDERS, Order, OrderId, PRODUCTS, Shop, Status, UniqueViolation};

/// A checkout attempt, under the id of the order that it tries to place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) id: OrderId,
    pub(crate) buyer: usize,
    pub(crate) key: Option<u8>,
}

impl Attempt {
    /// Executes the next command, and sets the one that follows.
    pub(crate) fn step(self, shop: &mut Shop, process: &mut Process) {
        let next = match process.next {
            Command::ReadCart => Ok(self.read_cart(shop)),
            Command::ReserveStock { product } if shop.reserve_stock(self.id, product) => {
                Ok(self.reserve_from(shop, product.saturating_add(1)))
            }
            Command::ReserveStock { product } => Ok(Command::DiagnoseShortage { product }),
            Command::DiagnoseShortage { product } => self.diagnose_shortage(shop, product),
            Command::ReadConflictingOrder { order } => self.resolve_conflicting_hold(shop, order),
            Command::Place => match shop.place(self.id) {
                Ok(()) => Ok(recover::finalize_checkout(shop, self.id, FINALIZED)),
                // A recovery has declared this request dead, and has released what was reserved by then.
                Err(UniqueViolation::Id) => self.release_all(shop, Continuation::Respond(Response::Rejected)),
                Err(UniqueViolation::KeyOrPurchase) => {
                    self.release_all(shop, Continuation::FindExisting { rejected: false })
                }
            },
            Command::FindExisting { rejected } => self.find_existing(shop, rejected),
            Command::ReadHolds { order, payable } if shop.has_holds(order) => {
                Ok(recover::complete_or_release(shop, order, Continuation::RequestPayment { payable }))
            }
            Command::ReadHolds { payable, .. } => Err(Continuation::RequestPayment { payable }),
            Command::CreateIntent { order } => {
                shop.create_intent(order);
                Ok(Command::AttachIntent { order })
            }
            Command::AttachIntent { order } if shop.attach_intent(order) => Ok(respond(order)),
            Command::AttachIntent { order } if shop.has(Defect::AbandonedIntentKept) => Ok(respond(order)),
            Command::AttachIntent { order } => Ok(Command::AbandonIntent { order }),
            Command::AbandonIntent { order } => {
                shop.abandon_intent(order);
                Ok(respond(order))
            }
            Command::Recovery { step, order, then } => {
                process.has_released |= matches!(step, Recovery::ReleaseReserved { .. });
                recover::step(shop, step, order, then)
            }
            _ => Ok(ENDED),
        };
        process.next = match (next, process.next) {
            (Ok(next), _) => next,
            (Err(then), Command::Recovery { order, .. } | Command::ReadHolds { order, .. }) => {
                self.continue_with(process, then, order)
            }
            (Err(then), _) => self.continue_with(process, then, self.id),
        };
    }

    /// Sets what follows when the next command has failed: the path that `?` and `Err(..)` take.
    pub(crate) fn fail(self, shop: &Shop, process: &mut Process) {
        let failed = Continuation::Respond(Response::Unknown);
        let next = match process.next {
            // The stock may be reserved.
            Command::ReserveStock { product } => {
                recover::release_reserved(shop, self.id, product.saturating_add(1), failed)
            }
            Command::DiagnoseShortage { product } => recover::release_reserved(shop, self.id, product, failed),
            // The order may be placed, so nothing is released.
            Command::Place if shop.has(Defect::ReleaseAfterUnknownResult) => self.release_all(shop, failed),
            // A failed release is logged, and the buyer receives the reason for the release.
            Command::Recovery { then: Continuation::Respond(response), order, .. } if order == self.id => {
                Ok(Command::Ended(response))
            }
            // "placed an order without a payment intent"
            Command::CreateIntent { order } | Command::AttachIntent { order } | Command::AbandonIntent { order } => {
                Ok(respond(order))
            }
            _ => Err(failed),
        };
        process.next = next.unwrap_or_else(|then| self.continue_with(process, then, self.id));
    }

    /// Returns the command in the form in which it may be executed after it has failed for its process, if it may.
    pub(crate) fn delayed(command: Command) -> Option<Delayed> {
        match command {
            Command::ReserveStock { product } => Some(Delayed::ReserveStock { product }),
            Command::Place => Some(Delayed::Place),
            _ => None,
        }
    }

    /// Whether the attempt is waiting for another request, so that `MAX_ATTEMPTS` may be exhausted.
    pub(crate) fn is_waiting(self, shop: &Shop, next: Command) -> bool {
        next == Command::ReadCart && (0..PRODUCTS).any(|product| shop.conflicting_hold(self.id, product).is_some())
    }

    /// Returns what follows when the total is not the expected one; `None` unless all stock is reserved and the order is
    /// not placed yet.
    pub(crate) fn reject_total(self, shop: &Shop, process: &mut Process) -> Option<Command> {
        let next = (process.next == Command::Place).then(|| self.release_all(shop, REJECTED))?;
        Some(next.unwrap_or_else(|then| self.continue_with(process, then, self.id)))
    }

    fn read_cart(self, shop: &mut Shop) -> Command {
        let cart = shop.carts[self.buyer];
        let Self { buyer, key, .. } = self;
        let (cart_version, cart_purchase, lines) = (cart.version, cart.purchases, cart.items);
        // Local memory only: the database has nothing of this order yet.
        let Order { status, .. } = shop.orders[self.id];
        *shop.order(self.id) = Order { status, buyer, key, cart_version, cart_purchase, lines, ..Order::default() };
        match next_product(shop, self.id, 0) {
            Some(product) => Command::ReserveStock { product },
            // `empty_cart`, unless another run of the same request has emptied it.
            None => Command::FindExisting { rejected: true },
        }
    }

    fn reserve_from(self, shop: &Shop, product: usize) -> Command {
        match next_product(shop, self.id, product) {
            Some(product) => Command::ReserveStock { product },
            None if shop.has(Defect::HoldsRemovedBeforePlace) => {
                let step = Recovery::RemoveHolds { product: 0 };
                Command::Recovery { step, order: self.id, then: Continuation::Place }
            }
            None => Command::Place,
        }
    }

    /// Returns what follows when the product could not be reserved.
    fn diagnose_shortage(self, shop: &Shop, product: usize) -> Result<Command, Continuation> {
        let remaining = || (product..PRODUCTS).filter(|product| shop.orders[self.id].lines[*product] > 0);
        if let Some(order) = remaining().find_map(|product| shop.conflicting_hold(self.id, product)) {
            return recover::release_reserved(shop, self.id, product, Continuation::ReadConflictingOrder { order });
        }
        if remaining().any(|product| shop.products[product].stock < shop.orders[self.id].lines[product]) {
            return recover::release_reserved(shop, self.id, product, REJECTED);
        }
        // The stock was replenished between the reservation and the diagnosis.
        Ok(Command::ReserveStock { product })
    }

    fn resolve_conflicting_hold(self, shop: &Shop, order: OrderId) -> Result<Command, Continuation> {
        match shop.orders[order].status {
            Status::Empty | Status::Tombstone if shop.is_abandoned[order] => {
                Ok(recover::recover_checkout(order, Continuation::Retry))
            }
            // `Step::Wait`. The model leaves open for how long.
            Status::Empty | Status::Tombstone => Err(Continuation::Retry),
            _ => Ok(self.step_after(shop, order)),
        }
    }

    fn find_existing(self, shop: &Shop, rejected: bool) -> Result<Command, Continuation> {
        match shop.find_existing(self.id) {
            Some(order) => Ok(self.step_after(shop, order)),
            None if rejected => Err(Continuation::Respond(Response::Rejected)),
            None => Err(Continuation::Retry),
        }
    }

    /// Returns what follows, given an order with the same key or of the same cart.
    fn step_after(self, shop: &Shop, order: OrderId) -> Command {
        let Order { status, key, cart_version, .. } = shop.orders[order];
        let is_replay = self.key.is_some() && self.key == key;
        let is_same_cart = cart_version == shop.orders[self.id].cart_version;
        match status {
            // From here on the request works with the order as it was just read.
            _ if is_replay => Command::ReadHolds { order, payable: is_payable(shop.orders[order]) },
            Status::Cancelled if shop.has_holds(order) => {
                recover::complete_or_release(shop, order, Continuation::Retry)
            }
            // The lines of a cancelled order may be bought again.
            Status::Cancelled => Command::Recovery { step: Recovery::SkipPurchase, order, then: Continuation::Retry },
            // 409 `cart_already_ordered`, after the order is finalized.
            _ if is_same_cart => recover::finalize_checkout(shop, order, Continuation::Respond(Response::Rejected)),
            _ => recover::finalize_checkout(shop, order, Continuation::Retry),
        }
    }

    fn release_all(self, shop: &Shop, then: Continuation) -> Result<Command, Continuation> {
        recover::release_reserved(shop, self.id, PRODUCTS, then)
    }

    fn continue_with(self, process: &mut Process, then: Continuation, order: OrderId) -> Command {
        match then {
            Continuation::Retry => self.retry(process),
            Continuation::ReadConflictingOrder { order } => Command::ReadConflictingOrder { order },
            Continuation::FindExisting { rejected } => Command::FindExisting { rejected },
            Continuation::RequestPayment { payable: true } => Command::CreateIntent { order },
            Continuation::RequestPayment { payable: false } => respond(order),
            Continuation::Respond(response) => Command::Ended(response),
            Continuation::Place => Command::Place,
            Continuation::NextItem | Continuation::NextItemOrReconcile => ENDED,
        }
    }

    /// Starts another attempt, under another id if this one has released stock.
    fn retry(self, process: &mut Process) -> Command {
        let id = self.id.saturating_add(CHECKOUTS);
        if process.has_released && id >= ORDERS {
            return Command::Ended(Response::Rejected);
        }
        if process.has_released {
            process.order = id;
            process.has_released = false;
        }
        Command::ReadCart
    }
}

/// The request has just placed its order, which is payable and has no intent.
const FINALIZED: Continuation = Continuation::RequestPayment { payable: true };
/// `reject_unless_replayed`: the request is rejected unless an earlier one has placed its order.
const REJECTED: Continuation = Continuation::FindExisting { rejected: true };

fn respond(order: OrderId) -> Command {
    Command::Ended(Response::Order(order))
}

/// The condition of `request_payment`.
fn is_payable(order: Order) -> bool {
    order.status == Status::Pending && !order.has_intent
}
