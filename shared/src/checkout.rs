//! Everything an order goes through: reserve, place, pay, cancel, refund, recover. Handlers and jobs parse their input,
//! call one function of this module and render the result.
//!
//! # The flow
//!
//! There is no multi-document transaction around a checkout, because MongoDB aborts all but one of the transactions that
//! write the same product (`docs/decisions/checkout-without-a-transaction.md`). Each step is one conditional write that
//! may be repeated. Reserved stock carries a *hold* with the id of the order it is reserved for; the holds are the log.
//!
//! **Place** ([`place_order`]). A [`CheckoutRequest`] makes one or more *attempts*; each has an order id of its own.
//!
//! 1. `attempt` reads the cart and the shipping address.
//! 2. `reserve` takes the stock of one product after the other, in ascending order of product id. Each reservation is
//!    one update that matches only while the product is for sale and every SKU has enough stock. If one fails, all
//!    reserved stock is released and every short line is reported.
//! 3. `snapshot` copies names and prices, as they were when the stock was reserved, into the order.
//! 4. `place` inserts the order as `pending`. This is the sale. Unique indexes on (user, idempotency key) and on (cart,
//!    purchase) admit one order per request and per purchase of a cart. If they reject the insert, `replay` finds the
//!    order that already exists.
//! 5. [`finalize_checkout`] removes the purchased lines from the cart and then the holds. From here on the order owns
//!    its stock.
//! 6. [`request_payment`] creates one payment intent at Stripe for the exact total.
//!
//! **Recover** ([`recover_checkout`]). A crash between steps 2 and 5 leaves holds behind. Once an order id is older than
//! any request can live ([`abandoned_cutoff`]), a *tombstone* is inserted under it, which the order's own insert would
//! collide with. If the tombstone collides with an order, the order is finalized; otherwise its holds are released.
//!
//! **Pay** ([`apply_event`], [`reconcile_payment`]). Stripe's event is recorded and applied in one transaction, so it
//! takes effect once. `maintenance` reconciles unpaid orders with Stripe, in case an event was lost. Both call
//! `apply_payment`: an exact payment moves the order to `processing`, a mismatched one flags it, and a payment for a
//! cancelled order reacquires the stock or is refunded.
//!
//! **Cancel** ([`cancel_order`]). An unpaid order is cancelled at Stripe first, so that nobody can pay it afterwards. A
//! paid order is cancelled here first, in one transaction with its restock and its refund.
//!
//! **Refund** ([`record_refund`], [`retry_refunds`], [`send_refund`]). A refund is recorded on its order, then sent to
//! Stripe under its own id as idempotency key, then its result is stored. Whatever was lost in between is reconciled
//! with Stripe's list of refunds, never guessed.
//!
//! **Fulfil** ([`ship_order`], [`deliver_order`]). Administrators ship and deliver paid orders that nothing blocks.

mod apply_event;
mod apply_payment;
mod attempt;
mod cancel;
mod fulfil;
mod mismatch;
mod place;
mod reconcile_payment;
mod record_refund;
mod recover;
mod refund;
mod release;
mod replay;
mod request_payment;
mod reserve;
mod snapshot;
mod store_cancellation;

pub use apply_event::apply_event;
pub use attempt::{CheckoutRequest, Destination};
pub use cancel::cancel_order;
pub use fulfil::{correct_tracking, deliver_order, ship_order};
pub use place::{PlacedOrder, place_order};
pub use reconcile_payment::reconcile_payment;
pub use record_refund::{NewRefund, RecordedRefund, record_refund};
pub use recover::{abandoned_cutoff, finalize_checkout, recover_checkout};
pub use refund::{retry_refunds, send_refund};
pub use request_payment::request_payment;
