//! The client of the image bucket: inspects, publishes and deletes objects.

use super::error::code;
use super::{MediaError, path_marker, upload_key};
use crate::aws::{AwsRequest, SignableBody, s3_signing_settings, sign_request};
use crate::config::{AwsAccess, ImagesConfig};
use crate::domain::id::{ImageId, ProductId};
use crate::domain::image::{ImageKind, SNIFFED_BYTES};
use crate::telemetry::time_other;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use reqwest::Client;
use std::time::{Duration, SystemTime};

pub(super) const SERVICE: &str = "s3";
/// The deadline of one request: completing an upload takes three of them within [`crate::config::REQUEST_DEADLINE`].
const TIMEOUT: Duration = Duration::from_secs(3);
/// Published images never change: a key is written once.
const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The client of the image bucket.
#[derive(Debug)]
pub struct ImageStore {
    http: Client,
    bucket: String,
    bucket_url: String,
    base_url: String,
    pub(super) access: AwsAccess,
}

/// The first bytes of an upload, and its metadata.
#[derive(Debug)]
pub struct UploadHead {
    /// The size in bytes.
    pub size: u64,
    /// The content type of the upload request.
    pub content_type: String,
    /// The first bytes.
    pub first_bytes: Bytes,
    /// Identifies this version of the upload.
    etag: String,
}

/// A response of S3.
struct S3Response {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl ImageStore {
    pub(crate) fn new(config: &ImagesConfig) -> Result<Self, MediaError> {
        Ok(Self {
            http: Client::builder().timeout(TIMEOUT).build()?,
            bucket: config.bucket.clone(),
            bucket_url: config.bucket_url.clone(),
            base_url: config.base_url.clone(),
            access: config.access.clone(),
        })
    }

    /// Reads the head of an upload; `None` if it does not exist.
    pub async fn inspect(&self, product: ProductId, image: ImageId) -> Result<Option<UploadHead>, MediaError> {
        let range = format!("bytes=0-{}", SNIFFED_BYTES.saturating_sub(1));
        let response = self.send(Method::GET, &upload_key(product, image), &[("range", &range)]).await?;
        match response.status {
            206 => UploadHead::from_response(response).map(Some),
            404 if code(&response.body) == "NoSuchKey" => Ok(None),
            // The upload is empty: no range of it can be satisfied.
            416 => Ok(Some(UploadHead::empty())),
            status => Err(MediaError::from_response(status, &response.body)),
        }
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
        let source = format!("/{}/{}", self.bucket, upload_key(product, image));
        let headers = [
            ("x-amz-copy-source", source.as_str()),
            ("x-amz-copy-source-if-match", &upload.etag),
            ("x-amz-metadata-directive", "REPLACE"),
            ("content-type", kind.as_str()),
            ("cache-control", CACHE_CONTROL),
            ("content-disposition", "inline"),
        ];
        let response = self.send(Method::PUT, path.trim_start_matches('/'), &headers).await?;
        match response.status {
            // A copy can fail after the status was sent
            // (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>).
            200 if contains(&response.body, b"<ETag>") => Ok(Some(format!("{}{path}", self.base_url))),
            200 => Err(MediaError::Failed { status: 200, code: code(&response.body) }),
            412 => Ok(None),
            404 if code(&response.body) == "NoSuchKey" => Ok(None),
            status => Err(MediaError::from_response(status, &response.body)),
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
        let response = self.send(Method::DELETE, key, &[]).await?;
        match response.status {
            200 | 204 => Ok(()),
            404 if code(&response.body) == "NoSuchKey" => Ok(()),
            status => Err(MediaError::from_response(status, &response.body)),
        }
    }

    async fn send(
        &self,
        method: Method,
        key: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<S3Response, MediaError> {
        let url = self.object_url(key);
        let body = SignableBody::Bytes(&[]);
        let (time, settings) = (SystemTime::now(), s3_signing_settings());
        let request = AwsRequest { service: SERVICE, time, settings, method, url: &url, headers, body };
        let request = sign_request(&self.access, request)?.map(|()| "");
        let response = time_other(self.http.execute(request.try_into()?)).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(S3Response { status, headers, body: response.bytes().await? })
    }

    pub(super) fn object_url(&self, key: &str) -> String {
        format!("{}/{key}", self.bucket_url)
    }
}

impl UploadHead {
    fn empty() -> Self {
        Self { size: 0, content_type: String::new(), first_bytes: Bytes::new(), etag: String::new() }
    }

    fn from_response(response: S3Response) -> Result<Self, MediaError> {
        let header = |name| response.headers.get(name).and_then(|value| value.to_str().ok());
        // "bytes 0-4095/12345"
        let size = header("content-range").and_then(|range| range.rsplit('/').next()?.parse().ok());
        Ok(Self {
            size: size.ok_or(MediaError::InvalidResponse("content-range"))?,
            content_type: header("content-type").unwrap_or_default().to_owned(),
            etag: header("etag").ok_or(MediaError::InvalidResponse("etag"))?.to_owned(),
            first_bytes: response.body,
        })
    }
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|it| it == part)
}

/// Returns whether this is the file name of a published image: letters and digits, a dot, letters and digits.
fn is_name(name: &str) -> bool {
    name.split_once('.').is_some_and(|(stem, extension)| {
        [stem, extension].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    })
}
