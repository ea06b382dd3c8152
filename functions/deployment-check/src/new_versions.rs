//! Sends requests to the new versions of the functions, which no alias refers to yet.

use crate::gateway_event::{GatewayRequest, GatewayResponse};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::DisplayErrorContext;
use aws_sdk_lambda::primitives::Blob;
use ferrocart::config::FunctionVersions;
use ferrocart::lambda::Error;
use futures_util::FutureExt;
use serde_json::Value;

/// The new versions of all functions.
pub(crate) struct NewVersions {
    lambda: Client,
    pub(crate) arns: FunctionVersions,
}

impl NewVersions {
    pub(crate) fn new(lambda: Client, arns: &FunctionVersions) -> Self {
        Self { lambda, arns: arns.clone() }
    }

    /// Invokes a version with a request, and returns the body of the response if it has the expected status.
    ///
    /// # Errors
    /// They name the version, the request and the status, but nothing of the bodies.
    pub(crate) async fn send(&self, version: &str, request: GatewayRequest<'_>, expected: u16) -> Result<Value, Error> {
        let event = Blob::new(request.event().to_string());
        // Boxed: the types of the SDK's futures are nested too deeply for the compiler.
        let invoked = self.lambda.invoke().function_name(version).payload(event).send().boxed().await;
        let GatewayRequest { method, path, .. } = request;
        let failed = |reason: String| Error::from(format!("{version}: {method} {path}: {reason}"));
        let invoked = invoked.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        if let Some(error) = invoked.function_error() {
            return Err(failed(format!("the function has ended with an error ({error})")));
        }
        let payload = invoked.payload().map(Blob::as_ref).unwrap_or_default();
        let response: GatewayResponse =
            serde_json::from_slice(payload).map_err(|error| failed(format!("no response of an HTTP API: {error}")))?;
        if response.status_code != expected {
            let code = response.json().get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
            return Err(failed(format!("status {} instead of {expected} {code}", response.status_code)));
        }
        Ok(response.json())
    }
}
