//! The bucket: four calls of our own, signed like those of AWS's client and sent like those to Stripe.

use super::error::code;
use super::{MediaError, mark, upload_key};
use crate::aws::{self, Call, SignableBody};
use crate::config::{AwsAccess, ImagesConfig};
use crate::domain::id::{ImageId, ProductId};
use crate::domain::image::{ImageKind, SNIFFED_BYTES};
use crate::telemetry::time_other;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use reqwest::Client;
use std::time::{Duration, SystemTime};

pub(super) const SERVICE: &str = "s3";
/// The longest that one call waits: completing an upload takes three, within [`crate::config::REQUEST_DEADLINE`].
const TIMEOUT: Duration = Duration::from_secs(3);
/// A key is never written to a second time.
const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// A connection to the bucket.
#[derive(Debug)]
pub struct ImageStore {
    http: Client,
    bucket: String,
    bucket_url: String,
    base_url: String,
    pub(super) access: AwsAccess,
}

/// What an upload is, by its first bytes.
#[derive(Debug)]
pub struct Looked {
    /// How many bytes it has.
    pub size: u64,
    /// Its media type, as S3 was told.
    pub content_type: String,
    /// How it begins.
    pub start: Bytes,
    /// Names exactly these bytes.
    etag: String,
}

/// What S3 answered.
struct Answer {
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

    /// Looks at an upload; `None` when there is none.
    ///
    /// # Errors
    /// [`MediaError`]
    pub async fn look_at(&self, product: ProductId, image: ImageId) -> Result<Option<Looked>, MediaError> {
        let range = format!("bytes=0-{}", SNIFFED_BYTES.saturating_sub(1));
        let answer = self.call(Method::GET, &upload_key(product, image), &[("range", &range)]).await?;
        match answer.status {
            206 => Looked::of(answer).map(Some),
            404 if code(&answer.body) == "NoSuchKey" => Ok(None),
            // Of nothing, not even the first byte can be asked.
            416 => Ok(Some(Looked { size: 0, content_type: String::new(), start: Bytes::new(), etag: String::new() })),
            status => Err(MediaError::of(status, &answer.body)),
        }
    }

    /// Copies the upload that was looked at to a place of its own that no client can write to, and gives
    /// its URL; `None` when the upload is another one by now, or gone.
    ///
    /// # Errors
    /// [`MediaError`]
    pub async fn keep(
        &self,
        product: ProductId,
        image: ImageId,
        kind: ImageKind,
        looked: &Looked,
        name: &str,
    ) -> Result<Option<String>, MediaError> {
        let path = format!("{}{name}.{}", mark(product, image), kind.extension());
        let source = format!("/{}/{}", self.bucket, upload_key(product, image));
        let headers = [
            ("x-amz-copy-source", source.as_str()),
            ("x-amz-copy-source-if-match", &looked.etag),
            ("x-amz-metadata-directive", "REPLACE"),
            ("content-type", kind.as_str()),
            ("cache-control", CACHE_CONTROL),
            ("content-disposition", "inline"),
        ];
        let answer = self.call(Method::PUT, path.trim_start_matches('/'), &headers).await?;
        match answer.status {
            // A copy can fail after its status was sent
            // (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>).
            200 if contains(&answer.body, b"<ETag>") => Ok(Some(format!("{}{path}", self.base_url))),
            200 => Err(MediaError::Failed { status: 200, code: code(&answer.body) }),
            412 => Ok(None),
            404 if code(&answer.body) == "NoSuchKey" => Ok(None),
            status => Err(MediaError::of(status, &answer.body)),
        }
    }

    /// Deletes an upload. Again is no error.
    ///
    /// # Errors
    /// [`MediaError`]
    pub async fn delete_upload(&self, product: ProductId, image: ImageId) -> Result<(), MediaError> {
        self.delete(&upload_key(product, image)).await
    }

    /// Deletes what a URL shows that [`Self::keep`] has given for this picture. Again is no error.
    ///
    /// # Errors
    /// [`MediaError`]
    pub async fn delete_kept(&self, product: ProductId, image: ImageId, url: &str) -> Result<(), MediaError> {
        let mark = mark(product, image);
        match url.rsplit_once(&mark) {
            Some((_, name)) if is_name(name) => self.delete(&format!("{}{name}", mark.trim_start_matches('/'))).await,
            // An administrator has made it up: it is none of our objects.
            _ => Ok(()),
        }
    }

    async fn delete(&self, key: &str) -> Result<(), MediaError> {
        let answer = self.call(Method::DELETE, key, &[]).await?;
        match answer.status {
            200 | 204 => Ok(()),
            404 if code(&answer.body) == "NoSuchKey" => Ok(()),
            status => Err(MediaError::of(status, &answer.body)),
        }
    }

    async fn call(&self, method: Method, key: &str, headers: &[(&'static str, &str)]) -> Result<Answer, MediaError> {
        let url = self.object_url(key);
        let body = SignableBody::Bytes(&[]);
        let (time, settings) = (SystemTime::now(), aws::for_s3());
        let call = Call { service: SERVICE, time, settings, method, url: &url, headers, body };
        let request = aws::signed(&self.access, call)?.map(|()| "");
        let response = time_other(self.http.execute(request.try_into()?)).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await? })
    }

    pub(super) fn object_url(&self, key: &str) -> String {
        format!("{}/{key}", self.bucket_url)
    }
}

impl Looked {
    fn of(answer: Answer) -> Result<Self, MediaError> {
        let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok());
        // "bytes 0-4095/12345"
        let size = header("content-range").and_then(|range| range.rsplit('/').next()?.parse().ok());
        Ok(Self {
            size: size.ok_or(MediaError::Unreadable("content-range"))?,
            content_type: header("content-type").unwrap_or_default().to_owned(),
            etag: header("etag").ok_or(MediaError::Unreadable("etag"))?.to_owned(),
            start: answer.body,
        })
    }
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|it| it == part)
}

/// A name as we give it: letters, digits and one dot.
fn is_name(name: &str) -> bool {
    name.split_once('.').is_some_and(|(stem, extension)| {
        [stem, extension].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    })
}
