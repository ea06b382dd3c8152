//! `GET /docs/{file}`: the scripts of the API reference.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use ferrocart::http::{Cacheable, IfNoneMatch, Path};
use ferrocart::{Error, Result};
use flate2::read::GzDecoder;
use std::io::Read;
use std::str::FromStr;
use std::time::Duration;
use utoipa::ToSchema;

const START: &str = include_str!("../page/start.js");

/// Scalar, which `build.rs` has compressed.
const SCALAR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/scalar.js.gz"));

/// The scripts change only with a deployment.
const MAX_AGE: Duration = Duration::from_mins(5);

/// A script of the API reference.
#[derive(Debug, Clone, Copy, ToSchema)]
pub(crate) enum DocsScript {
    /// Scalar.
    #[schema(rename = "scalar.js")]
    Scalar,
    /// What starts Scalar.
    #[schema(rename = "start.js")]
    Start,
}

impl FromStr for DocsScript {
    type Err = ();

    fn from_str(file: &str) -> Result<Self, ()> {
        match file {
            "scalar.js" => Ok(Self::Scalar),
            "start.js" => Ok(Self::Start),
            _ => Err(()),
        }
    }
}

/// Returns a script of the page with the API reference
///
/// Only the page itself uses it.
#[utoipa::path(
    get,
    path = "/api/v1/docs/{file}",
    tag = "docs",
    params(
        ("file" = inline(DocsScript), Path, description = "The name of the script"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the cached script"),
    ),
    responses(
        (status = 200, description = "The script", body = String, content_type = "text/javascript", headers(
            ("ETag" = String, description = "Identifies the version of the script"),
            ("Cache-Control" = String, description = "How long the script may be cached"),
        )),
        (status = 304, description = "The cached script is current"),
    )
)]
pub(crate) async fn get_docs_script(
    Path(script): Path<DocsScript>,
    known: IfNoneMatch,
    request: Request,
) -> Result<Response> {
    let is_compressed = matches!(script, DocsScript::Scalar) && accepts_gzip(request.headers());
    let body = match script {
        DocsScript::Start => Bytes::from_static(START.as_bytes()),
        DocsScript::Scalar if is_compressed => Bytes::from_static(SCALAR),
        DocsScript::Scalar => decompressed(SCALAR)?,
    };
    let script = Cacheable::bytes("text/javascript; charset=utf-8", body).max_age(MAX_AGE);
    let mut response = script.into_response_for(&known);
    if is_compressed && response.status().is_success() {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    std::future::ready(Ok(response)).await
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        // A weight of zero means "not acceptable" (RFC 9110, section 12.4.2).
        let is_refused = !weight.is_empty() && weight.trim_matches([' ', 'q', 'Q', '=', '0', '.']).is_empty();
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

fn decompressed(compressed: &[u8]) -> Result<Bytes> {
    let mut text = Vec::new();
    match GzDecoder::new(compressed).read_to_end(&mut text) {
        Ok(_) => Ok(text.into()),
        Err(_) => Err(Error::System("a script of the documentation is damaged")),
    }
}
