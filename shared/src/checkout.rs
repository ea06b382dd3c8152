//! Everything an order goes through: reserve, place, pay, cancel, refund, recover, fulfil. Handlers and jobs parse their
//! input, call one function of this module and render the result. Each step below names its file or its function.
//!
//! # Why there is no transaction around a checkout
//!
//! When several transactions write the same product at the same time, MongoDB aborts all but one of them
//! (`docs/decisions/checkout-without-a-transaction.md`). A checkout therefore consists of single writes. Each write has a
//! condition and is safe to repeat. Reserving stock lowers the stock of a product and adds a *hold* with the id of the
//! order to come. After a crash, the holds show which stock belongs to an order and which has to be released.
//!
//! Two words to distinguish: a hold is *released* when its stock returns to the product, because there is no order. A hold
//! is *removed* when the order exists and keeps the stock.
//!
//! # Place an order: [`place_order`], in `place.rs`
//!
//! A [`CheckoutRequest`] is carried out by an *attempt* with an order id of its own. If another request for the same cart
//! interferes, the attempt is given up, and a new one starts with a new id.
//!
//! 1. `attempt.rs` reads the cart with the current prices, the unpaid orders of the buyer, and the shipping address.
//!    `admit.rs` rejects a total that Stripe cannot charge, and too many unpaid orders unless this one is free.
//! 2. `reserve.rs` reserves the stock of one product after the other, in ascending order of product id. Each reservation
//!    is one update, which matches only while the product is for sale and has enough stock of every SKU in the cart. If a
//!    reservation fails, `release.rs` releases the stock that this attempt has reserved, and the response names every cart
//!    line with insufficient stock.
//! 3. `snapshot.rs` makes the order from the products that the reservations returned: with their names and prices at that
//!    moment.
//! 4. The order is inserted as `pending`. From here on it counts as sold, paid or not. A cart counts how often it was
//!    bought. One unique index admits one order per idempotency key of a user, another one order per cart and count. If an
//!    index rejects the insert, `replay.rs` returns the order that exists already.
//! 5. [`finalize_checkout`] removes the purchased lines from the cart, and then removes the holds from the products.
//! 6. [`request_payment`] creates one payment intent at Stripe for the exact total. If Stripe is unavailable, the order is
//!    returned without an intent; repeating the request, or requesting the payment, creates it. If Stripe refuses the
//!    payment for good, the order is cancelled. A free order was inserted as paid, and has no intent.
//!
//! A guest buys by the same steps as a customer: the guest's id, under which no account exists, takes the place of the user's.
//!
//! # Merge carts: [`merge_carts`]
//!
//! A merge moves the lines of a guest's cart into that of a customer, in one transaction. To both carts it counts like a
//! purchase: tombstones take the next purchase numbers, so that a checkout either has placed its order before, or cannot
//! place it.
//!
//! # Recover a crashed checkout: [`recover_checkout`]
//!
//! A request that crashes after its first reservation and before the end of step 5 leaves holds behind. An order id
//! contains the time at which it was generated. Once that is longer ago than any request can run ([`abandoned_cutoff`]), a
//! *tombstone* is inserted under the order id: a document that makes a later insert of that order fail. If the tombstone is
//! inserted, the order can never exist, and its holds are released. If an order exists under the id, its checkout is
//! finalized.
//!
//! # Pay: [`apply_event`] and [`reconcile_payment`]
//!
//! Stripe reports payments, refunds and disputes as events. The id of an event is recorded and its effect is stored in one
//! transaction, so it takes effect once. In case an event was lost, the function `maintenance` calls [`reconcile_payment`]
//! for unpaid orders and [`reconcile_disputes`] for paid ones. For a succeeded payment, event and reconciliation call
//! `apply_payment`:
//!
//! - An exact payment moves the order to `processing`.
//! - A payment with another amount, currency or mode does not pay the order; the order is flagged for administrators.
//! - A payment of a cancelled order reacquires its stock, and the order is `processing`. If the stock is no longer
//!   available, or the buyer's address is erased, the payment is refunded.
//!
//! A disputed payment flags its order, so that it is not shipped, and what the bank took is not refundable.
//!
//! # Cancel: [`cancel_order`], [`expire_order`]
//!
//! For an unpaid order the payment intent is cancelled at Stripe first, so that it cannot be paid afterwards. While a
//! payment is under way, such as a bank debit, neither time nor a buyer cancels it (`cancel_intent.rs`). A paid order is
//! first marked as cancelled here, in one transaction with its restock and a pending refund; then the refund is sent.
//!
//! # Refund: [`refund_order`], in `record_refund.rs`, and [`retry_refunds`]
//!
//! A refund is recorded on its order as pending, then sent to Stripe with the refund's id as Stripe's idempotency key, then
//! its result is stored. If the request or the response was lost, Stripe's list of refunds shows whether it has to be sent
//! again.
//!
//! # Fulfil: [`ship_order`], [`deliver_order`]
//!
//! Administrators ship and deliver paid orders, unless a dispute, a full refund or a restock blocks the shipment.
//!
//! # Check a deployment: [`prepare_synthetic_purchase`], [`remove_synthetic_purchase`]
//!
//! A deployment is checked by a purchase of a free product, which a user of its own buys by the same steps as everyone. Its
//! order is marked as synthetic. It is cancelled and removed afterwards.

mod admit;
mod apply_event;
mod apply_payment;
mod attempt;
mod cancel;
mod cancel_intent;
mod fulfil;
mod merge_carts;
mod mismatch;
mod missing_event;
mod owed_refund;
mod place;
mod reconcile_disputes;
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
mod store_disputes;
mod synthetic_purchase;

pub use apply_event::apply_event;
pub use attempt::{CheckoutRequest, Destination};
pub use cancel::{cancel_order, expire_order};
pub use fulfil::{correct_tracking, deliver_order, ship_order};
pub use merge_carts::{MergedCart, merge_carts};
pub use place::{PlacedOrder, place_order};
pub use reconcile_disputes::reconcile_disputes;
pub use reconcile_payment::reconcile_payment;
pub use record_refund::{NewRefund, RecordedRefund, refund_order};
pub use recover::{abandoned_cutoff, finalize_checkout, recover_checkout};
pub use refund::retry_refunds;
pub use request_payment::request_payment;
pub use synthetic_purchase::{
    SyntheticPurchase, prepare_synthetic_purchase, remove_synthetic_purchase, synthetic_cutoff,
};
