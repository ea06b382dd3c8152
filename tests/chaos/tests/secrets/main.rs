//! Proves that a mistyped secret does not take the shop down: the previous value remains in use, in environments that run
//! and in those that start, the failure is counted, and the corrected value is used without a deployment.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

mod aws_secrets;
mod unavailable;

use aws_secrets::{DATABASE, Manager, STRIPE, TOKEN, WEBHOOK, token_key};
use ferrocart_chaos::{Fault, Outcome, Product, TOKEN_SEED, Times, World, WorldOptions};
use serde_json::{Value, json};

const NAMESPACE: &str = "the-stack";
const TEMPLATE: &str = include_str!("../../../../template.yaml");
/// A connection string of another cluster, which does not respond.
const OTHER_CLUSTER: &str = "mongodb://127.0.0.1:9/";
/// The `appName` of a connection whose user may not read the database.
const UNAUTHORIZED: &str = "unauthorized";

struct Shop {
    world: World,
    manager: Manager,
    tee: Product,
    buyers: usize,
}

impl Shop {
    /// Opens a shop whose functions read their secrets again before each request.
    async fn open() -> Self {
        let manager = Manager::start().await;
        let world = World::open_with(WorldOptions { settings: manager.settings(NAMESPACE), ..WorldOptions::default() });
        let mut world = world.await;
        manager.set(DATABASE, &json!({ "MONGODB_URI": world.mongo.uri(world.app_name()) }));
        let tee = world.add_product("TEE", 1999, 999).await;
        Self { world, manager, tee, buyers: 0 }
    }

    /// Buys something, and returns whether that works with the database, the access token and Stripe.
    async fn sells(&mut self) -> bool {
        self.buyers = self.buyers.saturating_add(1);
        let name = format!("buyer{}", self.buyers);
        let buyer = self.world.buyer_with_cart(&name, &[(&self.tee, 1)]).await;
        let placed = buyer.place_order(&name, &[("TEE", 1)]).await;
        matches!(&placed, Outcome::Ok(order) if order.pointer("/payment/client_secret").is_some_and(Value::is_string))
    }

    fn uri(&self, app_name: &str) -> String {
        self.world.mongo.uri(app_name)
    }

    /// Returns wrong values of the secrets of `orders`, and what the log says about them.
    fn wrong_values(&self) -> Vec<(&'static str, String, &'static str)> {
        let uri = |uri: String| json!({ "MONGODB_URI": uri }).to_string();
        let private = token_key(TOKEN_SEED).expose_text();
        let with_password = self.uri(self.world.app_name()).replace("mongodb://", "mongodb://shop:mistyped@");
        vec![
            (DATABASE, "mongodb://no.json/".to_owned(), "is not a JSON object"),
            (DATABASE, json!({ "MONGO_URI": self.uri("other") }).to_string(), "the new value has no MONGODB_URI"),
            (DATABASE, uri(String::new()), "the new value has no MONGODB_URI"),
            (DATABASE, uri("mongodb://shop:p@ss/w@127.0.0.1:1/".to_owned()), "MONGODB_URI is not a valid"),
            (DATABASE, uri(with_password), "Authentication failed"),
            (DATABASE, uri(self.uri(UNAUTHORIZED)), "(Unauthorized)"),
            (DATABASE, uri("mongodb://shop.invalid/".to_owned()), "Server selection timeout"),
            (DATABASE, uri("mongodb+srv://cluster.shop.invalid/".to_owned()), "no records found"),
            (TOKEN, json!({ "TOKEN_PUBLIC_KEYS": "mistyped" }).to_string(), "TOKEN_PUBLIC_KEYS must be keys"),
            (TOKEN, json!({ "TOKEN_PUBLIC_KEYS": private }).to_string(), "TOKEN_PUBLIC_KEYS must be keys"),
            (TOKEN, "{}".to_owned(), "the new value has no TOKEN_PUBLIC_KEYS"),
            (STRIPE, json!({ "STRIPE_SECRET_KEY": "pk_test_local" }).to_string(), "STRIPE_SECRET_KEY must be"),
            (STRIPE, json!({ "STRIPE_KEY": "rk_test_local" }).to_string(), "the new value has no STRIPE_SECRET_KEY"),
        ]
    }

