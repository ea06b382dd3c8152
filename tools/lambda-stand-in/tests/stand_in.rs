//! The stand-in with a real process behind it: the function `puppet` does what it is told.

#![expect(clippy::unwrap_used, reason = "helpers of tests panic as tests do")]

use lambda_stand_in::{InvokeError, Lambda, Routes, Settings};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ABORTED: Option<i32> = Some(6);

/// Cargo builds the examples beside the tests.
fn examples() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples")
}

fn settings() -> Settings {
    let routes = Routes::new([("/{wish}".to_owned(), "puppet".to_owned())]).unwrap();
    Settings { environment: vec![("ROLE".to_owned(), "extra".to_owned())], ..Settings::new(examples(), routes) }
}

async fn invoke(lambda: &Lambda, wish: &str) -> Result<Value, InvokeError> {
    lambda.invoke("puppet", &json!({ "do": wish })).await
}

async fn get(lambda: &Lambda, path: &str) -> (u16, Value) {
    let response = reqwest::get(format!("{}{path}", lambda.base_url())).await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn is_alive(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

#[tokio::test]
async fn one_environment_serves_one_request_after_another() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let first = invoke(&lambda, "echo").await.unwrap();
    let second = invoke(&lambda, "echo").await.unwrap();
    assert_eq!(first["event"], json!({ "do": "echo" }));
    assert_eq!(first["pid"], second["pid"]);
    assert_eq!(first["role"], "extra");
    let left = second["left_ms"].as_u64().unwrap();
    assert!((20_000..=29_000).contains(&left), "{left}");
}

#[tokio::test]
async fn requests_at_once_have_environments_of_their_own_up_to_the_limit() {
    let lambda = Lambda::start(Settings { concurrency: 2, ..settings() }).await.unwrap();
    let wishes = ["slow", "slow", "slow", "slow"].map(|wish| invoke(&lambda, wish));
    let [a, b, c, d] = wishes;
    let answers = tokio::join!(a, b, c, d);
    let mut pids = [answers.0, answers.1, answers.2, answers.3].map(|answer| answer.unwrap()["pid"].as_u64().unwrap());
    pids.sort_unstable();
    assert_eq!((pids[0] == pids[1], pids[1] == pids[2], pids[2] == pids[3]), (true, false, true), "{pids:?}");
}

#[tokio::test]
async fn an_environment_gets_several_requests_at_once_where_it_may() {
    let lambda = Lambda::start(Settings { concurrency: 1, requests_each: 3, ..settings() }).await.unwrap();
    let [a, b, c] = ["meet"; 3].map(|wish| invoke(&lambda, wish));
    let met = tokio::join!(a, b, c);
    let [a, b, c] = [met.0, met.1, met.2].map(|answer| answer.unwrap()["pid"].clone());
    assert_eq!((&a, &b), (&b, &c));
    // It dies with all that it works on, and no more.
    let (hanging, death) = tokio::join!(invoke(&lambda, "hang"), invoke(&lambda, "abort"));
    assert!(matches!((hanging, death), (Err(InvokeError::Died { .. }), Err(InvokeError::Died { .. }))));
    assert_ne!(invoke(&lambda, "echo").await.unwrap()["pid"], a);
}

#[tokio::test]
async fn a_request_becomes_an_event_and_the_answer_a_response() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let response = reqwest::get(format!("{}/echo?q=1", lambda.base_url())).await.unwrap();
    assert_eq!(response.status(), 201);
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    let seen: Value = response.json().await.unwrap();
    assert_eq!(seen["event"]["rawQueryString"], "q=1");
    assert_eq!(seen["event"]["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    assert_eq!(get(&lambda, "/no/route").await, (404, json!({ "message": "Not Found" })));
}

#[tokio::test]
async fn an_environment_that_dies_takes_one_request_with_it_and_is_replaced() {
    let lambda = Lambda::start(settings()).await.unwrap();
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    assert_eq!(get(&lambda, "/abort").await, (500, json!({ "message": "Internal Server Error" })));
    assert_eq!(lambda.died("puppet").await.signal(), ABORTED);
    assert_eq!(get(&lambda, "/echo").await.0, 201);

    let before = lambda.pids("puppet");
    assert_eq!(lambda.kill("puppet"), 1);
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    assert_ne!(lambda.pids("puppet"), before);
    assert_eq!(lambda.deaths("puppet").len(), 1, "what we kill is nobody's death");
}

#[tokio::test]
async fn a_kill_in_the_middle_is_an_answer_at_once() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let kill = async {
        lambda.stopped("puppet").await;
        assert!(lambda.kill_one("puppet", 7));
    };
    let (answer, ()) = tokio::join!(invoke(&lambda, "stop"), kill);
    assert!(matches!(answer, Err(InvokeError::Died { status: None, .. })), "{answer:?}");
    assert!(!lambda.kill_one("nobody", 0));
}

#[tokio::test]
async fn what_has_stopped_itself_is_seen_and_goes_on_when_it_is_told() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let wake = async {
        let sleeper = lambda.stopped("puppet").await;
        let other = invoke(&lambda, "echo").await.unwrap();
        assert_ne!(other["pid"], sleeper);
        lambda.resume("puppet");
        sleeper
    };
    let (answer, sleeper) = tokio::join!(invoke(&lambda, "stop"), wake);
    assert_eq!(answer.unwrap()["pid"], sleeper);
}

