//! Decodes compressed bodies.

use axum::http::HeaderMap;
use std::io::Read as _;

/// Returns the body of a response without its coding.
pub(crate) fn decoded(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match headers.get("content-encoding").map(|coding| coding.to_str().expect("ASCII")) {
        None => body.to_vec(),
        // The response to `HEAD`.
        Some(_) if body.is_empty() => plain,
        Some("gzip") => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut plain).expect("gzip");
            plain
        }
        Some(other) => panic!("unknown coding: {other}"),
    }
}
