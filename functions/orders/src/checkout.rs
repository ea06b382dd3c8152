//! Checkout, step by step: `begin` writes the intention down, `reserve` takes the stock and makes
//! the order, `request_payment` asks for the money. ARCHITECTURE.md tells why it is safe.

mod begin;
mod order_number;
mod request_payment;
mod reserve;
mod shortage;

pub(crate) use begin::Wish;
pub(crate) use request_payment::request_payment;

use begin::{Begun, begin, make_way};
use ferrocart::auth::Customer;
use ferrocart::db::orders::OrderDoc;
use ferrocart::{AppState, Error, Result};
use reserve::{Reserved, reserve};

/// How often a request begins again because another one buys the same cart.
const TRIES: u32 = 10;

/// The order for what is in the cart, and whether an earlier request has made it.
pub(crate) async fn check_out(shop: &AppState, customer: &Customer, wish: &Wish) -> Result<(OrderDoc, bool)> {
    for _ in 0..TRIES {
        let started = match begin(shop, customer, wish).await? {
            Begun::Earlier(order) => return Ok((*order, true)),
            Begun::New(started) => *started,
        };
        match reserve(shop, started, wish.expected_total).await? {
            Reserved::Order(order) => return Ok((*order, false)),
            Reserved::InTheWay(others) => make_way(shop, &others).await?,
        }
    }
    Err(Error::IdempotencyInProgress)
}
