//! What more than one function shows.

mod order;

pub use order::{OrderView, PaymentView};
