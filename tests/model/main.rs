//! A model of checkout, payment and recovery, explored exhaustively: tests can only try some of the ways in which
//! concurrent requests, crashes and recovery interleave; within its bounds the model visits all of them.
//!
//! # What is modelled
//!
//! The shared state (`shop.rs`) is a few documents of MongoDB and the payment intents at Stripe. Each program is the
//! sequence of commands that one function sends to them: a checkout (`place_order.rs`), finalizing and recovering
//! (`recover.rs`), a merge of two carts (`merge_carts.rs`), cancelling and refunding (`cancel.rs`), a webhook (`receive_event.rs`), a run of the scheduled function
//! (`maintenance.rs`). A command is atomic, and so is a transaction. Between two commands of a process, any other process
//! may act; its local memory stays as it was read. `stateright` explores every interleaving, breadth first, so that a
//! violation is reported with a shortest path to it.
//!
//! **Actions** (`model.rs`). Besides executing its next command, a process may crash at any point. A command may fail; it
//! may be executed and its response lost; or it may be executed later, after its process has handled the failure. A
//! checkout may be suspended until it counts as abandoned and is recovered, and then resume. Prices change, pieces are
//! added to a cart, every open intent may be paid, paid orders are shipped. Buyers confirm bank debits, banks decide about
//! them, and Stripe cancels a payment under way or rejects that (`payment.rs`). A failover may roll back the latest writes
//! that did not wait for a majority (`durability.rs`).
//!
//! **Scenarios** (`scenarios.rs`). Two buyers, also while the cart of one is merged into that of the other; or one buyer with the same key two or three times, with two or three keys,
//! or without one. One or two products with too little stock. One run of `maintenance`, or two that overlap. Cancellations
//! by buyer, administrator and schedule, events from Stripe, and bank debits. One fault and one suspension, in two scenarios two of
//! each.
//!
//! # What is checked
//!
//! **Invariants** (`invariants.rs`), in each of 2.6 million states:
//!
//! - Stock is never negative. Stock, holds and orders add up.
//! - There is one order per key and per purchase of a cart. No piece that was added to a cart once is bought twice.
//! - Responses are true. Only paid orders are packed and shipped, and their payment status says that they are paid.
//! - Only administrators cancel a payment under way. A cancelled order cannot be paid.
//! - If all processes crash in this state, recovery alone removes every hold and all purchased lines from the carts. One
//!   exception: if a failover has restored a cart, the next checkout of that cart removes them.
//! - If, in addition, all orders become overdue and all events arrive, each order whose payment is under way waits. When the
//!   banks have decided, each order is paid and kept, or cancelled and refunded. No order is cancelled whose payment has
//!   succeeded.
//!
//! `invariants_hold.rs` checks every scenario, with its number of states and with goals (`goals.rs`) that some state must
//! reach. `defects_found.rs` shows that each of twenty-seven defects (`defect.rs`) violates an invariant.
//!
//! # How to add a step
//!
//! When a function issues a new command, or issues its commands in another order, change the model with it:
//!
//! 1. `shop.rs` or `money.rs`: a function that executes the command on the shared state, named like its source.
//! 2. `process.rs`: a variant of `Command`, with the source in its comment.
//! 3. The program: in `step`, execute the command and return the one that follows; in `fail`, return what follows a
//!    failure.
//! 4. `durability.rs`: what the command waits for. The default is a write that waits for a majority.
//! 5. `cargo test -p ferrocart-model`. If no invariant is violated, only the numbers of states differ: review and update
//!    them in `invariants_hold.rs`.
//! 6. If the step prevents a failure: a `Defect` that omits it, and a test that the model finds it.
//!
//! # Results and limits
//!
//! The model has found no way to lose or duplicate a sale. In the previous design there was one: a cart that changes after
//! its sale and before its lines are removed has a new version, and a checkout with another key bought the older lines
//! again.
//!
//! One limit is known. If an order is cancelled before its intent is attached, its own request cancels the intent. If that
//! request crashes first, the intent stays open at Stripe. Its client secret was never returned. If it is paid
//! nevertheless, the order is kept or the payment refunded.
//!
//! A buyer may confirm a bank debit after the shop has retrieved the intent and before it cancels it. Then Stripe decides:
//! either it rejects the cancellation, or the debit ends as if the cancellation had come first.
//!
//! Not modelled: prices and amounts, partial refunds and disputes, administrators who cancel an order that turns out to be
//! paid, keys that are reused after a day, deactivated products, batches and time budgets of `maintenance`, more than two
//! attempts of one request that have reserved stock, and the removal of tombstones after a month. Nor is MongoDB itself: a
//! write that waits for a majority is replicated at once.

#![expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test fails by a panic")]

mod cancel;
mod defect;
mod defects_found;
mod durability;
mod explore;
mod goals;
mod invariants;
mod invariants_hold;
mod maintenance;
mod merge_carts;
mod model;
mod money;
mod payment;
mod place_order;
mod process;
mod receive_event;
mod recover;
mod scenario;
mod scenarios;
mod shop;
