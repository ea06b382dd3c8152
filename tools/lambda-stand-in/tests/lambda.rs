//! The stand-in with a real function: `examples/scripted.rs` performs the action that its event names.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use lambda_stand_in::{InvokeError, Lambda, Routes, Settings};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The signal of `abort`, SIGABRT.
const ABORTED: Option<i32> = Some(6);

/// Returns the directory of the examples, which Cargo builds beside the tests.
fn examples() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples")
}

fn settings() -> Settings {
    let routes = Routes::new([("/{action}".to_owned(), "scripted".to_owned())]).unwrap();
    Settings { environment: vec![("ROLE".to_owned(), "extra".to_owned())], ..Settings::new(examples(), routes) }
}

async fn invoke(lambda: &Lambda, action: &str) -> Result<Value, InvokeError> {
    lambda.invoke("scripted", &json!({ "action": action })).await
}

async fn get(lambda: &Lambda, path: &str) -> (u16, Value) {
    let response = reqwest::get(format!("{}{path}", lambda.base_url())).await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn is_alive(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

#[tokio::test]
async fn an_environment_is_reused_for_the_next_request() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let first = invoke(&lambda, "echo").await.unwrap();
    let second = invoke(&lambda, "echo").await.unwrap();
    assert_eq!(first["event"], json!({ "action": "echo" }));
    assert_eq!(first["pid"], second["pid"]);
    assert_eq!(first["role"], "extra");
    let remaining = second["remaining_ms"].as_u64().unwrap();
    assert!((20_000..=29_000).contains(&remaining), "{remaining}");
}

#[tokio::test]
async fn concurrent_requests_get_own_environments_up_to_the_limit() {
    let lambda = Lambda::start(Settings { concurrency: 2, ..settings() }).await.unwrap();
    let [a, b, c, d] = ["slow"; 4].map(|action| invoke(&lambda, action));
    let results = tokio::join!(a, b, c, d);
    let mut pids = [results.0, results.1, results.2, results.3].map(|result| result.unwrap()["pid"].as_u64().unwrap());
    pids.sort_unstable();
    assert_eq!((pids[0] == pids[1], pids[1] == pids[2], pids[2] == pids[3]), (true, false, true), "{pids:?}");
}

#[tokio::test]
async fn an_environment_serves_concurrent_requests_if_configured() {
    let lambda = Lambda::start(Settings { concurrency: 1, requests_each: 3, ..settings() }).await.unwrap();
    let [a, b, c] = ["barrier"; 3].map(|action| invoke(&lambda, action));
    let results = tokio::join!(a, b, c);
    let [a, b, c] = [results.0, results.1, results.2].map(|result| result.unwrap()["pid"].clone());
    assert_eq!((&a, &b), (&b, &c));
    // When it dies, all of its requests fail. The next request gets a new environment.
    let (hanging, death) = tokio::join!(invoke(&lambda, "hang"), invoke(&lambda, "abort"));
    assert!(matches!((hanging, death), (Err(InvokeError::Died { .. }), Err(InvokeError::Died { .. }))));
    assert_ne!(invoke(&lambda, "echo").await.unwrap()["pid"], a);
}

#[tokio::test]
async fn requests_become_events_and_results_become_responses() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let response = reqwest::get(format!("{}/echo?q=1", lambda.base_url())).await.unwrap();
    assert_eq!(response.status(), 201);
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    let result: Value = response.json().await.unwrap();
    assert_eq!(result["event"]["rawQueryString"], "q=1");
    assert_eq!(result["event"]["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    assert_eq!(get(&lambda, "/no/route").await, (404, json!({ "message": "Not Found" })));
}

#[tokio::test]
async fn a_dead_environment_fails_its_request_and_is_replaced() {
    let lambda = Lambda::start(settings()).await.unwrap();
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    assert_eq!(get(&lambda, "/abort").await, (500, json!({ "message": "Internal Server Error" })));
    assert_eq!(lambda.died("scripted").await.signal(), ABORTED);
    assert_eq!(get(&lambda, "/echo").await.0, 201);

    let before = lambda.pids("scripted");
    assert_eq!(lambda.kill("scripted"), 1);
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    assert_ne!(lambda.pids("scripted"), before);
    assert_eq!(lambda.deaths("scripted").len(), 1, "a kill by the stand-in is not an unexpected exit");
}

#[tokio::test]
async fn a_kill_fails_the_running_request_at_once() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let kill = async {
        lambda.stopped("scripted").await;
        assert!(lambda.kill_one("scripted", 7));
    };
    let (result, ()) = tokio::join!(invoke(&lambda, "stop"), kill);
    assert!(matches!(result, Err(InvokeError::Died { status: None, .. })), "{result:?}");
    assert!(!lambda.kill_one("unknown", 0));
}

#[tokio::test]
async fn a_process_that_stopped_itself_can_be_resumed() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let resume = async {
        let stopped = lambda.stopped("scripted").await;
        let other = invoke(&lambda, "echo").await.unwrap();
        assert_ne!(other["pid"], stopped);
        lambda.resume("scripted");
        stopped
    };
    let (result, stopped) = tokio::join!(invoke(&lambda, "stop"), resume);
    assert_eq!(result.unwrap()["pid"], stopped);
}

