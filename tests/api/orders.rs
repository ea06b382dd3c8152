//! Orders: checkout, history, payment, cancellation.

mod bank_debit;
pub(crate) mod buyers;
mod cancel_order;
mod concurrent_buyers;
mod idempotency;
mod pay_order;
mod place_order;
mod read_orders;
mod recipients;
mod refused_payment;
mod round_trips;
mod unpaid_limits;
mod unpayable_totals;
