//! What must always be so, and what recovery must bring about from wherever everything dies.

use crate::maintenance;
use crate::model::{State, step};
use crate::money::Intent;
use crate::process::{Answer, At, Job, Part, Process};
use crate::scenario::Scenario;
use crate::shop::{BUYERS, ORDERS, Order, PRODUCTS, Shop, Status, tries_of};
use stateright::Property;

/// Runs of recovery until nothing changes; more than that would be one that never ends.
const ENOUGH: usize = 10;

pub(crate) const NO_OVERSELL: &str = "stock is never below zero";
pub(crate) const NOTHING_LOST: &str = "stock, holds and orders always add up";
pub(crate) const ONE_ORDER: &str = "there is one order at most per key and per purchase of a cart";
pub(crate) const BOUGHT_ONCE: &str = "nothing is bought that was not put into the cart once more";
pub(crate) const ANSWERS: &str = "what a client was told is so";
pub(crate) const HOLDS: &str = "what a cancelled order had is not held for it";
pub(crate) const SHIPPED_IS_PAID: &str = "what is packed or shipped is paid, and its money has not gone back";
pub(crate) const UNPAYABLE: &str = "an order that is cancelled cannot be paid any more";
pub(crate) const TIDY: &str = "recovery leaves no hold and no full cart behind";
pub(crate) const SETTLED: &str = "recovery ends every order: paid and kept, or cancelled with its money sent back";

pub(crate) fn properties(scenario: &Scenario) -> Vec<Property<Scenario>> {
    let mut properties = vec![
        Property::always(NO_OVERSELL, |_, state: &State| state.shop.products.iter().all(|product| product.stock >= 0)),
        Property::always(NOTHING_LOST, |scenario: &Scenario, state: &State| adds_up(scenario, &state.shop)),
        Property::always(ONE_ORDER, |_, state: &State| one_order(&state.shop)),
        Property::always(BOUGHT_ONCE, |scenario: &Scenario, state: &State| bought_once(scenario, state)),
        Property::always(ANSWERS, |scenario: &Scenario, state: &State| answers_are_true(scenario, state)),
        Property::always(HOLDS, |_, state: &State| holds_are_needed(&state.shop)),
        Property::always(TIDY, |scenario: &Scenario, state: &State| is_tidy(scenario, state)),
    ];
    if scenario.pay {
        properties.extend([
            Property::always(SHIPPED_IS_PAID, |_, state: &State| shipped_is_paid(&state.shop)),
            Property::always(UNPAYABLE, |scenario: &Scenario, state: &State| cancelled_is_unpayable(scenario, state)),
            Property::always(SETTLED, |_, state: &State| is_settled(state)),
        ]);
    }
    let reached = scenario.reaches.iter();
    properties.extend(reached.map(|(name, condition)| Property::sometimes(name, *condition)));
    properties
}

/// Each piece is in stock, or has been taken by one order: that has a hold, or stands.
fn adds_up(scenario: &Scenario, shop: &Shop) -> bool {
    (0..PRODUCTS).all(|product| {
        let has = |id: &usize| shop.products[product].holds[*id] || stands(shop.orders[*id]);
        let taken: i8 = (0..ORDERS).filter(has).map(|id| shop.orders[id].lines[product]).sum();
        shop.products[product].stock + taken == scenario.stock[product]
    })
}

fn stands(order: Order) -> bool {
    matches!(order.status, Status::Pending | Status::Processing | Status::Shipped)
}

fn one_order(shop: &Shop) -> bool {
    let placed = || shop.orders.iter().enumerate().filter(|(_, order)| order.is_placed());
    placed().all(|(id, order)| {
        placed().filter(|(other, _)| id < *other).all(|(_, other)| {
            order.buyer != other.buyer
                || (order.cart_purchase != other.cart_purchase && (order.key.is_none() || order.key != other.key))
        })
    })
}

/// Whatever is in an order was put into the cart for it. What a cancelled one had bought may be bought again.
fn bought_once(scenario: &Scenario, state: &State) -> bool {
    let is_bought = |order: &&Order| order.is_placed() && !order.was_cancelled;
    (0..BUYERS).all(|buyer| {
        (0..PRODUCTS).all(|product| {
            let orders = state.shop.orders.iter().filter(is_bought).filter(|order| order.buyer == buyer);
            orders.map(|order| order.lines[product]).sum::<i8>() <= state.was_put_in(scenario, buyer, product)
        })
    })
}

