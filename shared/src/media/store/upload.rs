//! Presigned uploads: a URL that authorizes a PUT of exactly the announced content type and length.

use super::{ImageStore, MediaError, upload_key};
use crate::aws::{AwsRequest, SignableBody, s3_signing_settings, sign_request};
use crate::domain::id::{ImageId, ProductId};
use crate::domain::image::{ImageKind, ImageLength};
use crate::domain::time::Timestamp;
use aws_sigv4::http_request::SignatureLocation;
use axum::http::Method;
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
    pub fn presign_upload(
        &self,
        product: ProductId,
        image: ImageId,
        kind: ImageKind,
        length: ImageLength,
        now: Timestamp,
    ) -> Result<PresignedUpload, MediaError> {
        let length = length.get().to_string();
        let since_1970 = now.since(Timestamp::from_millis(0));
        let mut settings = s3_signing_settings();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(UPLOAD_LIFETIME);
        let request = AwsRequest {
            service: super::store::SERVICE,
            time: UNIX_EPOCH.checked_add(since_1970).unwrap_or(UNIX_EPOCH),
            settings,
            method: Method::PUT,
            url: &self.object_url(&upload_key(product, image)),
            headers: &[("content-type", kind.as_str()), ("content-length", &length)],
            body: SignableBody::UnsignedPayload,
        };
        let url = sign_request(&self.access, request)?.uri().to_string();
        let headers = [("content-type", kind.as_str().to_owned()), ("content-length", length)];
        Ok(PresignedUpload { url, headers })
    }
}
