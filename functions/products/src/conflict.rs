//! Conflicts of a product with others.

use ferrocart::Error;
use ferrocart::db::products::{SKU_UNIQUE, SLUG_UNIQUE};
use ferrocart::db::violated_index;

/// Returns the error for a client if another product has the SKU or the slug.
pub(crate) fn conflict(error: Error) -> Error {
    let violated = match &error {
        Error::Database(error) => violated_index(error),
        _ => None,
    };
    match violated {
        Some(SKU_UNIQUE) => Error::SkuTaken,
        Some(SLUG_UNIQUE) => Error::SlugTaken,
        _ => error,
    }
}
