//! Invariant 8: no answer and no line of the log holds a password, a hash, a token, a client
//! secret or a key, other than the answer that hands it to its owner.

use crate::walk::{Call, PASSWORD, walk};
use ferrocart_tests::{Answer, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;

/// What neither an answer nor a log line may hold.
const SECRETS: [&str; 7] = [
    PASSWORD,
    "correct horse",
    "$2b$",
    "for-tests-only-for-tests-only-for-tests-only",
    "sk_test_local",
    "whsec_local",
    "mongodb://",
];

/// Where log lines go.
#[derive(Clone)]
struct Lines(Sender<Vec<u8>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Listens to all that this thread logs, down to the least of the libraries. The stand-in is not
/// part of the shop.
pub(crate) fn listen() -> (DefaultGuard, Receiver<Vec<u8>>) {
    let (lines, heard) = channel();
    let filter = EnvFilter::new("trace,stripe_stand_in=off");
    let subscriber = tracing_subscriber::fmt().json().with_env_filter(filter);
    let subscriber = subscriber.with_writer(move || Lines(lines.clone())).finish();
    (tracing::subscriber::set_default(subscriber), heard)
}

/// What was heard since it was last asked for.
pub(crate) fn log(heard: &Receiver<Vec<u8>>) -> Vec<String> {
    heard.try_iter().map(|line| String::from_utf8(line).expect("a line in UTF-8")).collect()
}

fn written(answer: &Answer) -> String {
    format!("{:?} {}", answer.headers, answer.body)
}

/// The texts that answers have under this name, and the calls that they answered.
fn handed_out<'a>(calls: &'a [Call], name: &'a str) -> BTreeSet<&'a str> {
    calls
        .iter()
        .flat_map(|call| [call.answer.body.get(name), call.answer.body.pointer(&format!("/payment/{name}"))])
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The hashes that the database holds.
async fn hashes(shop: &TestShop) -> Vec<String> {
    let mut hashes = Vec::new();
    for (collection, field) in [("users", "password_hash"), ("sessions", "token_hash")] {
        let collection = shop.database().collection::<Document>(collection);
        let mut found = collection.find(doc! {}).await.expect("an answer");
        while found.advance().await.expect("an answer") {
            hashes.push(found.current().get_str(field).expect("a hash").to_owned());
        }
    }
    assert!(hashes.len() > 3);
    hashes
}

#[tokio::test]
async fn neither_answers_nor_log_lines_hold_a_secret() {
    let (_listening, heard) = listen();
    let (shop, stripe) = TestShop::open_whole().await;
    let walked = walk(&shop, &stripe).await;
    let log = log(&heard);
    let hashes = hashes(&shop).await;
    for call in &walked.calls {
        let answer = written(&call.answer);
        for secret in SECRETS.into_iter().chain(hashes.iter().map(String::as_str)) {
            assert!(!answer.contains(secret), "{secret} in {} {}: {answer}", call.method, call.path);
        }
    }
    let tokens = ["access_token", "refresh_token", "client_secret"].map(|name| handed_out(&walked.calls, name));
    let tokens: Vec<&str> = tokens.into_iter().flatten().collect();
    assert!(tokens.len() >= 9, "{tokens:?}");
    // E-mail addresses and where people live are nobody's business who reads a log.
    let personal = ["@example.com", "Ada", "St James"];
    for line in &log {
        for secret in SECRETS.into_iter().chain(personal).chain(hashes.iter().map(String::as_str)).chain(tokens.clone())
        {
            assert!(!line.contains(secret), "{secret} in the log: {line}");
        }
    }
    // What was not heard could not be seen: each answer has its line, under its id.
    for call in &walked.calls {
        let id = call.answer.header("x-request-id");
        let its = |line: &&String| line.contains(id) && line.contains("answered");
        assert_eq!(log.iter().filter(its).count(), 1, "{} {}", call.method, call.path);
    }
}

#[tokio::test]
async fn a_token_is_in_the_one_answer_that_hands_it_out() {
    let (shop, stripe) = TestShop::open_whole().await;
    let walked = walk(&shop, &stripe).await;
    for name in ["access_token", "refresh_token"] {
        for token in handed_out(&walked.calls, name) {
            let holders: Vec<_> = walked.calls.iter().filter(|call| written(&call.answer).contains(token)).collect();
            assert_eq!(holders.len(), 1, "{name}");
            assert!(["/auth/register", "/auth/login", "/auth/refresh"].contains(&holders[0].path.as_str()));
        }
    }
    for secret in handed_out(&walked.calls, "client_secret") {
        for call in walked.calls.iter().filter(|call| written(&call.answer).contains(secret)) {
            assert!(call.path.starts_with("/orders"), "{} {}", call.method, call.path);
        }
    }
}

#[tokio::test]
async fn a_defect_is_told_in_the_log_and_not_in_the_answer() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    // What no writer of ours could store: the validator would refuse it.
    let users = shop.database().collection::<Document>("users");
    let broken = users.update_one(doc! {}, doc! { "$set": { "name": 7 } }).bypass_document_validation(true);
    broken.await.expect("a broken document");
    let answer = ada.get("/auth/me").await.expect(500);
    assert_eq!(answer.at("/code"), "internal");
    for inside in ["name", "string", "bson", "integer", "users"] {
        assert!(!answer.text("/detail").contains(inside), "{}", answer.body);
    }
    let log = log(&heard);
    let id = answer.text("/request_id");
    let told: Vec<_> = log.iter().filter(|line| line.contains(&id) && line.contains("\"ERROR\"")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(!told[0].contains("@example.com") && !told[0].contains("$2b$"), "{told:?}");
}

#[tokio::test]
async fn what_a_client_writes_cannot_forge_a_line_of_the_log() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    shop.visitor().get("/orders/%0A%7B%22level%22:%22ERROR%22%7D%1B%5B31m").await.expect(401);
    shop.visitor().get("/%0Anothing%00").await.expect(404);
    for line in log(&heard) {
        let line = line.strip_suffix('\n').expect("the end of a line");
        assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
        serde_json::from_str::<Value>(line).expect("a line in JSON");
    }
}
