//! The collection `products`: the catalogue. Reservations of stock are in `db/stock.rs`.

mod adjust;
mod bulk;
mod categories;
mod collection;
mod declaration;
mod document;
mod edit;
mod filter;
mod images;
mod list;
mod low_stock;
mod terms;

pub use adjust::{StockAdjustment, StockDelta};
pub use categories::CategoryCount;
pub(super) use categories::declaration as categories;
pub(super) use collection::exclude_internal;
pub use collection::{Products, SKU_UNIQUE};
pub(super) use declaration::{declaration, is_term_index};
pub use document::{
    ProductDetails, ProductDoc, ProductPosition, ProductSort, ProductSummaryDoc, SortKeys, StoredProduct, VariantStock,
};
pub use filter::ProductFilter;
pub use images::ImageAddition;
pub use list::ProductListEntry;
pub use low_stock::LowStock;
