//! The alarms of `template.yaml` on the shop's own metrics: the condition of each makes a function emit exactly the metric,
//! the namespace and the dimensions that the alarm reads. The chaos tests bring about `SecretRenewalFailures`, which needs an
//! environment of Lambda.

use crate::mailer::mail_settings;
use crate::orders::buyers::{buy, buyer};
use crate::stripe_webhook::{deliver, event};
use crate::undecodable::insert_broken_orders;
use ferrocart::db::new_id;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart::lambda::measure_job;
use ferrocart::telemetry;
use ferrocart_tests::sample::{order, product};
use ferrocart_tests::{Lines, TestShop};
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;
use wiremock::matchers::{any, path_regex, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TEMPLATE: &str = include_str!("../../template.yaml");
/// The name of the stack, which the template passes to the functions as the namespace.
const STACK: &str = "ferrocart-test";

/// An alarm on a metric in the namespace of the stack.
#[derive(Debug)]
struct Alarm {
    name: &'static str,
    metric: &'static str,
    statistic: &'static str,
    threshold: u64,
}

/// Returns the alarms on the shop's own metrics.
fn alarms() -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let parts: Vec<&str> = TEMPLATE.split("\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n").collect();
    for (before, properties) in parts.iter().zip(parts.iter().skip(1)) {
        let name = before.lines().last().expect("a name").trim().trim_end_matches(':');
        let properties: Vec<&str> = properties.lines().take_while(|line| line.starts_with("      ")).collect();
        let value = |key: &str| properties.iter().find_map(|line| line.trim().strip_prefix(key));
        if value("Namespace: ") == Some("!Ref AWS::StackName") && name != "SecretRenewalFailures" {
            assert_eq!(value("Dimensions: "), None, "{name}: the metrics have no dimensions");
            let statistic = value("Statistic: ").or_else(|| value("ExtendedStatistic: ")).expect(name);
            let threshold = value("Threshold: ").and_then(|it| it.parse().ok()).expect(name);
            alarms.push(Alarm { name, metric: value("MetricName: ").expect(name), statistic, threshold });
        }
    }
    assert!(alarms.len() >= 7, "{alarms:?}");
    alarms
}

/// Captures the metrics of this thread, in the form in which a function writes them for CloudWatch.
fn capture_metrics() -> (DefaultGuard, Receiver<Vec<u8>>) {
    let (lines, captured) = channel();
    let layer = telemetry::metrics(STACK, move || Lines(lines.clone()));
    (tracing::subscriber::set_default(tracing_subscriber::registry().with(layer)), captured)
}

/// Returns the captured lines about a metric.
fn lines(captured: &Receiver<Vec<u8>>) -> Vec<Value> {
    captured.try_iter().map(|line| serde_json::from_slice(&line).expect("JSON")).collect()
}

/// Runs `maintenance` once, as its function does.
async fn maintain(shop: &TestShop) {
    let job = Box::pin(ferrocart_maintenance::run(shop.state().clone()));
    measure_job("request-1", None, job).await.expect("a report");
}

/// Lets Ada order a tee. Her order is returned.
async fn ordered(shop: &TestShop) -> ferrocart_tests::Answer {
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    buy(&buyer(shop, "ada", &tee, 1).await, "k1").await.expect(201)
}

/// Brings about the condition of an alarm.
async fn bring_about(alarm: &str) {
    match alarm {
        "RejectedSignatures" => drop(TestShop::open().await.visitor().post("/webhooks/stripe", json!({})).await),
        "LateWebhooks" => late_event().await,
        "AmountMismatches" => mismatched_payment().await,
        "PaymentsWithoutEvent" => payment_without_event(Duration::from_mins(2)).await,
        "UndecodableDocuments" => undecodable_document().await,
        "StripeKeyRejections" => {
            let (shop, _stripe) = TestShop::open_with_restricted_key(&[]).await;
            ordered(&shop).await;
        }
        "MailFailures" => rejected_mail().await,
        "LateMails" => late_mail().await,
        "MaintenanceFailures" => failed_item().await,
        _ => panic!("{alarm}: add a function that brings about its condition"),
    }
}

