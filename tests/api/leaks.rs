//! Invariant 8: no answer and no log line contains a password, hash, token, client secret or key, except the answer
//! that returns it to its owner.

use crate::walk::{Call, PASSWORD, walk};
use ferrocart_tests::{Answer, Lines, TestShop, leaks};
use mongodb::bson::{Document, doc};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, channel};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;

/// Captures the log of this thread at level trace, including libraries. The Stripe stand-in is excluded: it is not part
/// of the shop.
pub(crate) fn listen() -> (DefaultGuard, Receiver<Vec<u8>>) {
    let (lines, heard) = channel();
    let filter = EnvFilter::new("trace,stripe_stand_in=off");
    let subscriber = tracing_subscriber::fmt().json().with_env_filter(filter);
    let subscriber = subscriber.with_writer(move || Lines(lines.clone())).finish();
    (tracing::subscriber::set_default(subscriber), heard)
}

/// The log lines since the last call.
pub(crate) fn log(heard: &Receiver<Vec<u8>>) -> Vec<String> {
    heard.try_iter().map(|line| String::from_utf8(line).expect("a line in UTF-8")).collect()
}

fn serialize(answer: &Answer) -> String {
    format!("{:?} {}", answer.headers, answer.body)
}

/// The values of the field `name` in all answers.
fn returned_values<'a>(calls: &'a [Call], name: &'a str) -> BTreeSet<&'a str> {
    calls
        .iter()
        .flat_map(|call| [call.answer.body.get(name), call.answer.body.pointer(&format!("/payment/{name}"))])
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The password and token hashes in the database.
async fn hashes(shop: &TestShop) -> Vec<String> {
    let mut hashes = Vec::new();
    for (collection, field) in [
        ("users", (None, "password_hash")),
        ("sessions", (Some("verifier"), "secret_hash")),
        ("sessions", (Some("verifier"), "tag_key")),
    ] {
        let collection = shop.database().collection::<Document>(collection);
        let mut found = collection.find(doc! {}).await.expect("an answer");
        while found.advance().await.expect("an answer") {
            let document = found.deserialize_current().expect("a document");
            let document = field.0.map_or(Ok(&document), |name| document.get_document(name)).expect("a document");
            hashes.push(document.get_str(field.1).expect("a hash").to_owned());
        }
    }
    assert!(hashes.len() > 3);
    hashes
}

#[tokio::test]
async fn neither_answers_nor_log_lines_contain_a_secret() {
    let (_listening, heard) = listen();
    let (shop, stripe) = TestShop::open_whole().await;
    let walked = walk(&shop, &stripe).await;
    let log = log(&heard);
    let hashes = hashes(&shop).await;
    for call in &walked.calls {
        let answer = serialize(&call.answer);
        let path = format!("/api/v1{}", call.path.split('?').next().expect("a path"));
        assert_eq!(leaks::in_response(&path, &answer), None, "{} {path}: {answer}", call.method);
        // The examples of the document contain the password with which the walk registers.
        let password = (path != "/api/v1/openapi.json").then_some(PASSWORD);
        for secret in hashes.iter().map(String::as_str).chain(password) {
            assert!(!answer.contains(secret), "{secret} in {} {path}: {answer}", call.method);
        }
    }
    let names = ["access_token", "refresh_token", "client_secret", "cart_token", "order_token"];
    let tokens = names.map(|name| returned_values(&walked.calls, name));
    let tokens: Vec<&str> = tokens.into_iter().flatten().collect();
    assert!(tokens.len() >= 9, "{tokens:?}");
    // The space distinguishes the name from "Adapter", which libraries log.
    let personal = ["Ada ", "St James"];
    for line in &log {
        assert_eq!(leaks::in_log(line), None, "{line}");
        let secrets = hashes.iter().map(String::as_str).chain(tokens.clone()).chain(personal).chain([PASSWORD]);
        for secret in secrets {
            assert!(!line.contains(secret), "{secret} in the log: {line}");
        }
    }
    // Proves that the log was captured: each answer has one line with its request id.
    for call in &walked.calls {
        let id = call.answer.header("x-request-id");
        let its = |line: &&String| line.contains(id) && line.contains("answered");
        assert_eq!(log.iter().filter(its).count(), 1, "{} {}", call.method, call.path);
    }
}

#[tokio::test]
async fn a_token_is_only_in_the_answer_that_issues_it() {
    let (shop, stripe) = TestShop::open_whole().await;
    let walked = walk(&shop, &stripe).await;
    for name in ["access_token", "refresh_token"] {
        for token in returned_values(&walked.calls, name) {
            let holders: Vec<_> = walked.calls.iter().filter(|call| serialize(&call.answer).contains(token)).collect();
            assert_eq!(holders.len(), 1, "{name}");
            assert!(["/auth/register", "/auth/login", "/auth/refresh"].contains(&holders[0].path.as_str()));
        }
    }
    for (name, path) in [("cart_token", "/carts"), ("order_token", "/orders")] {
        let tokens = returned_values(&walked.calls, name);
        assert!(!tokens.is_empty(), "{name}");
        for token in tokens {
            let mut holders = walked.calls.iter().filter(|call| serialize(&call.answer).contains(token));
            assert!(holders.all(|call| call.path == path), "{name}");
        }
    }
    for secret in returned_values(&walked.calls, "client_secret") {
        for call in walked.calls.iter().filter(|call| serialize(&call.answer).contains(secret)) {
            assert!(call.path.starts_with("/orders"), "{} {}", call.method, call.path);
        }
    }
}

#[tokio::test]
async fn an_internal_error_is_logged_and_not_in_the_answer() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    // Bypasses the validator, which would reject this document.
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
    let errors: Vec<_> = log.iter().filter(|line| line.contains(&id) && line.contains("\"ERROR\"")).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(!errors[0].contains("@example.com") && !errors[0].contains("$2b$"), "{errors:?}");
}

#[tokio::test]
async fn input_of_a_client_cannot_forge_a_log_line() {
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
