//! Starts the function `mailer` for a mail that its recipient waits for. Its schedule sends all others within a minute, and this
//! one as well if the invocation fails.

use crate::aws::{AwsRequest, SignError, sign_request};
use crate::config::MailerConfig;
use crate::error::describe;
use axum::http::Method;
use reqwest::Client;
use std::time::Duration;

/// The deadline of an invocation. The response waits for it, because Lambda suspends the environment after the response.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Why `mailer` was not invoked.
#[derive(Debug, thiserror::Error)]
enum InvokeError {
    #[error("Lambda cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("Lambda rejected the invocation with status {0}")]
    Rejected(u16),
    #[error("the invocation could not be signed")]
    Sign(#[from] SignError),
}

/// Invokes `mailer` asynchronously, if it is configured. A failure is logged, and has no other effect.
pub async fn start_mailer(mailer: Option<&MailerConfig>) {
    let Some(mailer) = mailer else { return };
    if let Err(error) = invoke(mailer).await {
        tracing::warn!(error = describe(&error), "mailer was not invoked; its schedule sends the mail");
    }
}

/// Invokes the function without waiting for its result
/// (<https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>).
async fn invoke(mailer: &MailerConfig) -> Result<(), InvokeError> {
    let url = format!("{}/2015-03-31/functions/{}/invocations?Qualifier=live", mailer.endpoint, mailer.function);
    let headers = [("x-amz-invocation-type", "Event")];
    let request = AwsRequest { service: "lambda", method: Method::POST, url: &url, headers: &headers, body: b"{}" };
    let request = sign_request(&mailer.access, request)?.try_into()?;
    // A pooled connection would not survive the time for which an environment is frozen between requests.
    let client = Client::builder().timeout(TIMEOUT).pool_max_idle_per_host(0).build()?;
    let status = client.execute(request).await?.status();
    if status.is_success() { Ok(()) } else { Err(InvokeError::Rejected(status.as_u16())) }
}
