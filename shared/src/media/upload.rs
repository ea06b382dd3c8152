//! What a client is given to upload a picture with: a URL that allows one PUT of exactly what was announced.

use super::{ImageStore, MediaError, upload_key};
use crate::aws::{self, Call, SignableBody};
use crate::domain::id::{ImageId, ProductId};
use crate::domain::image::{ImageKind, ImageLength};
use crate::domain::time::Timestamp;
use aws_sigv4::http_request::SignatureLocation;
use axum::http::Method;
use std::time::{Duration, UNIX_EPOCH};

/// For how long the URL is good.
pub const UPLOAD_LIFETIME: Duration = Duration::from_mins(15);

/// A PUT that S3 accepts from whoever sends it.
#[derive(Debug)]
pub struct Upload {
    /// Where to.
    pub url: String,
    /// With which headers: they are part of the signature.
    pub headers: [(&'static str, String); 2],
}

impl ImageStore {
    /// Allows the upload of a picture from now on. S3 is not asked.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn allow_upload(
        &self,
        product: ProductId,
        image: ImageId,
        kind: ImageKind,
        length: ImageLength,
        now: Timestamp,
    ) -> Result<Upload, MediaError> {
        let length = length.get().to_string();
        let since_1970 = now.since(Timestamp::from_millis(0));
        let mut settings = aws::for_s3();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(UPLOAD_LIFETIME);
        let call = Call {
            service: super::store::SERVICE,
            time: UNIX_EPOCH.checked_add(since_1970).unwrap_or(UNIX_EPOCH),
            settings,
            method: Method::PUT,
            url: &self.object_url(&upload_key(product, image)),
            headers: &[("content-type", kind.as_str()), ("content-length", &length)],
            body: SignableBody::UnsignedPayload,
        };
        let url = aws::signed(&self.access, call)?.uri().to_string();
        let headers = [("content-type", kind.as_str().to_owned()), ("content-length", length)];
        Ok(Upload { url, headers })
    }
}
