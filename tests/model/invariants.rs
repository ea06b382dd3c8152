//! The invariants of every state, and what recovery must achieve from every state if all processes crash in it.

use crate::maintenance;
use crate::model::{State, step};
use crate::money::Intent;
use crate::process::{Command, Job, Process, Program, Response};
use crate::scenario::Scenario;
use crate::shop::{BUYERS, ORDERS, Order, PRODUCTS, Payment, Shop, Status, attempts_of};
use stateright::Property;

/// The states that a bank may give an intent whose payment is under way: a failed one can be paid in another way.
const BANK_DECISIONS: [Intent; 2] = [Intent::Succeeded, Intent::Open];

/// The number of recovery runs after which nothing may change any more. More runs would mean that recovery never ends.
const MAX_RECOVERY_RUNS: usize = 10;

pub(crate) const NO_OVERSELL: &str = "stock is never negative";
pub(crate) const STOCK_ADDS_UP: &str = "stock, holds and orders add up to the initial stock";
pub(crate) const ONE_ORDER: &str = "there is at most one order per key and per purchase of a cart";
pub(crate) const BOUGHT_ONCE: &str = "no more is bought than was added to the cart";
pub(crate) const TRUE_RESPONSES: &str = "responses are true";
pub(crate) const NO_STALE_HOLDS: &str = "a cancelled order has no holds";
pub(crate) const SHIPPED_IS_PAID: &str = "packed and shipped orders are paid and not refunded";
pub(crate) const PAYMENT_IS_SHOWN: &str = "the payment status of a paid order is succeeded or refunded";
pub(crate) const UNPAYABLE: &str = "a cancelled order cannot be paid";
pub(crate) const UNDER_WAY: &str = "only administrators cancel a payment under way";
pub(crate) const RECOVERED: &str = "recovery leaves no hold, and no purchased lines in a cart";
pub(crate) const KEPT: &str = "recovery cancels no order whose payment is under way or has succeeded";
pub(crate) const RESOLVED: &str = "recovery resolves every order: paid and kept, or cancelled and refunded";

pub(crate) fn properties(scenario: &Scenario) -> Vec<Property<Scenario>> {
    let mut properties = vec![
        Property::always(NO_OVERSELL, |_, state: &State| state.shop.products.iter().all(|product| product.stock >= 0)),
        Property::always(STOCK_ADDS_UP, |scenario: &Scenario, state: &State| adds_up(scenario, &state.shop)),
        Property::always(ONE_ORDER, |_, state: &State| one_order(&state.shop)),
        Property::always(BOUGHT_ONCE, |scenario: &Scenario, state: &State| bought_once(scenario, state)),
        Property::always(TRUE_RESPONSES, |scenario: &Scenario, state: &State| responses_are_true(scenario, state)),
        Property::always(NO_STALE_HOLDS, |_, state: &State| no_stale_holds(&state.shop)),
        Property::always(RECOVERED, |scenario: &Scenario, state: &State| is_recovered(scenario, state)),
    ];
    if scenario.can_pay {
        properties.extend([
            Property::always(SHIPPED_IS_PAID, |_, state: &State| shipped_is_paid(&state.shop)),
            Property::always(PAYMENT_IS_SHOWN, |_, state: &State| payment_is_shown(&state.shop)),
            Property::always(UNDER_WAY, |_, state: &State| !state.shop.has_cancelled_debit),
            Property::always(UNPAYABLE, |scenario: &Scenario, state: &State| cancelled_is_unpayable(scenario, state)),
            Property::always(RESOLVED, |_, state: &State| is_resolved(state)),
            Property::always(KEPT, |_, state: &State| is_kept(state)),
        ]);
    }
    let goals = scenario.goals.iter();
    properties.extend(goals.map(|(name, condition)| Property::sometimes(name, *condition)));
    properties
}

