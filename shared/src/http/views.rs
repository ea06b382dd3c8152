//! Responses that more than one function renders.

mod address;
mod options;
mod order;

pub use address::AddressView;
pub use options::options_by_name;
pub use order::{OrderView, PaymentView};
