//! Responses that more than one function renders.

mod order;

pub use order::{OrderView, PaymentView};
