//! Responses that more than one function renders.

mod address;
mod order;

pub use address::AddressView;
pub use order::{OrderView, PaymentView};
