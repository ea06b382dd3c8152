//! Pictures on S3: uploads by browsers, each under a key of ours, and what is shown, which nobody can
//! write to. See `docs/decisions/images.md`.

mod error;
mod store;
mod upload;

pub use error::MediaError;
pub use store::{ImageStore, Looked};
pub use upload::{UPLOAD_LIFETIME, Upload};

use crate::domain::id::{ImageId, ProductId};

/// Where the client puts a picture. A rule of the bucket removes what stays there.
fn upload_key(product: ProductId, image: ImageId) -> String {
    format!("uploads/{product}/{image}")
}

/// How the URL of a picture of a product can be told from all others, wherever the bucket is reached.
#[must_use]
pub fn mark(product: ProductId, image: ImageId) -> String {
    format!("/products/{product}/{image}/")
}
