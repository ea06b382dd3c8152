//! Orders: checkout, history, receipt, payment, cancelling.

pub(crate) mod buyers;
mod cancel_order;
mod crowds;
mod idempotency;
mod pay_order;
mod place_order;
mod read_orders;
mod round_trips;
