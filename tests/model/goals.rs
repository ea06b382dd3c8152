//! Goals: states that must be reached somewhere, because a model in which nothing happens violates no invariant either.

use crate::merge_carts::{CUSTOMER, GUEST};
use crate::money::Intent;
use crate::process::{Command, Response};
use crate::scenario::Goal;
use crate::shop::{BUYERS, CHECKOUTS, Cart, ORDERS, Payment, Status};

pub(crate) const SOLD_AND_REJECTED: Goal = ("one buyer has the last pieces, and the other is rejected", |_, state| {
    let has = |response| state.processes.iter().any(|process| process.next == Command::Ended(response));
    has(Response::Order(0)) && has(Response::Rejected)
});

pub(crate) const BOTH_PLACED: Goal =
    ("both buyers have an order", |_, state| state.shop.orders.iter().filter(|order| order.is_placed()).count() == 2);

pub(crate) const MERGED_AND_BOUGHT: Goal = ("a customer buys what was in the cart of a guest", |_, state| {
    state.shop.orders.iter().any(|order| order.is_placed() && order.buyer == CUSTOMER && order.lines[0] == 2)
});

pub(crate) const MERGED_AFTER_ORDER: Goal =
    ("a merge finds an order of the guest, and moves nothing of it", |_, state| {
        let merged = state
            .processes
            .iter()
            .any(|process| process.read_carts != <[Cart; BUYERS]>::default() && process.has_ended());
        let bought = state.shop.orders.iter().any(|order| order.is_placed() && order.buyer == GUEST);
        merged && bought && state.shop.forbidden == [0; BUYERS]
    });

pub(crate) const REPLAYED: Goal = ("a request receives the order of another request", |_, state| {
    let mut processes = state.processes.iter();
    processes.any(|process| matches!(process.next, Command::Ended(Response::Order(order)) if order != process.order))
});

pub(crate) const RESUMED_AFTER_RECOVERY: Goal =
    ("a suspended request resumes and reserves stock after it was recovered", |_, state| {
        let is_tombstone = |id: &usize| state.shop.orders[*id].status == Status::Tombstone;
        (0..ORDERS).filter(is_tombstone).any(|id| state.shop.has_holds(id) && id < CHECKOUTS)
    });

pub(crate) const LEFT_FOR_RECOVERY: Goal = ("all checkouts have ended, and holds are left", |scenario, state| {
    let checkouts = || state.processes.iter().zip(&scenario.programs).filter(|(_, program)| program.is_checkout());
    let has_holds = || state.shop.products.iter().any(|product| product.holds.contains(&true));
    checkouts().all(|(process, _)| process.has_ended()) && has_holds()
});

pub(crate) const CANCELLED_UNPAID: Goal = ("an order is cancelled together with its intent", |_, state| {
    state.shop.orders[0].status == Status::Cancelled && state.shop.intents[0] == Intent::Canceled
});

pub(crate) const SHIPPED: Goal = ("an order is shipped", |_, state| state.shop.orders[0].status == Status::Shipped);

pub(crate) const REACQUIRED: Goal = ("a cancelled order is paid, and its stock is reacquired", |_, state| {
    state.shop.orders[0].was_cancelled && state.shop.orders[0].status == Status::Processing
});

pub(crate) const REFUNDED: Goal = ("an order is cancelled and refunded", |_, state| {
    state.shop.orders[0].status == Status::Cancelled && state.shop.intents[0] == Intent::Refunded
});

pub(crate) const CART_RESTORED: Goal = ("a failover restores the cart of a finalized order", |scenario, state| {
    let is_restored = |id: &usize| {
        let order = state.shop.orders[*id];
        order.is_placed()
            && state.shop.carts[order.buyer].purchases <= order.cart_purchase
            && !state.shop.has_holds(*id)
    };
    state.failovers < scenario.failovers && (0..ORDERS).any(|id| is_restored(&id))
});

pub(crate) const EXECUTED_LATE: Goal = ("a failed command is executed after its request has ended", |_, state| {
    let mut processes = state.processes.iter();
    processes.any(|process| {
        process.next == Command::Ended(Response::Unknown)
            && process.delayed.is_none()
            && state.shop.has_holds(process.order)
    })
});

/// The client secret of such an intent was never returned. If it is paid nevertheless, its event arrives.
pub(crate) const INTENT_LEFT_OPEN: Goal = ("an order is cancelled before its intent is attached", |_, state| {
    let order = state.shop.orders[0];
    order.status == Status::Cancelled && !order.has_intent && state.shop.intents[0] == Intent::Open
});

pub(crate) const BOTH_BOUGHT: Goal = ("one of two conflicting requests waits, and both buy", |_, state| {
    let is_placed = |id: usize| state.shop.orders[id].is_placed();
    (0..ORDERS).filter(|id| is_placed(*id) && state.shop.orders[*id].buyer == 0).count() == 2
});

pub(crate) const BOUGHT_AGAIN: Goal = ("the lines of a cancelled order are bought again", |scenario, state| {
    let orders = state.shop.orders.iter().filter(|order| order.is_placed());
    orders.map(|order| order.lines[0]).sum::<i8>() > state.added_quantity(scenario, 0, 0)
});

pub(crate) const WAITS_FOR_BANK: Goal = ("an order waits for a payment under way", |_, state| {
    let order = state.shop.orders[0];
    order.status == Status::Pending && order.payment == Payment::Processing && state.shop.intents[0].is_under_way()
});

pub(crate) const DECLINED: Goal = ("a debit fails before the shop receives the event", |_, state| {
    state.shop.orders[0].payment == Payment::Processing && state.shop.intents[0] == Intent::Open
});

pub(crate) const DEBIT_CANCELLED: Goal = ("a payment under way is cancelled at Stripe", |_, state| {
    state.shop.orders[0].payment == Payment::Processing && state.shop.intents[0] == Intent::Canceled
});

pub(crate) const CONFIRMED_TOO_LATE: Goal =
    ("a debit is confirmed after the shop has decided to cancel it", |_, state| {
        state.shop.intents[0] == Intent::Processing { during_cancellation: true }
    });
