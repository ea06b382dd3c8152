//! What the shop knows, whatever it is asked through and stored in: no HTTP, no BSON, no clock, no
//! I/O. Newtypes parse when they are made; what is read back from the database was parsed then.

pub mod address;
pub mod cart;
pub mod email;
pub mod id;
pub mod image;
pub mod invalid;
pub mod money;
pub mod order;
pub mod payment;
pub mod product;
pub mod quantity;
pub mod refund;
pub mod search;
pub mod sku;
pub mod text;
pub mod time;
pub mod url;
