//! Checkout, step by step: `begin` writes the intention down, `reserve` takes the stock and makes
//! the order, `request_payment` asks for the money. ARCHITECTURE.md tells why it is safe.

mod begin;
mod order_number;
mod request_payment;
mod reserve;
mod shortage;

pub(crate) use begin::{Begun, Wish, begin};
pub(crate) use request_payment::request_payment;
pub(crate) use reserve::reserve;
