//! The collection `products`: the catalogue. Reservations of stock are in `db/stock.rs`.

mod adjust;
mod bulk;
mod categories;
mod collection;
mod declaration;
mod document;
mod edit;
mod exclusive;
mod filter;
mod images;
mod list;
mod low_stock;
mod recompute_terms;
mod search_query;
mod sort;
mod terms;

pub use adjust::{StockAdjustment, StockDelta};
pub use categories::CategoryCount;
pub(super) use categories::declaration as categories;
pub(super) use collection::exclude_internal;
pub use collection::{Products, SKU_UNIQUE};
pub(super) use declaration::{declaration, is_name_index, is_term_index};
pub use document::{ProductDetails, ProductDoc, ProductSummaryDoc, SortKeys, StoredProduct, VariantStock};
pub use filter::ProductFilter;
pub use images::ImageAddition;
pub use list::ProductListEntry;
pub use low_stock::LowStock;
pub use search_query::SearchQuery;
pub use sort::{ProductPosition, ProductSort};
