//! Orders: checkout, history, payment, cancellation.

mod bank_debit;
pub(crate) mod buyers;
mod cancel_order;
mod claim_order;
mod concurrent_buyers;
mod guest_limits;
pub(crate) mod guest_orders;
mod idempotency;
mod keys_of_users;
mod pay_order;
mod place_order;
mod proxies;
mod read_orders;
mod recipients;
mod refused_payment;
mod round_trips;
mod stale_updates;
mod unpaid_limits;
mod unpayable_totals;
mod verified_buyers;
