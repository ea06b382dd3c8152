//! A custom resource of CloudFormation
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html>). CloudFormation must receive a result
//! in every case, or the deployment would hang until it times out.

use ferrocart::describe;
use ferrocart::lambda::Error;
use futures_util::FutureExt;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// The part of the function's time that is reserved for reporting to CloudFormation.
const RESERVE: Duration = Duration::from_secs(20);
/// The number of attempts to report.
const MAX_ATTEMPTS: u32 = 3;
/// CloudFormation accepts 4 KB in all.
const LONGEST_REASON: usize = 1000;

/// The request of CloudFormation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    request_type: String,
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    physical_resource_id: Option<String>,
}

/// The response to CloudFormation
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html>).
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Response<'a> {
    status: &'static str,
    /// A string or absent: CloudFormation does not accept `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
    /// A different id would mean a different resource, and CloudFormation would delete the previous one.
    physical_resource_id: &'a str,
}

/// Does the work and reports the result to CloudFormation, if the event comes from there.
///
/// # Errors
/// The error of the work if the event comes from elsewhere. An error if CloudFormation cannot be reached: Lambda then
/// repeats the invocation.
pub async fn respond(
    event: &Value,
    left: Duration,
    work: impl Future<Output = Result<Value, Error>>,
) -> Result<Value, Error> {
    if event.get("ResponseURL").is_none() {
        return work.await.map_err(|error| describe(error.as_ref()).into());
    }
    let request = Request::deserialize(event)?;
    let outcome = match request.request_type.as_str() {
        // The data outlives the stack; it can be deleted in MongoDB.
        "Delete" => Ok(Value::Null),
        _ => finish(work, left.saturating_sub(RESERVE)).await,
    };
    if let Err(reason) = &outcome {
        tracing::error!(reason, "the migration failed");
    }
    let response = serde_json::to_value(request.response(outcome.map(drop)))?;
    request.report(&response).await.map(|()| response)
}

/// Does the work within the time limit; describes a failure in words.
async fn finish(work: impl Future<Output = Result<Value, Error>>, within: Duration) -> Result<Value, String> {
    match tokio::time::timeout(within, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(Ok(value))) => Ok(value),
        Ok(Ok(Err(error))) => Err(describe(error.as_ref()).chars().take(LONGEST_REASON).collect()),
        Ok(Err(_)) => Err("the migration panicked".to_owned()),
        Err(_) => Err(format!("the migration did not end within {} s", within.as_secs())),
    }
}

impl Request {
    fn response(&self, outcome: Result<(), String>) -> Response<'_> {
        let (status, reason) = match outcome {
            Ok(()) => ("SUCCESS", None),
            Err(reason) => ("FAILED", Some(reason)),
        };
        Response {
            status,
            reason,
            stack_id: &self.stack_id,
            request_id: &self.request_id,
            logical_resource_id: &self.logical_resource_id,
            physical_resource_id: self.physical_resource_id.as_deref().unwrap_or("ferrocart-database"),
        }
    }

    /// Uploads the response to the URL of the request. The URL is signed without a content type.
    async fn report(&self, response: &Value) -> Result<(), Error> {
        let http = Client::builder().timeout(Duration::from_secs(5)).build()?;
        let mut attempts = 0..MAX_ATTEMPTS;
        loop {
            attempts.next();
            let sent = http.put(&self.response_url).header("content-type", "").body(response.to_string()).send().await;
            match sent.and_then(reqwest::Response::error_for_status) {
                Ok(_) => return Ok(()),
                // The text of the error would contain the signed URL.
                Err(error) if attempts.is_empty() => return Err(error.without_url().into()),
                Err(error) => tracing::warn!(error = %error.without_url(), "retrying the report to CloudFormation"),
            }
        }
    }
}
