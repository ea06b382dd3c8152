//! Images on S3: uploads of browsers, each under a key that the shop chooses, and published images, which clients
//! cannot overwrite. See `docs/decisions/images.md`.

mod error;
mod store;
mod upload;

pub use error::MediaError;
pub use store::{ImageStore, UploadHead};
pub use upload::{PresignedUpload, UPLOAD_LIFETIME};

use crate::domain::id::{ImageId, ProductId};

/// Returns the key of an upload. A lifecycle rule of the bucket deletes what is left there.
fn upload_key(product: ProductId, image: ImageId) -> String {
    format!("uploads/{product}/{image}")
}

/// Returns the part of an image's URL that is unique to the image and the same for every base URL of the bucket.
#[must_use]
pub fn path_marker(product: ProductId, image: ImageId) -> String {
    format!("/products/{product}/{image}/")
}
