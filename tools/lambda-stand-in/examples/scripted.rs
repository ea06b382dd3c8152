//! A Lambda function for the stand-in's tests. It performs the action that its event names.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};
use tokio::sync::Barrier;

/// Passed by three concurrent requests together.
static BARRIER: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(3));

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if variable("FAIL_INIT").is_some() {
        return Err("the initialization fails on request".into());
    }
    lambda_runtime::run_concurrent(service_fn(handle)).await
}

/// The action is the path of an HTTP request, or the field `action` of any other event.
async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let path = event.payload.get("rawPath").and_then(Value::as_str);
    let action = path.map(|path| path.trim_start_matches('/')).or_else(|| event.payload.get("action")?.as_str());
    match action.unwrap_or_default() {
        "abort" => std::process::abort(),
        "stop" => kill_process(getpid(), Signal::STOP)?,
        "hang" => std::future::pending().await,
        "fail" => return Err("the request fails on request".into()),
        "barrier" => {
            BARRIER.wait().await;
        }
        "slow" => tokio::time::sleep(Duration::from_millis(200)).await,
        _ => {}
    }
    let remaining = event.context.deadline().duration_since(SystemTime::now())?.as_millis();
    let result = json!({
        "event": event.payload,
        "pid": std::process::id(),
        "role": variable("ROLE"),
        "remaining_ms": remaining,
    });
    if path.is_none() {
        return Ok(result);
    }
    let headers = json!({ "content-type": "application/json", "content-length": "1" });
    Ok(json!({ "statusCode": 201, "headers": headers, "cookies": ["a=1", "b=2"], "body": result.to_string() }))
}

#[expect(clippy::disallowed_methods, reason = "a test program, not a part of the shop")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
