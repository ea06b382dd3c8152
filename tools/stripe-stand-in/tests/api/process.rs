//! The program: its log line "ready", its flags and its shutdown.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_stripe-stand-in"))
        .args(arguments)
        .env("RUST_LOG", "info")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn the_process_logs_its_url_and_exits_on_sigterm() {
    let mut process = start(&["--port", "0", "--secret-key", "sk_test_local"]);
    let mut line = String::new();
    let mut stderr = BufReader::new(process.stderr.take().unwrap());
    stderr.read_line(&mut line).unwrap();
    let (_, base_url) = line.trim().rsplit_once("base_url=").expect(&line);
    let base_url = base_url.trim_matches('"');
    assert!(line.contains("ready") && base_url.starts_with("http://127.0.0.1:"), "{line}");
    let health = reqwest::get(format!("{base_url}/_stand-in/health")).await.unwrap();
    assert_eq!(health.text().await.unwrap().replace([' ', '\n'], ""), r#"{"status":"ok"}"#);

    let kill = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(process.wait().unwrap().code(), Some(0));
}

#[test]
fn a_webhook_url_that_is_not_loopback_is_rejected() {
    let process = start(&[
        "--secret-key",
        "sk_test_local",
        "--webhook-secret",
        "whsec_local",
        "--webhook-url",
        "http://192.0.2.1/",
    ]);
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("webhooks are sent to loopback only, not to 192.0.2.1"), "{message}");
}
