//! The custom resource that prepares the database: whatever happens, CloudFormation hears of it.

use ferrocart::lambda::Error;
use ferrocart_migrate::{answer, run};
use ferrocart_tests::{Listener, TestShop};
use serde_json::{Value, json};
use std::time::Duration;

const ENOUGH: Duration = Duration::from_secs(60);

fn event(kind: &str, cloudformation: &Listener) -> Value {
    json!({
        "RequestType": kind,
        "ResponseURL": format!("{}/answer?signature=secret", cloudformation.url()),
        "StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/shop/1",
        "RequestId": "request-1",
        "LogicalResourceId": "Migration",
        "ResourceType": "Custom::Migration",
        "ResourceProperties": { "Version": "1" },
    })
}

fn told(cloudformation: &Listener) -> Value {
    let heard = cloudformation.heard();
    let last = heard.last().expect("an answer");
    assert!(last.head.starts_with("put /answer?signature=secret "), "{}", last.head);
    serde_json::from_str(&last.body).expect("JSON")
}

async fn never(_reason: &str) -> Result<Value, Error> {
    std::future::pending().await
}

#[tokio::test]
async fn cloudformation_hears_that_the_database_is_ready_as_often_as_it_asks() {
    let shop = TestShop::open().await;
    for kind in ["Create", "Update", "Update"] {
        let cloudformation = Listener::start(vec![(200, String::new())]);
        let work = async { Ok(run(shop.database()).await?) };
        answer(&event(kind, &cloudformation), ENOUGH, work).await.expect("somebody who listens");
        let told = told(&cloudformation);
        assert_eq!(told["Status"], "SUCCESS", "{told:#}");
        assert_eq!((&told["RequestId"], &told["LogicalResourceId"]), (&json!("request-1"), &json!("Migration")));
        assert_eq!(told["PhysicalResourceId"], "ferrocart-database");
    }
}

#[tokio::test]
async fn a_failure_is_told_with_its_causes() {
    let cloudformation = Listener::start(vec![(200, String::new())]);
    let work = async { Err::<Value, Error>("MONGODB_URI is not set".into()) };
    answer(&event("Create", &cloudformation), ENOUGH, work).await.expect("somebody who listens");
    let told = told(&cloudformation);
    assert_eq!((&told["Status"], &told["Reason"]), (&json!("FAILED"), &json!("MONGODB_URI is not set")));
}

#[tokio::test]
async fn a_panic_is_told() {
    let cloudformation = Listener::start(vec![(200, String::new())]);
    let work = async { panic!("on purpose") };
    answer(&event("Create", &cloudformation), ENOUGH, work).await.expect("somebody who listens");
    assert_eq!(told(&cloudformation)["Reason"], "the migration panicked");
}

#[tokio::test]
async fn what_does_not_end_is_told_before_lambda_ends_it() {
    let cloudformation = Listener::start(vec![(200, String::new())]);
    let left = Duration::from_millis(20_010);
    answer(&event("Create", &cloudformation), left, never("slow")).await.expect("somebody who listens");
    assert_eq!(told(&cloudformation)["Status"], "FAILED");
}

#[tokio::test]
async fn removing_the_stack_touches_no_data() {
    let cloudformation = Listener::start(vec![(200, String::new())]);
    answer(&event("Delete", &cloudformation), ENOUGH, never("not even begun")).await.expect("somebody who listens");
    assert_eq!(told(&cloudformation)["Status"], "SUCCESS");
}

#[tokio::test]
async fn cloudformation_is_told_again_when_it_did_not_hear() {
    let cloudformation = Listener::start(vec![(503, String::new()), (503, String::new()), (200, String::new())]);
    let work = async { Ok(Value::Null) };
    answer(&event("Create", &cloudformation), ENOUGH, work).await.expect("somebody who listens");
    assert_eq!(cloudformation.heard().len(), 3);

    let deaf = Listener::start(vec![(503, String::new()); 3]);
    let error = answer(&event("Create", &deaf), ENOUGH, async { Ok(Value::Null) }).await.expect_err("nobody listens");
    assert!(!format!("{error:?}").contains("secret"), "the signed URL is in the log: {error:?}");
}

#[tokio::test]
async fn somebody_else_gets_the_answer_and_the_error_itself() {
    assert_eq!(answer(&json!({}), ENOUGH, async { Ok(json!(1)) }).await.expect("an answer"), json!(1));
    answer(&json!({}), ENOUGH, async { Err("no".into()) }).await.expect_err("the error");
}
