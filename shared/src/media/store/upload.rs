//! Presigned uploads: a URL that authorizes a PUT of exactly the announced content type and length.

use super::{ImageStore, upload_key};
use crate::domain::id::{ImageId, ProductId};
use crate::domain::image::{ImageKind, ImageLength};
use crate::domain::time::Timestamp;
use crate::media::MediaError;
use aws_sdk_s3::presigning::PresigningConfig;
use std::time::{Duration, UNIX_EPOCH};

/// How long the URL is valid.
pub const UPLOAD_LIFETIME: Duration = Duration::from_mins(15);

/// A PUT request that S3 accepts without further authorization.
#[derive(Debug)]
pub struct PresignedUpload {
    /// The URL.
    pub url: String,
    /// The required headers, which the signature covers.
    pub headers: [(&'static str, String); 2],
}

impl ImageStore {
    /// Presigns the upload of an image. This calls no other system.
    pub async fn presign_upload(
        &self,
        product: ProductId,
        image: ImageId,
        kind: ImageKind,
        length: ImageLength,
        now: Timestamp,
    ) -> Result<PresignedUpload, MediaError> {
        let since_1970 = now.since(Timestamp::from_millis(0));
        let validity = PresigningConfig::builder()
            .start_time(UNIX_EPOCH.checked_add(since_1970).unwrap_or(UNIX_EPOCH))
            .expires_in(UPLOAD_LIFETIME)
            .build()
            .map_err(|error| MediaError::InvalidRequest(error.into()))?;
        let put = self
            .s3
            .put_object()
            .bucket(&self.bucket)
            .key(upload_key(product, image))
            .content_type(kind.as_str())
            .content_length(length.get().into());
        let url = Box::pin(put.presigned(validity)).await?.uri().to_owned();
        let headers = [("content-type", kind.as_str().to_owned()), ("content-length", length.get().to_string())];
        Ok(PresignedUpload { url, headers })
    }
}
