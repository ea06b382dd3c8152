//! What has to come about somewhere: a model in which nothing happens breaks no invariant either.

use crate::money::Intent;
use crate::process::{Answer, At};
use crate::scenario::Goal;
use crate::shop::{ORDERS, REQUESTS, Status};

pub(crate) const SOLD_AND_REFUSED: Goal = ("one buyer has the last pieces, and the other is refused", |_, state| {
    let has = |answer| state.processes.iter().any(|process| process.at == At::Ended(answer));
    has(Answer::Order(0)) && has(Answer::Refused)
});

pub(crate) const BOTH_PLACED: Goal =
    ("both buyers have an order", |_, state| state.shop.orders.iter().filter(|order| order.is_placed()).count() == 2);

pub(crate) const REPLAYED: Goal = ("a request is told of the order of another one", |_, state| {
    let mut processes = state.processes.iter();
    processes.any(|process| matches!(process.at, At::Ended(Answer::Order(order)) if order != process.id))
});

pub(crate) const UNDONE_AND_AWAKE: Goal = ("a sleeper wakes up, and takes stock after it was undone", |_, state| {
    let is_buried = |id: &usize| state.shop.orders[*id].status == Status::Tombstone;
    (0..ORDERS).filter(is_buried).any(|id| state.shop.is_holding(id) && id < REQUESTS)
});

pub(crate) const LEFT_FOR_RECOVERY: Goal = ("all requests have ended, and stock is held", |scenario, state| {
    let requests = || state.processes.iter().zip(&scenario.jobs).filter(|(_, job)| job.is_request());
    let holds = || state.shop.products.iter().any(|product| product.holds.contains(&true));
    requests().all(|(process, _)| process.has_ended()) && holds()
});

pub(crate) const CANCELLED_UNPAID: Goal = ("an order is cancelled after its intent", |_, state| {
    state.shop.orders[0].status == Status::Cancelled && state.shop.intents[0] == Intent::Canceled
});

pub(crate) const SHIPPED: Goal = ("an order is shipped", |_, state| state.shop.orders[0].status == Status::Shipped);

pub(crate) const REVIVED: Goal = ("money comes for a cancelled order, and its stock is still there", |_, state| {
    state.shop.orders[0].was_cancelled && state.shop.orders[0].status == Status::Processing
});

pub(crate) const MONEY_SENT_BACK: Goal = ("an order is cancelled, and its money has gone back", |_, state| {
    state.shop.orders[0].status == Status::Cancelled && state.shop.intents[0] == Intent::Refunded
});

pub(crate) const CART_REFILLED: Goal = ("a failover fills a cart again whose order is settled", |scenario, state| {
    let is_full = |id: &usize| {
        let order = state.shop.orders[*id];
        order.is_placed()
            && state.shop.carts[order.buyer].purchases <= order.cart_purchase
            && !state.shop.is_holding(*id)
    };
    state.failovers < scenario.failovers && (0..ORDERS).any(|id| is_full(&id))
});

pub(crate) const CAME_LATE: Goal = ("what had failed is done after all, when it was given up", |_, state| {
    let mut processes = state.processes.iter();
    processes.any(|process| {
        process.at == At::Ended(Answer::Unknown) && process.late.is_none() && state.shop.is_holding(process.id)
    })
});

/// Nobody was told the secret of such an intent; if it is paid all the same, its event tells.
pub(crate) const INTENT_LEFT_OPEN: Goal = ("an order is cancelled before its intent is noted", |_, state| {
    let order = state.shop.orders[0];
    order.status == Status::Cancelled && !order.intent && state.shop.intents[0] == Intent::Open
});

pub(crate) const MADE_WAY: Goal = ("a request gives way to another one, and both buy", |_, state| {
    let is_placed = |id: usize| state.shop.orders[id].is_placed();
    (0..ORDERS).filter(|id| is_placed(*id) && state.shop.orders[*id].buyer == 0).count() == 2
});

/// The order that was cancelled has not let go of its cart, and does not stand.
pub(crate) const BOUGHT_AGAIN: Goal = ("what a cancelled order had bought is bought again", |scenario, state| {
    let orders = state.shop.orders.iter().filter(|order| order.is_placed());
    orders.map(|order| order.lines[0]).sum::<i8>() > state.was_put_in(scenario, 0, 0)
});
