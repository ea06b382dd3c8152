//! Calls to AWS: signed here, sent by whoever makes them.

use crate::config::AwsAccess;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableRequest, SigningError, UriPathNormalizationMode, sign,
};
pub use aws_sigv4::http_request::{SignableBody, SigningSettings};
use aws_sigv4::sign::v4;
use axum::http::{Method, Request};
use secrecy::ExposeSecret;
use std::time::SystemTime;

/// Why a call could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum Unsigned {
    /// The signature could not be made.
    #[error("the signature could not be made")]
    Signature(#[from] SigningError),
    /// What is signed is incomplete.
    #[error("what is to be signed is incomplete")]
    Incomplete(#[from] v4::signing_params::BuildError),
    /// The signed call is no request any more.
    #[error("the signed call is no request")]
    NoRequest(#[from] axum::http::Error),
}

/// What is to be signed.
#[derive(Debug)]
pub struct Call<'a> {
    /// Of which service of AWS.
    pub service: &'static str,
    /// When the signature is made. It is good from then on.
    pub time: SystemTime,
    /// What the service wants of a signature.
    pub settings: SigningSettings,
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: &'a str,
    /// Those that are signed and sent.
    pub headers: &'a [(&'static str, &'a str)],
    /// What the signature says of the body.
    pub body: SignableBody<'a>,
}

/// The call with its signature, without its body
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>).
///
/// # Errors
/// [`Unsigned`]
pub fn signed(access: &AwsAccess, call: Call<'_>) -> Result<Request<()>, Unsigned> {
    let token = access.session_token.as_ref().map(|token| token.expose_secret().to_owned());
    let key = access.secret_access_key.expose_secret();
    let identity = Credentials::new(&access.access_key_id, key, token, None, "environment").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&access.region)
        .name(call.service)
        .time(call.time)
        .settings(call.settings)
        .build()?
        .into();
    let signable = SignableRequest::new(call.method.as_str(), call.url, call.headers.iter().copied(), call.body)?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let request = Request::builder().method(call.method).uri(call.url);
    let request = call.headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let mut request = request.body(())?;
    instructions.apply_to_request_http1x(&mut request);
    Ok(request)
}

/// S3 takes paths as they are, and wants to know what the body is.
#[must_use]
pub fn for_s3() -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    settings
}
