//! A function that does what its event says, for the stand-in's own tests.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};
use tokio::sync::Barrier;

/// Where three requests wait for each other.
static MEETING: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(3));

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if variable("REFUSE").is_some() {
        return Err("told to refuse".into());
    }
    lambda_runtime::run_concurrent(service_fn(perform)).await
}

/// A job has its wish in `do`, a request in its path.
async fn perform(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let path = event.payload.get("rawPath").and_then(Value::as_str);
    let wish = path.map(|path| path.trim_start_matches('/')).or_else(|| event.payload.get("do")?.as_str());
    match wish.unwrap_or_default() {
        "abort" => std::process::abort(),
        "stop" => kill_process(getpid(), Signal::STOP)?,
        "hang" => std::future::pending().await,
        "fail" => return Err("told to fail".into()),
        "meet" => {
            MEETING.wait().await;
        }
        "slow" => tokio::time::sleep(Duration::from_millis(200)).await,
        _ => {}
    }
    let left = event.context.deadline().duration_since(SystemTime::now())?.as_millis();
    let seen = json!({ "event": event.payload, "pid": std::process::id(), "role": variable("ROLE"), "left_ms": left });
    if path.is_none() {
        return Ok(seen);
    }
    let headers = json!({ "content-type": "application/json", "content-length": "1" });
    Ok(json!({ "statusCode": 201, "headers": headers, "cookies": ["a=1", "b=2"], "body": seen.to_string() }))
}

#[expect(clippy::disallowed_methods, reason = "a program of its own, not a part of the shop")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
