//! S3 beside the shop, and what a browser does there. `cargo xtask test` starts an emulator of it.

use crate::answer::Answer;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// What the shop is told of it, but for where it is.
const SETTINGS: [(&str, &str); 4] = [
    ("IMAGE_BUCKET", "pictures"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
    ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
];

/// The origin from which browsers may upload.
pub const FRONTEND: &str = "http://localhost:3000";

/// What makes a shop keep pictures on the emulator.
pub(crate) fn settings(url: &str) -> Vec<(&str, &str)> {
    [SETTINGS.as_slice(), &[("AWS_ENDPOINT_URL_S3", url)]].concat()
}

pub(crate) fn s3_url() -> String {
    std::env::var("S3_URL").expect("S3_URL is not set: run the tests with `cargo xtask test`")
}

/// The upload that a shop has allowed, as it says.
#[must_use]
pub fn upload(announced: &Answer) -> Upload {
    let headers = announced.at("/upload/headers").as_object().expect("headers").clone();
    let headers = headers.into_iter().map(|(name, value)| (name, value.as_str().expect("a text").to_owned()));
    Upload { url: announced.text("/upload/url"), headers: headers.collect() }
}

/// A request to S3, to be sent as it is or tampered with.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Where to.
    pub url: String,
    /// With which headers.
    pub headers: Vec<(String, String)>,
}

impl Upload {
    /// The same, with another value of a header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut upload = self.clone();
        upload.headers.retain(|(header, _)| header != name);
        upload.headers.push((name.to_owned(), value.to_owned()));
        upload
    }

    /// The same, with a part of the URL replaced, which must be there.
    #[must_use]
    pub fn replacing(&self, part: &str, other: &str) -> Self {
        assert!(self.url.contains(part), "no {part} in {}", self.url);
        Self { url: self.url.replace(part, other), ..self.clone() }
    }

    /// Sends it; gives S3's status.
    pub async fn send(&self, bytes: &[u8]) -> u16 {
        // The client counts for itself, as a browser does.
        let headers = self.headers.iter().filter(|(name, _)| name != "content-length");
        let request = reqwest::Client::new().put(&self.url).body(bytes.to_vec());
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        answer(request).await.status().as_u16()
    }

    /// Asks what a browser asks before it uploads from a page of that origin; gives who may.
    pub async fn preflight(&self, origin: &str) -> Option<String> {
        let request = reqwest::Client::new().request(Method::OPTIONS, &self.url).header("origin", origin);
        let request = request.header("access-control-request-method", "PUT");
        let response = answer(request.header("access-control-request-headers", "content-type")).await;
        let allowed = response.headers().get("access-control-allow-origin");
        allowed.map(|origin| origin.to_str().expect("ASCII").to_owned())
    }
}

/// What a browser gets at a URL of a product's picture: status, headers, and bytes.
pub async fn look(url: &Value) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let response = answer(reqwest::Client::new().get(url.as_str().expect("a URL"))).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.expect("a body").to_vec())
}

async fn answer(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer of S3")
}
