//! A model of the checkout, and everything that can happen to it: no test could try all of it.
//!
//! Tests try some of the ways in which requests, crashes and recovery can meet; this visits all of
//! them, within bounds. The model is a second, small writing of the shop: a few documents, and for each
//! function the commands that it gives MongoDB and Stripe, one after the other (`place_order.rs`,
//! `release.rs`, `cancel.rs`, `receive_event.rs`, `maintenance.rs`). A command, and a transaction, happens
//! at once; between any two of them anything else may happen. What a function holds in its memory stays as
//! it was read. `stateright` walks through every order of commands, breadth first, so what it finds comes
//! with a shortest way to it.
//!
//! **What may happen** (`model.rs`): any process dies at any point; a command fails, or is done and its
//! answer is lost, or is done later, when its process has long gone its way of errors; a request sleeps for as
//! long as it likes, is taken for dead and buried, and wakes up; a price changes; a line is put into the cart; the
//! buyer pays whatever can be paid, and an order is shipped; a failover takes back any of the latest writes that
//! did not wait for a majority (`durability.rs`).
//!
//! **Who takes part** (`scenarios.rs`): two buyers, or one with the same key two or three times, with two or three
//! keys or with none; one or two products with too few pieces; one run of `maintenance`, or two at once;
//! cancelling by buyer, administrator and schedule; events of Stripe's. One misfortune and one sleeper,
//! in two scenarios two of each.
//!
//! **What must be so** (`invariants.rs`), in every one of 2.5 million states: no stock below zero; stock,
//! holds and orders add up; one order per key and purchase of a cart; nothing is bought twice that was put
//! into a cart once; clients were told the truth; only paid orders are packed and shipped. And from every
//! state: when all processes die there and then, recovery alone leaves no hold, and no cart of which an order
//! stands and whose lines it still has, unless a failover has filled it, and then the next checkout of it does; and
//! when all orders are overdue and all events have come, each is paid and kept, or cancelled and its money has gone
//! back. `the_design.rs` checks it, with the number of states and with what has to come about in them; `planted.rs`
//! shows that each of twenty-one mistakes is found.
//!
//! **What it found.** No way to lose or double a sale. Under the design before this one there was one: a cart
//! that is changed after its sale and before it is emptied is a new version, and buying that with another key bought
//! the older lines once more. One limit is left: an intent whose
//! order was cancelled before it could be noted is cancelled by its own request; when that dies first, it
//! stays open at Stripe. Nobody was told its secret, and if it is paid all the same, the money goes back or
//! the order stands again.
//!
//! **What is not in it:** prices and amounts, partial refunds and disputes, payments that fail or take days,
//! keys that are used again after a day, products that are taken off sale, batches and budgets of a run,
//! more than two tries of one request that have taken anything, tombstones that the server removes after a month;
//! and MongoDB itself: writes that wait for a majority have it at once. A model is only as good as its
//! likeness: whoever changes the order of commands in the shop changes it here.

#![expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test fails by a panic")]

mod cancel;
mod defect;
mod durability;
mod explore;
mod goals;
mod invariants;
mod maintenance;
mod model;
mod money;
mod place_order;
mod planted;
mod process;
mod receive_event;
mod release;
mod scenario;
mod scenarios;
mod shop;
mod the_design;
