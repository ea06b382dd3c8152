//! The collection `products`: the catalogue. Reservations of stock are in `db/stock.rs`.

mod adjust;
mod bulk;
mod by_stock;
mod categories;
mod collection;
mod declaration;
mod document;
mod edit;
mod exclusive;
mod filter;
mod images;
mod list;
mod lookup;
mod low_stock;
mod recompute_terms;
mod search_query;
mod slugs;
mod sort;
mod summary;
mod terms;

pub use adjust::{StockAdjustment, StockDelta};
pub use by_stock::StockPosition;
pub use categories::CategoryCount;
pub(super) use categories::declaration as categories;
pub use collection::{Products, SKU_UNIQUE, SLUG_UNIQUE};
pub(super) use collection::{exclude_internal, line_projection};
pub(super) use declaration::{declaration, is_name_index, is_term_index};
pub use document::{Presentation, ProductDetails, ProductDoc, SortKeys, StoredProduct};
pub use filter::{Activity, ProductFilter};
pub use images::ImageAddition;
pub use list::ProductListEntry;
pub use low_stock::LowStock;
pub use search_query::SearchQuery;
pub use sort::{ProductPosition, ProductSort};
pub use summary::{ProductSummaryDoc, VariantSummary};
