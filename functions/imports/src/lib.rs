//! Imports of products from files: the endpoint, and what the operator's command shares with it.

mod file;
mod import_products;
mod product_import;
mod store;

pub use file::{Batch, FileError, Kind, NumberedProduct, ProductReader, Reason, RejectedLine, Source};
pub use store::{Checked, Stored, check, store};

use ferrocart::endpoints;
use ferrocart::http::Endpoints;

/// The endpoint under `/api/v1/admin/imports`.
#[must_use]
pub fn endpoints() -> Endpoints {
    endpoints![import_products::import_products]
}