/// An order that a client was told of is there, and is that client's; who was refused has none.
fn answers_are_true(scenario: &Scenario, state: &State) -> bool {
    let mut processes = state.processes.iter().zip(&scenario.jobs).enumerate();
    processes.all(|(place, (process, job))| match (process.at, *job) {
        (At::Ended(Answer::Order(id)), Job::PlaceOrder { buyer, key }) => {
            let order = state.shop.orders[id];
            order.is_placed()
                && order.buyer == buyer
                && order.key == key
                && (tries_of(place).any(|own| own == id) || key.is_some())
        }
        (At::Ended(Answer::Refused), _) => tries_of(place).all(|id| !state.shop.orders[id].is_placed()),
        _ => true,
    })
}

/// Its cancellation has given back all that it had, once.
fn holds_are_needed(shop: &Shop) -> bool {
    (0..ORDERS).all(|id| !shop.orders[id].was_cancelled || !shop.is_holding(id))
}

fn shipped_is_paid(shop: &Shop) -> bool {
    let mut orders = shop.orders.iter().zip(shop.intents);
    orders.all(|(order, intent)| {
        !matches!(order.status, Status::Processing | Status::Shipped) || intent == Intent::Succeeded
    })
}

/// An intent of which only its own request knows is cancelled by it, unless something befalls it.
fn cancelled_is_unpayable(scenario: &Scenario, state: &State) -> bool {
    let requests = || state.processes.iter().zip(&scenario.jobs).filter(|(_, job)| job.is_request());
    let is_over = state.misfortunes == scenario.misfortunes && requests().all(|(process, _)| process.has_ended());
    let mut orders = state.shop.orders.iter().zip(state.shop.intents);
    orders.all(|(order, intent)| {
        !(order.status == Status::Cancelled && (order.intent || is_over) && intent == Intent::Open)
    })
}

/// Everything dies at this moment, and recovery alone has to clean up.
fn is_tidy(scenario: &Scenario, state: &State) -> bool {
    let mut shop = recover(state, &[Part::ClearHolds]);
    let is_held = (0..ORDERS).any(|id| shop.is_holding(id));
    if state.failovers < scenario.failovers {
        buy_once_more(&mut shop);
    }
    !is_held && adds_up(scenario, &shop) && carts_are_right(scenario, state, &shop)
}

/// A failover may have put back what an order had taken out of its cart, and not the hold that says so. Then
/// whoever wants to buy that cart runs into that order, and settles it.
fn buy_once_more(shop: &mut Shop) {
    for purchase in 0..ORDERS {
        for buyer in 0..BUYERS {
            let found = u8::try_from(purchase).ok().and_then(|purchase| shop.by_purchase(buyer, purchase));
            if let Some(order) = found {
                shop.take_out(order, shop.orders[order].status != Status::Cancelled);
            }
        }
    }
}

/// Everything dies, all orders become overdue, and all events arrive.
fn is_settled(state: &State) -> bool {
    let shop = recover(state, &maintenance::ALL);
    shop.orders.iter().zip(shop.intents).all(|(order, intent)| match order.status {
        Status::Absent | Status::Tombstone => intent == Intent::Absent,
        Status::Pending => false,
        Status::Processing | Status::Shipped => intent == Intent::Succeeded,
        Status::Cancelled => intent != Intent::Succeeded && !order.refund_owed,
    })
}

/// What recovery brings about.
fn recover(state: &State, parts: &'static [Part]) -> Shop {
    let mut shop = state.shop;
    shop.is_old = [true; ORDERS];
    for _ in 0..ENOUGH {
        let before = shop;
        to_the_end(&mut shop, Job::Maintenance { parts });
        if parts.contains(&Part::AskStripe) {
            (0..ORDERS)
                .filter(|id| before.has_event(*id))
                .for_each(|order| to_the_end(&mut shop, Job::ReceiveEvent { order }));
        }
        if shop == before {
            break;
        }
    }
    shop
}

fn to_the_end(shop: &mut Shop, job: Job) {
    let mut process = Process::of(job, ORDERS);
    while !process.has_ended() {
        step(shop, &mut process, job);
    }
}

/// An order that stands has taken its lines out of the cart, and nothing else has.
fn carts_are_right(scenario: &Scenario, state: &State, shop: &Shop) -> bool {
    let is_taken_out = |order: &Order| shop.carts[order.buyer].purchases > order.cart_purchase;
    let was_cancelled = shop.orders.iter().any(|order| order.was_cancelled);
    shop.orders.iter().all(|order| !stands(*order) || is_taken_out(order))
        && (was_cancelled
            || (0..BUYERS).all(|buyer| {
                (0..PRODUCTS).all(|product| {
                    let of_buyer = shop.orders.iter().filter(|order| order.is_placed() && order.buyer == buyer);
                    let bought: i8 = of_buyer.map(|order| order.lines[product]).sum();
                    shop.carts[buyer].items[product] + bought == state.was_put_in(scenario, buyer, product)
                })
            }))
}