#[tokio::test]
async fn a_suspended_function_responds_after_resume() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let before = invoke(&lambda, "echo").await.unwrap();
    lambda.suspend("scripted");
    let resume = async {
        lambda.stopped("scripted").await;
        lambda.resume("scripted");
    };
    let (after, ()) = tokio::join!(invoke(&lambda, "echo"), resume);
    assert_eq!(after.unwrap()["pid"], before["pid"]);
}

#[tokio::test]
async fn next_environment_sets_variables_of_one_environment() {
    let lambda = Lambda::start(Settings { concurrency: 1, ..settings() }).await.unwrap();
    let role = async || invoke(&lambda, "echo").await.unwrap()["role"].clone();
    assert_eq!(role().await, "extra");
    lambda.next_environment("scripted", [("ROLE", "lead")]);
    assert_eq!(role().await, "lead");
    lambda.kill("scripted");
    assert_eq!(role().await, "extra");
}

#[tokio::test]
async fn a_timeout_kills_the_environment() {
    let lambda = Lambda::start(Settings { timeout: Duration::from_millis(1_500), ..settings() }).await.unwrap();
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    let pid = lambda.pids("scripted")[0];
    assert_eq!(get(&lambda, "/hang").await, (503, json!({ "message": "Service Unavailable" })));
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    assert!(!lambda.pids("scripted").contains(&pid));
}

#[tokio::test]
async fn each_failure_has_its_own_error() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let failed = invoke(&lambda, "fail").await.unwrap_err();
    assert!(
        matches!(&failed, InvokeError::Failed(error) if error["errorMessage"] == "the request fails on request"),
        "{failed}"
    );
    assert_eq!(get(&lambda, "/fail").await.0, 500);
    let unknown = lambda.invoke("missing", &Value::Null).await.unwrap_err();
    assert_eq!(unknown.to_string(), "unknown function: missing");

    lambda.next_environment("scripted", [("FAIL_INIT", "1")]);
    let died = invoke(&lambda, "echo").await.unwrap_err();
    assert_eq!(died.to_string(), "scripted exited during the request (exit status: 1)");
}

#[tokio::test]
async fn no_process_outlives_the_stand_in() {
    let lambda = Lambda::start(settings()).await.unwrap();
    invoke(&lambda, "echo").await.unwrap();
    lambda.suspend("scripted");
    let pids = lambda.pids("scripted");
    assert!(pids.len() == 1 && pids.iter().copied().all(is_alive));
    drop(lambda);
    assert!(!pids.iter().copied().any(is_alive));
}

#[test]
fn no_process_outlives_a_killed_program() {
    let mut parent = Command::new(examples().join("parent")).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let pid = line.trim().parse().unwrap();
    assert!(is_alive(pid));
    parent.kill().unwrap();
    parent.wait().unwrap();
    // The process is a zombie until init reaps it. A zombie has an empty command line.
    let start = Instant::now();
    while !std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20), "process {pid} is still running");
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn each_environment_writes_a_log_file() {
    let logs = tempfile::tempdir().unwrap();
    let lambda = Lambda::start(Settings { logs: Some(logs.path().to_owned()), ..settings() }).await.unwrap();
    lambda.next_environment("scripted", [("FAIL_INIT", "1")]);
    invoke(&lambda, "echo").await.unwrap_err();
    let log = std::fs::read_to_string(logs.path().join("scripted-1.log")).unwrap();
    assert!(log.contains("the initialization fails on request"), "{log}");
}
