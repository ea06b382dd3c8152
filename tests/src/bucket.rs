//! The image bucket, and the requests that a browser sends to it. `cargo xtask test` starts an emulator of S3.

use crate::answer::Answer;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// The shop's settings for the bucket, except for its URL.
const SETTINGS: [(&str, &str); 4] = [
    ("IMAGE_BUCKET", "pictures"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
    ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
];

/// The origin that may upload from a browser.
pub const FRONTEND: &str = "http://localhost:3000";

/// Returns the settings by which a shop stores images at this URL.
pub(crate) fn settings(url: &str) -> Vec<(&str, &str)> {
    [SETTINGS.as_slice(), &[("AWS_ENDPOINT_URL_S3", url)]].concat()
}

pub(crate) fn s3_url() -> String {
    std::env::var("S3_URL").expect("S3_URL is not set: run the tests with `cargo xtask test`")
}

/// Returns the upload that the shop has signed in its response to an announced image.
#[must_use]
pub fn upload(announced: &Answer) -> Upload {
    let headers = announced.at("/upload/headers").as_object().expect("headers").clone();
    let headers = headers.into_iter().map(|(name, value)| (name, value.as_str().expect("a string").to_owned()));
    Upload { url: announced.text("/upload/url"), headers: headers.collect() }
}

/// A signed upload to S3, which a test may tamper with before sending it.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The signed URL.
    pub url: String,
    /// The signed headers.
    pub headers: Vec<(String, String)>,
}

impl Upload {
    /// Returns the upload with another value for a header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut upload = self.clone();
        upload.headers.retain(|(header, _)| header != name);
        upload.headers.push((name.to_owned(), value.to_owned()));
        upload
    }

    /// Returns the upload with a part of its URL replaced. The URL must contain the part.
    #[must_use]
    pub fn replacing(&self, part: &str, other: &str) -> Self {
        assert!(self.url.contains(part), "no {part} in {}", self.url);
        Self { url: self.url.replace(part, other), ..self.clone() }
    }

    /// Sends the upload, and returns the status of the response.
    pub async fn send(&self, bytes: &[u8]) -> u16 {
        // The client computes the length itself, as a browser does.
        let headers = self.headers.iter().filter(|(name, _)| name != "content-length");
        let request = reqwest::Client::new().put(&self.url).body(bytes.to_vec());
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        send(request).await.status().as_u16()
    }

    /// Sends the CORS preflight request of a page of this origin, and returns the allowed origin.
    pub async fn preflight(&self, origin: &str) -> Option<String> {
        let headers = self.preflight_headers(origin).await;
        let allowed = headers.get("access-control-allow-origin");
        allowed.map(|origin| origin.to_str().expect("ASCII").to_owned())
    }

    /// Sends the CORS preflight request of a page of this origin, and returns the headers of the response.
    pub async fn preflight_headers(&self, origin: &str) -> HeaderMap {
        let request = reqwest::Client::new().request(Method::OPTIONS, &self.url).header("origin", origin);
        let request = request.header("access-control-request-method", "PUT");
        send(request.header("access-control-request-headers", "content-type")).await.headers().clone()
    }
}

/// Downloads an image of a product, and returns status, headers and bytes.
pub async fn look(url: &Value) -> (u16, HeaderMap, Vec<u8>) {
    let response = send(reqwest::Client::new().get(url.as_str().expect("a URL"))).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.expect("a body").to_vec())
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("a response from S3")
}