async fn late_event() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let mut late = event("evt_1", "payment_intent.succeeded", &ordered(&shop).await, |_| {});
    late["created"] = json!(shop.state().now().minus(Duration::from_secs(400)).as_seconds());
    deliver(&shop, &late).await.expect(200);
}

async fn mismatched_payment() {
    let (shop, _stripe) = TestShop::open_with_stripe().await;
    let placed = ordered(&shop).await;
    let other = event("evt_1", "payment_intent.succeeded", &placed, |intent| intent["amount_received"] = json!(1));
    deliver(&shop, &other).await.expect(200);
}

async fn undecodable_document() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let tee = product("Tee", 1, &[("T", 1)]);
    let placed = shop.state().now();
    let good = shop.record(order(new_id(), &tee, 1, OrderStatus::Delivered, placed)).await;
    insert_broken_orders(&shop, good.id, 1, "items", "none").await;
    admin.get("/admin/orders").await.expect(200);
}

/// Lets SES reject a mail for good.
async fn rejected_mail() {
    let ses = MockServer::start().await;
    let rejection = ResponseTemplate::new(400).insert_header("x-amzn-errortype", "BadRequestException");
    Mock::given(any()).respond_with(rejection.set_body_json(json!({ "message": "invalid" }))).mount(&ses).await;
    let shop = TestShop::open_with(&mail_settings(&ses.uri())).await;
    ordered(&shop).await;
    // One mail remains: that about the order.
    shop.database().collection::<Document>("account_mails").delete_many(doc! {}).await.expect("a deletion");
    let job = Box::pin(ferrocart_mailer::run(shop.state().clone(), json!({})));
    measure_job("request-1", None, job).await.expect("a report");
}

/// Lets SES reject a mail again, an hour after it was due first.
async fn late_mail() {
    let ses = MockServer::start().await;
    let rejection = ResponseTemplate::new(400).insert_header("x-amzn-errortype", "MessageRejected");
    Mock::given(any()).respond_with(rejection.set_body_json(json!({ "message": "not verified" }))).mount(&ses).await;
    let shop = TestShop::open_with(&mail_settings(&ses.uri())).await;
    ordered(&shop).await;
    let then = DateTime::from_millis(shop.state().now().minus(Duration::from_hours(1)).as_millis());
    let set = doc! { "$set": { "notifications.0.created_at": then } };
    shop.database().collection::<Document>("orders").update_many(doc! {}, set).await.expect("an update");
    let job = Box::pin(ferrocart_mailer::run(shop.state().clone(), json!({})));
    measure_job("request-1", None, job).await.expect("a report");
}

async fn failed_item() {
    let (shop, stripe) = TestShop::open_with_stripe().await;
    ordered(&shop).await;
    let past = shop.state().now().minus(Duration::from_mins(1));
    let orders = shop.database().collection::<Document>("orders");
    orders.update_many(doc! {}, doc! { "$set": { "expires_at": past } }).await.expect("an update");
    stripe.order_fault(&json!({ "path": "/v1/payment_intents/*/cancel", "action": "drop_before" })).await;
    maintain(&shop).await;
}

/// Lets `maintenance` find a payment at Stripe that was made this long ago. No event about it has arrived.
async fn payment_without_event(age: Duration) {
    payment_without_event_at(&MockServer::start().await, age).await;
}

async fn payment_without_event_at(stripe: &MockServer, age: Duration) {
    let shop = TestShop::open_with(&[("STRIPE_API_BASE", &stripe.uri())]).await;
    let (now, tee) = (shop.state().now(), product("Tee", 1999, &[("TEE-M", 5)]));
    let placed = order(new_id(), &tee, 1, OrderStatus::Pending, now.minus(Duration::from_mins(10)));
    let paid_at: Timestamp = now.minus(age);
    let intent = json!({
        "id": placed.transaction_id, "status": "succeeded", "amount_received": placed.total_amount.minor(),
        "currency": "usd", "livemode": false, "latest_charge": { "disputed": false, "created": paid_at.as_seconds() },
    });
    let intents =
        Mock::given(path_regex("^/v1/payment_intents/")).respond_with(ResponseTemplate::new(200).set_body_json(intent));
    intents.mount(stripe).await;
    let empty = json!({ "data": [], "has_more": false });
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(empty)).mount(stripe).await;
    let id = shop.record(placed).await.id;
    maintain(&shop).await;
    let stored = shop.state().orders.get(id).await.expect("a result").expect("an order");
    assert_eq!(stored.status, OrderStatus::Processing);
    // The next run finds nothing that it has not counted.
    maintain(&shop).await;
}

