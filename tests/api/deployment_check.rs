//! The deployment check, with the real functions behind a Lambda on loopback.

mod aws;

use crate::leaks::{listen, log};
use crate::orders::buyers::count;
use aws::{AwsStandIn, FUNCTIONS, Fault};
use ferrocart::AppState;
use ferrocart::lambda::Error;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use futures_util::future::join_all;
use mongodb::bson::doc;
use serde_json::{Value, json};
use std::time::Duration;

const TIME: Duration = Duration::from_secs(60);

/// The event of one execution of the hook.
fn event(execution: &str) -> Value {
    json!({ "DeploymentId": "d-1", "LifecycleEventHookExecutionId": execution })
}

async fn check(shop: &TestShop, aws: &AwsStandIn, event: Value) -> Result<Value, Error> {
    let shop: AppState = shop.state().clone();
    ferrocart_deployment_check::run(&aws.config(&[]), event, TIME, async { Ok(shop) }).await
}

/// Asserts that nothing of a check is in the database.
async fn expect_no_trace(shop: &TestShop) {
    for collection in ["users", "sessions", "products", "carts", "orders"] {
        assert_eq!(count(shop, collection, doc! {}).await, 0, "{collection}");
    }
}

#[tokio::test]
async fn new_versions_that_sell_are_reported_as_succeeded() {
    let (_listening, heard) = listen();
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    let outcome = check(&shop, &aws, event("e-1")).await.expect("a report");
    assert_eq!(outcome, json!({ "succeeded": true, "error": null }));
    let report = json!({ "deploymentId": "d-1", "lifecycleEventHookExecutionId": "e-1", "status": "Succeeded" });
    assert_eq!(aws.reports().await, [report]);
    assert_eq!(aws.invoked().await, FUNCTIONS);
    expect_no_trace(&shop).await;
    // Neither the order nor its cancellation is counted.
    let metrics: Vec<String> = log(&heard).into_iter().filter(|line| line.contains(r#""target":"metrics""#)).collect();
    assert_eq!(metrics, Vec::<String>::new());
}

#[tokio::test]
async fn a_broken_version_of_any_function_is_reported_as_failed() {
    for function in FUNCTIONS {
        for fault in [Fault::ServerError, Fault::Crash] {
            let shop = TestShop::open().await;
            let aws = AwsStandIn::start(shop.state(), Some((function, fault))).await;
            let outcome = check(&shop, &aws, event("e-1")).await.expect("a report");
            let error = outcome["error"].as_str().expect("an error");
            assert!(error.contains(&format!(":function:{function}:7: ")), "{function}: {error}");
            assert_eq!(aws.reports().await[0]["status"], "Failed", "{function} {fault:?}");
            expect_no_trace(&shop).await;
        }
    }
}

#[tokio::test]
async fn concurrent_checks_do_not_disturb_each_other() {
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    // CodeDeploy invokes the hook once for each function at the same time.
    let checks = (0..8).map(|number| check(&shop, &aws, event(&format!("e-{number}"))));
    for outcome in join_all(checks).await {
        assert_eq!(outcome.expect("a report")["error"], Value::Null);
    }
    assert_eq!(aws.reports().await.len(), 8);
    expect_no_trace(&shop).await;
}

#[tokio::test]
async fn throttled_invocations_are_repeated() {
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    aws.throttle(2).await;
    assert_eq!(check(&shop, &aws, event("e-1")).await.expect("a report")["error"], Value::Null);
}

#[tokio::test]
async fn an_unreachable_database_is_reported_as_failed() {
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    let no_shop = async { Err("no database".into()) };
    let outcome = ferrocart_deployment_check::run(&aws.config(&[]), event("e-1"), TIME, no_shop).await;
    assert_eq!(outcome.expect("a report")["error"], "no database");
    assert_eq!(aws.reports().await[0]["status"], "Failed");
}

#[tokio::test]
async fn a_check_that_takes_too_long_is_reported_as_failed() {
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    let (config, state) = (aws.config(&[]), shop.state().clone());
    let outcome = ferrocart_deployment_check::run(&config, event("e-1"), Duration::ZERO, async { Ok(state) }).await;
    assert_eq!(outcome.expect("a report")["succeeded"], false);
    assert_eq!(aws.reports().await[0]["status"], "Failed");
    expect_no_trace(&shop).await;
}

#[tokio::test]
async fn nothing_is_checked_while_the_shop_is_closed() {
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    let config = aws.config(&[("SHOP_STATE", "closed")]);
    let no_shop = async { Err("the shop was opened".into()) };
    let outcome = ferrocart_deployment_check::run(&config, event("e-1"), TIME, no_shop).await.expect("a report");
    assert_eq!((&outcome["error"], aws.invoked().await.len()), (&Value::Null, 0));
    assert_eq!(aws.reports().await[0]["status"], "Succeeded");
}

#[tokio::test]
async fn a_manual_check_reports_nothing_and_fails_itself() {
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    check(&shop, &aws, json!({})).await.expect("a success");
    let broken = AwsStandIn::start(shop.state(), Some(("cart", Fault::ServerError))).await;
    let error = check(&shop, &broken, json!({})).await.expect_err("a failure");
    assert!(error.to_string().contains("status 500 instead of 200"), "{error}");
    assert!(aws.reports().await.is_empty() && broken.reports().await.is_empty());
}

#[tokio::test]
async fn an_event_without_its_execution_is_an_error() {
    let shop = TestShop::open().await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    let error = check(&shop, &aws, json!({ "DeploymentId": "d-1" })).await.expect_err("an error");
    assert!(error.to_string().contains("LifecycleEventHookExecutionId"), "{error}");
}

#[tokio::test]
async fn the_catalogue_does_not_change_the_check() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let aws = AwsStandIn::start(shop.state(), None).await;
    assert_eq!(check(&shop, &aws, event("e-1")).await.expect("a report")["error"], Value::Null);
    let left = shop.state().products.get(tee.id).await.expect("a result").expect("a product");
    assert_eq!((left.version, count(&shop, "products", doc! {}).await), (tee.version, 1));
}