/// Each piece is in stock, or belongs to exactly one order that has a hold or is active.
fn adds_up(scenario: &Scenario, shop: &Shop) -> bool {
    (0..PRODUCTS).all(|product| {
        let owns_stock = |id: &usize| shop.products[product].holds[*id] || is_active(shop.orders[*id]);
        let owned: i8 = (0..ORDERS).filter(owns_stock).map(|id| shop.orders[id].lines[product]).sum();
        shop.products[product].stock + owned == scenario.stock[product]
    })
}

/// Whether the order is placed and not cancelled.
fn is_active(order: Order) -> bool {
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

/// Every piece in an order was added to the cart for it. The lines of a cancelled order may be bought again.
fn bought_once(scenario: &Scenario, state: &State) -> bool {
    let is_bought = |order: &&Order| order.is_placed() && !order.was_cancelled;
    scenario.owners().iter().all(|owners| {
        (0..PRODUCTS).all(|product| {
            let orders = state.shop.orders.iter().filter(is_bought).filter(|order| owners.contains(&order.buyer));
            let added: i8 = owners.iter().map(|buyer| state.added_quantity(scenario, *buyer, product)).sum();
            orders.map(|order| order.lines[product]).sum::<i8>() <= added
        })
    })
}

/// An order in a response exists and is the client's own; a rejected request has placed no order.
fn responses_are_true(scenario: &Scenario, state: &State) -> bool {
    let mut processes = state.processes.iter().zip(&scenario.programs).enumerate();
    processes.all(|(place, (process, program))| match (process.next, *program) {
        (Command::Ended(Response::Order(id)), Program::PlaceOrder { buyer, key }) => {
            let order = state.shop.orders[id];
            order.is_placed()
                && order.buyer == buyer
                && order.key == key
                && (attempts_of(place).any(|own| own == id) || key.is_some())
        }
        (Command::Ended(Response::Rejected), _) => attempts_of(place).all(|id| !state.shop.orders[id].is_placed()),
        _ => true,
    })
}

/// The cancellation has restocked the whole order, once.
fn no_stale_holds(shop: &Shop) -> bool {
    (0..ORDERS).all(|id| !shop.orders[id].was_cancelled || !shop.has_holds(id))
}

fn shipped_is_paid(shop: &Shop) -> bool {
    let mut orders = shop.orders.iter().zip(shop.intents);
    orders.all(|(order, intent)| {
        !matches!(order.status, Status::Processing | Status::Shipped) || intent == Intent::Succeeded
    })
}

fn payment_is_shown(shop: &Shop) -> bool {
    shop.orders.iter().all(|order| {
        let is_paid = matches!(order.payment, Payment::Succeeded | Payment::Refunded);
        is_paid || !matches!(order.status, Status::Processing | Status::Shipped)
    })
}

/// The intent of a cancelled order is neither open nor is its payment under way. An intent that is not attached is cancelled by its own request, unless a
/// fault prevents that.
fn cancelled_is_unpayable(scenario: &Scenario, state: &State) -> bool {
    let checkouts = || state.processes.iter().zip(&scenario.programs).filter(|(_, program)| program.is_checkout());
    let all_ended = state.faults == scenario.faults && checkouts().all(|(process, _)| process.has_ended());
    let mut orders = state.shop.orders.iter().zip(state.shop.intents);
    orders.all(|(order, intent)| {
        !(order.status == Status::Cancelled && (order.has_intent || all_ended) && is_payable(intent))
    })
}

/// Whether a payment of the intent may still succeed.
fn is_payable(intent: Intent) -> bool {
    intent == Intent::Open || intent.is_under_way()
}

/// All processes crash in this state, and recovery alone cleans up.
fn is_recovered(scenario: &Scenario, state: &State) -> bool {
    let mut shop = recover(state.shop, &[Job::ReleaseStaleHolds]);
    let has_holds = (0..ORDERS).any(|id| shop.has_holds(id));
    if state.failovers < scenario.failovers {
        check_out_again(&mut shop);
    }
    !has_holds && adds_up(scenario, &shop) && carts_are_right(scenario, state, &shop)
}

/// Lets every buyer check out again. A failover may have restored purchased lines in a cart, without the hold that
/// recovery finds them by. Then the next checkout of that cart collides with the order, and finalizes it.
fn check_out_again(shop: &mut Shop) {
    for purchase in 0..ORDERS {
        for buyer in 0..BUYERS {
            let found = u8::try_from(purchase).ok().and_then(|purchase| shop.by_purchase(buyer, purchase));
            match found {
                Some(order) if shop.orders[order].status == Status::Cancelled => shop.skip_purchase(order),
                Some(order) => shop.remove_purchased(order),
                None => {}
            }
        }
    }
}

/// All processes crash in this state, all orders become overdue, all events arrive, and the banks decide.
fn is_resolved(state: &State) -> bool {
    let waiting = recover(state.shop, &maintenance::ALL);
    BANK_DECISIONS.iter().all(|decision| is_final(&decided(waiting, *decision)))
}

/// The same: of the orders that returned a client secret, recovery cancels none whose payment is under way or has succeeded.
fn is_kept(state: &State) -> bool {
    let waiting = recover(state.shop, &maintenance::ALL);
    let paid = decided(waiting, Intent::Succeeded);
    let is_payable = |order: Order| order.status == Status::Pending && order.has_intent;
    (0..ORDERS).filter(|id| is_payable(state.shop.orders[*id])).all(|id| match state.shop.intents[id] {
        Intent::Processing { .. } => {
            waiting.orders[id].status == Status::Pending && paid.orders[id].status == Status::Processing
        }
        Intent::Succeeded => paid.orders[id].status == Status::Processing,
        _ => true,
    })
}

/// Returns the shop after the banks have decided about all payments under way, and recovery has run.
fn decided(mut shop: Shop, decision: Intent) -> Shop {
    for intent in &mut shop.intents {
        if intent.is_under_way() {
            *intent = decision;
        }
    }
    recover(shop, &maintenance::ALL)
}

/// Whether every order is paid and kept, or cancelled and refunded.
fn is_final(shop: &Shop) -> bool {
    shop.orders.iter().zip(shop.intents).all(|(order, intent)| match order.status {
        Status::Empty | Status::Tombstone => intent == Intent::Absent,
        Status::Pending => false,
        Status::Processing | Status::Shipped => intent == Intent::Succeeded,
        Status::Cancelled => intent != Intent::Succeeded && !order.refund_owed,
    })
}

/// Returns the shop after as many runs of recovery as change anything.
fn recover(mut shop: Shop, jobs: &'static [Job]) -> Shop {
    shop.is_abandoned = [true; ORDERS];
    for _ in 0..MAX_RECOVERY_RUNS {
        let before = shop;
        run_to_end(&mut shop, Program::Maintenance { jobs });
        if jobs.contains(&Job::ReconcilePayments) {
            (0..ORDERS)
                .filter(|id| before.has_unrecorded_event(*id))
                .for_each(|order| run_to_end(&mut shop, Program::ReceiveEvent { order }));
        }
        if shop == before {
            break;
        }
    }
    shop
}

fn run_to_end(shop: &mut Shop, program: Program) {
    let mut process = Process::new(program, ORDERS);
    while !process.has_ended() {
        step(shop, &mut process, program);
    }
}

/// The lines of an active order have left the cart, and no others have.
fn carts_are_right(scenario: &Scenario, state: &State, shop: &Shop) -> bool {
    let is_counted = |order: &Order| shop.carts[order.buyer].purchases > order.cart_purchase;
    let was_cancelled = shop.orders.iter().any(|order| order.was_cancelled);
    shop.orders.iter().all(|order| !is_active(*order) || is_counted(order))
        && (was_cancelled
            || scenario.owners().iter().all(|owners| {
                (0..PRODUCTS).all(|product| {
                    let placed = shop.orders.iter().filter(|order| order.is_placed() && owners.contains(&order.buyer));
                    let bought: i8 = placed.map(|order| order.lines[product]).sum();
                    let in_carts: i8 = owners.iter().map(|buyer| shop.carts[*buyer].items[product]).sum();
                    let added: i8 = owners.iter().map(|buyer| state.added_quantity(scenario, *buyer, product)).sum();
                    in_carts + bought == added
                })
            }))
}
