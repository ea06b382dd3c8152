//! Signs requests to AWS with Signature Version 4. The callers send them.

use crate::config::AwsAccess;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningError, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::http::{Method, Request};
use secrecy::ExposeSecret;
use std::time::SystemTime;

/// Why a request could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The signature could not be computed.
    #[error("the signature could not be computed")]
    Signature(#[from] SigningError),
    /// A parameter of the signature is missing.
    #[error("a parameter of the signature is missing")]
    MissingParameter(#[from] v4::signing_params::BuildError),
    /// The signed request is malformed.
    #[error("the signed request is malformed")]
    Malformed(#[from] axum::http::Error),
}

/// A request to be signed.
#[derive(Debug)]
pub struct AwsRequest<'a> {
    /// The signing name of the service, such as `s3`.
    pub service: &'static str,
    /// The method.
    pub method: Method,
    /// The complete URL.
    pub url: &'a str,
    /// The headers to sign and send.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// Returns the signed request, which is valid for some minutes
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>).
pub fn sign_request(access: &AwsAccess, request: AwsRequest<'_>) -> Result<Request<Vec<u8>>, SignError> {
    let token = access.session_token.as_ref().map(|token| token.expose_secret().to_owned());
    let key = access.secret_access_key.expose_secret();
    let identity = Credentials::new(&access.access_key_id, key, token, None, "environment").into();
    let AwsRequest { service, method, url, headers, body } = request;
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&access.region)
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let signable_body = SignableBody::Bytes(body);
    let signable = SignableRequest::new(method.as_str(), url, headers.iter().copied(), signable_body)?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let request = Request::builder().method(method).uri(url);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let mut request = request.body(body.to_owned())?;
    instructions.apply_to_request_http1x(&mut request);
    Ok(request)
}
