//! What has to come about somewhere: a model in which nothing happens breaks no invariant either.

use crate::money::Intent;
use crate::process::{Answer, At, Process};
use crate::scenario::Goal;
use crate::shop::{ORDERS, REQUESTS, Status};

pub(crate) const SOLD_AND_REFUSED: Goal = ("one buyer has the last pieces, and the other is refused", |_, state| {
    let has = |answer| state.processes.iter().any(|process| process.at == At::Ended(answer));
    has(Answer::Order(0)) && has(Answer::Refused)
});

pub(crate) const BOTH_PLACED: Goal =
    ("both buyers have an order", |_, state| state.shop.orders.iter().filter(|order| order.is_placed()).count() == 2);

pub(crate) const REPLAYED: Goal = ("a request is told of the order of another one", |_, state| {
    let mut processes = state.processes.iter().enumerate();
    processes.any(|(place, process)| matches!(process.at, At::Ended(Answer::Order(order)) if order != place))
});

pub(crate) const UNDONE_AND_AWAKE: Goal = ("a sleeper wakes up, and takes stock after it was undone", |_, state| {
    let mut products = state.shop.products.iter();
    products.any(|product| (0..product.holds.len()).any(|id| product.holds[id] && product.taken_late[id]))
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

pub(crate) const RESERVATION_LOST: Goal = ("a failover takes a reservation back whose request goes on", |_, state| {
    let mut products = state.shop.products.iter();
    let is_lost = |id: usize| state.shop.orders[id].status == Status::Absent && !state.shop.is_old[id];
    products.any(|product| (0..product.holds.len()).any(|id| product.holds[id] && is_lost(id)))
});

/// Nobody was told the secret of such an intent; if it is paid all the same, its event tells.
pub(crate) const INTENT_LEFT_OPEN: Goal = ("an order is cancelled before its intent is noted", |_, state| {
    let order = state.shop.orders[0];
    order.status == Status::Cancelled && !order.intent && state.shop.intents[0] == Intent::Open
});

pub(crate) const MADE_WAY: Goal = ("a request makes way for another one, and both buy", |_, state| {
    let is_placed = |id: usize| state.shop.orders[id].is_placed();
    (REQUESTS..ORDERS).any(is_placed) && (0..REQUESTS).any(is_placed)
});

pub(crate) const BOTH_MADE_WAY: Goal = ("two requests make way for each other, and one buys", |_, state| {
    let has_tried = |process: &&Process| process.id >= REQUESTS;
    (REQUESTS..ORDERS).any(|id| state.shop.orders[id].is_placed())
        && state.processes.iter().filter(has_tried).count() == 2
});
