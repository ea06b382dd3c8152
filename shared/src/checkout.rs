//! What checkout, cancelling and their recovery share: how an order lets go of its stock. How an
//! order is placed is in the function `orders`; ARCHITECTURE.md tells it step by step.

mod cancel;
mod pay;
mod release;

pub use cancel::{cancel, store as store_cancel, store_cancelled};
pub use pay::{refund_owed, store_payment};
pub use release::{by_product, give_back, settle, undo};