    fn lines(&self, function: &str) -> Vec<Value> {
        let logs = std::fs::read_dir(self.world.directory().join("functions")).expect("logs").flatten();
        let logs = logs.filter(|log| log.file_name().to_string_lossy().starts_with(&format!("{function}-")));
        let text: String = logs.map(|log| std::fs::read_to_string(log.path()).expect("a log")).collect();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Returns the metrics of failed renewals.
    fn failures(&self, function: &str) -> Vec<Value> {
        let is_failure = |line: &Value| line.get("SecretRenewalFailures").is_some();
        self.lines(function).into_iter().filter(is_failure).collect()
    }

    fn logs_contain(&self, function: &str, text: &str) -> bool {
        self.lines(function).iter().any(|line| line.to_string().contains(text))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_secret_replaces_none_that_works() {
    let mut shop = Shop::open().await;
    shop.world.mongo.fail(UNAUTHORIZED, &["find"], &Fault::Unauthorized, Times::Percent(100)).await;
    assert!(shop.sells().await);
    assert_eq!(shop.failures("orders"), [Value::Null; 0]);
    let mut wrong_values = shop.wrong_values();
    let rejected = json!({ "STRIPE_SECRET_KEY": "sk_test_mistyped" }).to_string();
    wrong_values.push((STRIPE, rejected, "Stripe rejected the request with status 401"));
    // Another host is no reason to give up a connection that works: it may be mistyped.
    let elsewhere = json!({ "MONGODB_URI": OTHER_CLUSTER }).to_string();
    wrong_values.push((DATABASE, elsewhere, "Server selection timeout"));
    let mistyped =
        shop.uri("other").replace("mongodb://", "mongodb://shop:mistyped@").replace("127.0.0.1", "localhost");
    let rejected = json!({ "MONGODB_URI": mistyped }).to_string();
    wrong_values.push((DATABASE, rejected, "Authentication failed"));
    for (secret, wrong, reason) in wrong_values {
        let before = shop.failures("orders").len();
        let right = shop.manager.set_text(secret, &wrong);
        assert!(shop.sells().await, "{secret}: {reason}");
        assert_eq!(shop.failures("orders").len(), before.saturating_add(1), "{secret}: {reason}");
        assert!(shop.logs_contain("orders", reason), "{reason}");
        shop.manager.set_text(secret, &right);
    }
    // The environment is still the first one, and the last values work.
    assert!(shop.sells().await);
    assert_eq!(shop.world.lambda.pids("orders").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_starts_with_the_previous_value() {
    let mut shop = Shop::open().await;
    shop.world.mongo.fail(UNAUTHORIZED, &["find"], &Fault::Unauthorized, Times::Percent(100)).await;
    for (number, (secret, wrong, reason)) in (1..).zip(shop.wrong_values()) {
        let right = shop.manager.set_text(secret, &wrong);
        shop.world.lambda.kill("orders");
        assert!(shop.sells().await, "{secret}: {reason}");
        assert!(shop.failures("orders").len() >= number, "{secret}: {reason}");
        shop.manager.set_text(secret, &right);
    }
    assert!(shop.logs_contain("orders", "no host of MONGODB_URI exists"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_starts_while_several_secrets_are_wrong() {
    let mut shop = Shop::open().await;
    shop.world.mongo.fail(UNAUTHORIZED, &["find"], &Fault::Unauthorized, Times::Percent(100)).await;
    let wrong_values = shop.wrong_values();
    for (secret, wrong, reason) in wrong_values.iter().filter(|(secret, _, _)| *secret == DATABASE) {
        for (other, mistyped) in [(TOKEN, "{\"TOKEN_PUBLIC_KEYS\":\"mistyped\"}"), (STRIPE, "mistyped")] {
            let before = shop.failures("orders").len();
            let right = [shop.manager.set_text(secret, wrong), shop.manager.set_text(other, mistyped)];
            shop.world.lambda.kill("orders");
            assert!(shop.sells().await, "{reason}; {other}");
            assert!(shop.failures("orders").len() >= before.saturating_add(2), "{reason}; {other}");
            let [database, rest] = right;
            shop.manager.set_text(secret, &database);
            shop.manager.set_text(other, &rest);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_fail_individually_and_the_corrected_value_is_used() {
    let mut shop = Shop::open().await;
    assert!(shop.sells().await);
    // Two are wrong, and the third is rolled at the same time.
    shop.manager.set_text(TOKEN, "mistyped");
    shop.manager.set_text(STRIPE, "mistyped");
    let other = shop.uri("rolled");
    shop.manager.set(DATABASE, &json!({ "MONGODB_URI": other }));
    assert!(shop.sells().await);
    assert_eq!(shop.failures("orders").len(), 2);
    let rolled = |shop: &Shop, secret: &str| {
        let is_rolled = |line: &Value| line["message"] == "a rolled secret is in use" && line["secret"] == secret;
        shop.lines("orders").iter().filter(|line| is_rolled(line)).count()
    };
    assert_eq!([DATABASE, TOKEN, STRIPE].map(|secret| rolled(&shop, secret)), [1, 0, 0]);
    // The token key is rolled: for a time both public keys are accepted.
    let public_keys = [[8; 32], TOKEN_SEED].map(|seed| token_key(seed).public_key().to_string()).join(",");
    shop.manager.set(TOKEN, &json!({ "TOKEN_PUBLIC_KEYS": public_keys }));
    assert!(shop.sells().await);
    assert_eq!([DATABASE, TOKEN, STRIPE].map(|secret| rolled(&shop, secret)), [1, 1, 0]);
    shop.manager.set_text(WEBHOOK, "mistyped");
    let unsigned = shop.world.api().anonymous("stripe").post("/webhooks/stripe", json!({})).await;
    assert_eq!(unsigned.code(), Some("invalid_signature"));
}

/// Returns the lines of an alarm in the template.
fn alarm(name: &str) -> Vec<&'static str> {
    let heading = format!("  {name}:");
    let lines = TEMPLATE.lines().skip_while(|line| *line != heading).skip(1);
    let lines: Vec<_> = lines.take_while(|line| line.starts_with("    ")).map(str::trim).collect();
    assert!(lines.contains(&"Type: AWS::CloudWatch::Alarm"), "{name} is no alarm");
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_renewal_emits_what_its_alarm_reads() {
    let mut shop = Shop::open().await;
    assert!(shop.sells().await);
    shop.manager.set_text(DATABASE, "mistyped");
    assert!(shop.sells().await);
    let failures = shop.failures("orders");
    let [failure] = failures.as_slice() else { panic!("{failures:?}") };
    assert_eq!(failure["SecretRenewalFailures"], 1);
    let metric = json!({ "Name": "SecretRenewalFailures", "Unit": "Count" });
    let directive = json!([{ "Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": [metric] }]);
    assert_eq!(failure["_aws"]["CloudWatchMetrics"], directive);

    // The namespace of the functions is the name of the stack, and the alarm names no dimension.
    let alarm = alarm("SecretRenewalFailures");
    for line in
        ["Namespace: !Ref AWS::StackName", "MetricName: SecretRenewalFailures", "Statistic: Sum", "Threshold: 1"]
    {
        assert!(alarm.contains(&line), "{line}: {alarm:?}");
    }
    assert!(!alarm.iter().any(|line| line.starts_with("Dimensions")), "{alarm:?}");
    assert!(TEMPLATE.contains("METRICS_NAMESPACE: !Ref AWS::StackName"));
}