#[tokio::test]
async fn a_paused_function_answers_after_it_was_resumed() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let before = invoke(&lambda, "echo").await.unwrap();
    lambda.pause("puppet");
    let resume = async {
        lambda.stopped("puppet").await;
        lambda.resume("puppet");
    };
    let (after, ()) = tokio::join!(invoke(&lambda, "echo"), resume);
    assert_eq!(after.unwrap()["pid"], before["pid"]);
}

#[tokio::test]
async fn the_next_environment_alone_has_the_variables_that_it_is_given() {
    let lambda = Lambda::start(Settings { concurrency: 1, ..settings() }).await.unwrap();
    let role = async || invoke(&lambda, "echo").await.unwrap()["role"].clone();
    assert_eq!(role().await, "extra");
    lambda.next_environment("puppet", [("ROLE", "lead")]);
    assert_eq!(role().await, "lead");
    lambda.kill("puppet");
    assert_eq!(role().await, "extra");
}

#[tokio::test]
async fn a_request_over_its_time_ends_with_its_environment() {
    let lambda = Lambda::start(Settings { timeout: Duration::from_millis(1_500), ..settings() }).await.unwrap();
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    let pid = lambda.pids("puppet")[0];
    assert_eq!(get(&lambda, "/hang").await, (503, json!({ "message": "Service Unavailable" })));
    assert_eq!(get(&lambda, "/echo").await.0, 201);
    assert!(!lambda.pids("puppet").contains(&pid));
}

#[tokio::test]
async fn errors_are_told_apart() {
    let lambda = Lambda::start(settings()).await.unwrap();
    let failed = invoke(&lambda, "fail").await.unwrap_err();
    assert!(matches!(&failed, InvokeError::Failed(error) if error["errorMessage"] == "told to fail"), "{failed}");
    assert_eq!(get(&lambda, "/fail").await.0, 500);
    let unknown = lambda.invoke("nobody", &Value::Null).await.unwrap_err();
    assert_eq!(unknown.to_string(), "there is no function nobody");

    lambda.next_environment("puppet", [("REFUSE", "1")]);
    let refused = invoke(&lambda, "echo").await.unwrap_err();
    assert_eq!(refused.to_string(), "puppet died (exit status: 1)");
}

#[tokio::test]
async fn no_process_outlives_the_stand_in() {
    let lambda = Lambda::start(settings()).await.unwrap();
    invoke(&lambda, "echo").await.unwrap();
    lambda.pause("puppet");
    let pids = lambda.pids("puppet");
    assert!(pids.len() == 1 && pids.iter().copied().all(is_alive));
    drop(lambda);
    assert!(!pids.iter().copied().any(is_alive));
}

#[test]
fn no_process_outlives_a_program_that_is_killed() {
    let mut holder = Command::new(examples().join("holder")).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let puppet = line.trim().parse().unwrap();
    assert!(is_alive(puppet));
    holder.kill().unwrap();
    holder.wait().unwrap();
    // Whoever inherits it reaps it; until then it is a zombie, which has no command line any more.
    let patience = Instant::now();
    while !std::fs::read(format!("/proc/{puppet}/cmdline")).unwrap_or_default().is_empty() {
        assert!(patience.elapsed() < Duration::from_secs(20), "the puppet lives on");
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn the_output_of_each_environment_is_kept_where_it_is_wanted() {
    let logs = tempfile::tempdir().unwrap();
    let lambda = Lambda::start(Settings { logs: Some(logs.path().to_owned()), ..settings() }).await.unwrap();
    lambda.next_environment("puppet", [("REFUSE", "1")]);
    invoke(&lambda, "echo").await.unwrap_err();
    let log = std::fs::read_to_string(logs.path().join("puppet-1.log")).unwrap();
    assert!(log.contains("told to refuse"), "{log}");
}
