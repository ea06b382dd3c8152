//! A custom resource of CloudFormation
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html>). It hears of what
//! became of the work whatever happens, or the deployment would hang until it times out.

use ferrocart::lambda::Error;
use futures_util::FutureExt;
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// What is kept of the function's time for telling CloudFormation.
const RESERVE: Duration = Duration::from_secs(20);
/// How often that is tried.
const TRIES: u32 = 3;
/// CloudFormation takes 4 KB in all.
const LONGEST_REASON: usize = 1000;

/// What CloudFormation asks for.
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

/// Does the work and tells CloudFormation, if it was CloudFormation that asked.
///
/// # Errors
/// Those of the work when somebody else has asked; and when CloudFormation cannot be told, after
/// which Lambda does all of it once more.
pub async fn answer(
    event: &Value,
    left: Duration,
    work: impl Future<Output = Result<Value, Error>>,
) -> Result<Value, Error> {
    if event.get("ResponseURL").is_none() {
        return work.await;
    }
    let request = Request::deserialize(event)?;
    let outcome = match request.request_type.as_str() {
        // The data outlives the stack: whoever wants it gone deletes it at MongoDB.
        "Delete" => Ok(Value::Null),
        _ => finish(work, left.saturating_sub(RESERVE)).await,
    };
    if let Err(reason) = &outcome {
        tracing::error!(reason, "the migration failed");
    }
    let verdict = request.verdict(outcome);
    let told = request.tell(&verdict).await;
    told.map(|()| verdict)
}

/// The work in the time that there is, and why it failed in words.
async fn finish(work: impl Future<Output = Result<Value, Error>>, within: Duration) -> Result<Value, String> {
    match tokio::time::timeout(within, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(Ok(value))) => Ok(value),
        Ok(Ok(Err(error))) => Err(reason(error.as_ref())),
        Ok(Err(_)) => Err("the migration panicked".to_owned()),
        Err(_) => Err(format!("the migration did not end within {} s", within.as_secs())),
    }
}

fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let text = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    text.chars().take(LONGEST_REASON).collect()
}

impl Request {
    fn verdict(&self, outcome: Result<Value, String>) -> Value {
        let (status, reason) = match outcome {
            Ok(_) => ("SUCCESS", None),
            Err(reason) => ("FAILED", Some(reason)),
        };
        json!({
            "Status": status,
            "Reason": reason,
            "StackId": self.stack_id,
            "RequestId": self.request_id,
            "LogicalResourceId": self.logical_resource_id,
            // Another id would mean that this is another resource, and the former is to be deleted.
            "PhysicalResourceId": self.physical_resource_id.as_deref().unwrap_or("ferrocart-database"),
        })
    }

    /// Puts the verdict where CloudFormation looks for it. The URL is signed for no content type.
    async fn tell(&self, verdict: &Value) -> Result<(), Error> {
        let http = Client::builder().timeout(Duration::from_secs(5)).build()?;
        let mut tries = 0..TRIES;
        loop {
            tries.next();
            let sent = http.put(&self.response_url).header("content-type", "").body(verdict.to_string()).send().await;
            match sent.and_then(reqwest::Response::error_for_status) {
                Ok(_) => return Ok(()),
                // Its text would show the signed URL.
                Err(error) if tries.is_empty() => return Err(error.without_url().into()),
                Err(error) => tracing::warn!(error = %error.without_url(), "CloudFormation is told once more"),
            }
        }
    }
}
