//! The client of the image bucket: inspects, publishes and deletes objects.

mod client;
mod dimensions;
mod error;
mod upload;

pub use upload::{PresignedUpload, UPLOAD_LIFETIME};

use super::{MediaError, path_marker};
use crate::config::ImagesConfig;
use crate::domain::id::{ImageId, ProductId};
use crate::domain::image::{ImageKind, SNIFFED_BYTES};
use crate::domain::image_details::Dimensions;
use crate::telemetry::time_other;
use aws_sdk_s3::Client;
use aws_sdk_s3::types::MetadataDirective;
use axum::body::Bytes;
use std::time::Duration;

/// The deadline of one call, with all attempts: completing an upload takes three of them within
/// [`crate::config::REQUEST_DEADLINE`].
const TIMEOUT: Duration = Duration::from_secs(3);
/// Number of first bytes that are read. In photos, up to 64 KiB of metadata precede the dimensions.
const HEAD_BYTES: usize = 128 * 1024;
/// Published images never change: a key is written once.
const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The client of the image bucket.
#[derive(Debug)]
pub struct ImageStore {
    s3: Client,
    bucket: String,
    base_url: String,
}

/// The first bytes of an upload, and its metadata.
#[derive(Debug)]
pub struct UploadHead {
    /// The size in bytes.
    pub size: u64,
    /// The content type of the upload request.
    pub content_type: String,
    /// The first [`SNIFFED_BYTES`].
    pub first_bytes: Bytes,
    /// The dimensions, if the head contains them.
    pub dimensions: Option<Dimensions>,
    /// Identifies this version of the upload.
    etag: String,
}

impl ImageStore {
    pub(crate) fn new(config: &ImagesConfig) -> Self {
        Self { s3: client::client(config), bucket: config.bucket.clone(), base_url: config.base_url.clone() }
    }

    /// Reads the head of an upload; `None` if it does not exist.
    pub async fn inspect(&self, product: ProductId, image: ImageId) -> Result<Option<UploadHead>, MediaError> {
        match within_timeout(self.read_head(&upload_key(product, image))).await {
            Ok(head) => Ok(Some(head)),
            Err(error) if is_missing(&error) => Ok(None),
            // The upload is empty: no range of it can be satisfied.
            Err(MediaError::Rejected { status: 416, .. }) => Ok(Some(UploadHead::empty())),
            Err(error) => Err(error),
        }
    }

    async fn read_head(&self, key: &str) -> Result<UploadHead, MediaError> {
        let range = format!("bytes=0-{}", HEAD_BYTES.saturating_sub(1));
        let object = self.s3.get_object().bucket(&self.bucket).key(key).range(range).send().await?;
        // "bytes 0-131071/234567"
        let size = object.content_range().and_then(|range| range.rsplit('/').next()?.parse().ok());
        let head = object.body.collect().await.map_err(|error| MediaError::Unreachable(error.into()))?.into_bytes();
        Ok(UploadHead {
            size: size.ok_or(MediaError::InvalidResponse("content-range"))?,
            content_type: object.content_type.unwrap_or_default(),
            etag: object.e_tag.ok_or(MediaError::InvalidResponse("etag"))?,
            first_bytes: head.slice(..head.len().min(SNIFFED_BYTES)),
            dimensions: dimensions::read(&head),
        })
    }

    /// Copies the inspected version of an upload to a new key, where clients cannot write, and returns its URL; `None`
    /// if the upload was replaced or deleted since.
    pub async fn publish(
        &self,
        product: ProductId,
        image: ImageId,
        kind: ImageKind,
        upload: &UploadHead,
        name: &str,
    ) -> Result<Option<String>, MediaError> {
        let path = format!("{}{name}.{}", path_marker(product, image), kind.extension());
        let copy = self
            .s3
            .copy_object()
            .copy_source(format!("{}/{}", self.bucket, upload_key(product, image)))
            .copy_source_if_match(&upload.etag)
            .bucket(&self.bucket)
            .key(path.trim_start_matches('/'))
            .metadata_directive(MetadataDirective::Replace)
            .content_type(kind.as_str())
            .cache_control(CACHE_CONTROL)
            .content_disposition("inline");
        match within_timeout(async { Ok(copy.send().await?) }).await {
            Ok(copied) if copied.copy_object_result().and_then(|result| result.e_tag()).is_some() => {
                Ok(Some(format!("{}{path}", self.base_url)))
            }
            Ok(_) => Err(MediaError::Failed { status: 200, code: "unknown".to_owned() }),
            Err(MediaError::Rejected { status: 412, .. }) => Ok(None),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes an upload, if it exists.
    pub async fn delete_upload(&self, product: ProductId, image: ImageId) -> Result<(), MediaError> {
        self.delete(&upload_key(product, image)).await
    }

    /// Deletes a published image by the URL that [`Self::publish`] returned, if it exists.
    pub async fn delete_published(&self, product: ProductId, image: ImageId, url: &str) -> Result<(), MediaError> {
        let marker = path_marker(product, image);
        match url.rsplit_once(&marker) {
            Some((_, name)) if is_name(name) => self.delete(&format!("{}{name}", marker.trim_start_matches('/'))).await,
            // An administrator entered the URL: it is no object of the shop.
            _ => Ok(()),
        }
    }

    async fn delete(&self, key: &str) -> Result<(), MediaError> {
        let request = self.s3.delete_object().bucket(&self.bucket).key(key);
        match within_timeout(async { Ok(request.send().await?) }).await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Returns the key of an upload. A lifecycle rule of the bucket deletes what is left there.
fn upload_key(product: ProductId, image: ImageId) -> String {
    format!("uploads/{product}/{image}")
}

/// Returns whether the object does not exist. A missing bucket has another code.
fn is_missing(error: &MediaError) -> bool {
    matches!(error, MediaError::Rejected { status: 404, code } if code == "NoSuchKey")
}

impl UploadHead {
    fn empty() -> Self {
        Self { size: 0, content_type: String::new(), first_bytes: Bytes::new(), dimensions: None, etag: String::new() }
    }
}

/// Measures a call, and ends it at its deadline. The SDK's own deadline would not include the body of a response.
async fn within_timeout<T>(call: impl Future<Output = Result<T, MediaError>>) -> Result<T, MediaError> {
    // Boxed: the futures of the SDK are large.
    let call = tokio::time::timeout(TIMEOUT, Box::pin(call));
    time_other(call).await.unwrap_or_else(|elapsed| Err(MediaError::Unreachable(elapsed.into())))
}

/// Returns whether this is the file name of a published image: letters and digits, a dot, letters and digits.
fn is_name(name: &str) -> bool {
    name.split_once('.').is_some_and(|(stem, extension)| {
        [stem, extension].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    })
}
