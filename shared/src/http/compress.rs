//! Compression of responses, if the client accepts it. API Gateway does not compress; `docs/decisions/compression.md` has
//! the figures.
//!
//! The rule: a response to `GET` of more than 1 kB is compressed by functions without secrets in their responses
//! ([`Endpoints::compressed`](super::Endpoints::compressed)). The length of a compressed text reveals whether parts of it are
//! equal, which helps to guess a secret (BREACH).

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG};
use axum::middleware::Next;
use axum::response::Response;
use tower::{Layer, ServiceExt};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

/// The least size in bytes of a response that is compressed.
const MIN_BYTES: u16 = 1024;

/// Compresses the response with gzip.
pub(super) async fn compress(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(ACCEPT_ENCODING) {
        return next.run(request).await;
    }
    let layer = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(MIN_BYTES));
    match layer.layer(next).oneshot(request).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            if response.headers().contains_key(CONTENT_ENCODING) {
                weaken_tag(&mut response);
            }
            response
        }
        Err(never) => match never {},
    }
}

/// Makes the tag weak: a strong one would promise equal bytes in all codings (RFC 9110, section 8.8.1).
fn weaken_tag(response: &mut Response) {
    let tag = response.headers().get(ETAG).filter(|tag| !tag.as_bytes().starts_with(b"W/"));
    let weak = tag.and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        response.headers_mut().insert(ETAG, weak);
    }
}