#[tokio::test]
async fn the_condition_of_each_alarm_emits_what_the_alarm_reads() {
    assert!(TEMPLATE.contains("\n        METRICS_NAMESPACE: !Ref AWS::StackName\n"));
    for alarm in alarms() {
        let (_capturing, captured) = capture_metrics();
        bring_about(alarm.name).await;
        let lines = lines(&captured);
        let lines: Vec<&Value> = lines.iter().filter(|line| line.get(alarm.metric).is_some()).collect();
        let [line] = lines.as_slice() else { panic!("{alarm:?}: {lines:#?}") };
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], STACK, "{alarm:?}");
        // One set of dimensions, which is empty.
        assert_eq!(directive["Dimensions"], json!([[]]), "{alarm:?}");
        assert_eq!(directive["Metrics"][0]["Name"], alarm.metric, "{alarm:?}");
        let value = line[alarm.metric].as_u64().expect("a number");
        match alarm.statistic {
            // Several conditions add up to the threshold.
            "Sum" => assert_eq!(value, 1, "{alarm:?}"),
            _ => assert!(value >= alarm.threshold, "{alarm:?}: {value}"),
        }
    }
}

#[tokio::test]
async fn a_payment_whose_event_may_be_on_its_way_is_not_counted() {
    let (_capturing, captured) = capture_metrics();
    payment_without_event(Duration::from_secs(5)).await;
    let counted = lines(&captured);
    assert!(counted.iter().any(|line| line.get("OrdersPaid").is_some()), "{counted:#?}");
    assert!(!counted.iter().any(|line| line.get("PaymentsWithoutEvent").is_some()), "{counted:#?}");
}

#[tokio::test]
async fn a_payment_of_unknown_time_is_not_counted() {
    let (_capturing, captured) = capture_metrics();
    for response in [ResponseTemplate::new(500), ResponseTemplate::new(429)] {
        let stripe = MockServer::start().await;
        let with_charge = Mock::given(query_param("expand[]", "latest_charge")).respond_with(response);
        with_charge.with_priority(1).mount(&stripe).await;
        payment_without_event_at(&stripe, Duration::from_mins(2)).await;
    }
    let counted = lines(&captured);
    assert_eq!(counted.iter().filter(|line| line.get("OrdersPaid").is_some()).count(), 2, "{counted:#?}");
    assert!(!counted.iter().any(|line| line.get("PaymentsWithoutEvent").is_some()), "{counted:#?}");
}

#[tokio::test]
async fn a_normal_sale_raises_no_alarm() {
    let (_capturing, captured) = capture_metrics();
    let (shop, stripe) = TestShop::open_with_stripe().await;
    let placed = ordered(&shop).await;
    stripe.confirm(&placed.text("/payment/intent_id"), "pm_card_visa").await;
    let mut paid = event("evt_1", "payment_intent.succeeded", &placed, |_| {});
    paid["created"] = json!(shop.state().now().as_seconds() - 2);
    deliver(&shop, &paid).await.expect(200);
    maintain(&shop).await;
    let lines = lines(&captured);
    assert!(lines.iter().any(|line| line.get("OrdersPaid").is_some()), "{lines:#?}");
    for alarm in alarms() {
        let values = lines.iter().filter_map(|line| line.get(alarm.metric)?.as_u64());
        let breaches: Vec<u64> = values.filter(|value| alarm.statistic == "Sum" || *value >= alarm.threshold).collect();
        assert!(breaches.is_empty(), "{alarm:?}: {breaches:?}");
    }
}
