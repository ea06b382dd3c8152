//! What checkout, cancelling and their recovery share: how an order lets go of its stock and of its
//! money. How an order is placed is in the function `orders`; ARCHITECTURE.md tells it step by step.

mod cancel;
mod pay;
mod refund;
mod release;

pub use cancel::{cancel, store as store_cancel, store_cancelled};
pub use pay::store_payment;
pub use refund::{finish_refunds, first_status, restock, send_refund, store_refunds, with_rest_refunded};
pub use release::{by_product, finish, give_back_held, oldest_alive, put_back, recover, settle};
