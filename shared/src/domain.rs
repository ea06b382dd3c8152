//! The rules of the shop, independent of transport and storage: no HTTP, no BSON, no clock, no I/O. Newtypes validate
//! when they are parsed. Values that are read back from the database are not validated again.

pub mod address;
pub mod cart;
pub mod cart_merge;
pub mod dispute;
pub mod email;
pub mod id;
pub mod idempotency_key;
pub mod image;
pub mod image_details;
pub mod money;
pub mod notification;
pub mod order;
pub mod payment;
pub mod price_range;
pub mod product;
pub mod product_options;
pub mod quantity;
pub mod refund;
pub mod search;
pub mod sku;
pub mod slug;
pub mod storefront;
pub mod text;
pub mod time;
pub mod url;
pub mod validation;
