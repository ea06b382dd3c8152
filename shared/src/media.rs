//! Images on S3: uploads of browsers, each under a key that the shop chooses, and published images, which clients
//! cannot overwrite. See `docs/decisions/images.md`.

mod error;
#[cfg(feature = "images")]
mod store;

pub use error::MediaError;
#[cfg(feature = "images")]
pub use store::{ImageStore, PresignedUpload, UPLOAD_LIFETIME, UploadHead};

use crate::domain::id::{ImageId, ProductId};

/// Returns the part of an image's URL that is unique to the image and the same for every base URL of the bucket.
#[must_use]
pub fn path_marker(product: ProductId, image: ImageId) -> String {
    format!("/products/{product}/{image}/")
}
