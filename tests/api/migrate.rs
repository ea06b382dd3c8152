//! The custom resource `migrate`: it prepares the database and always responds to CloudFormation.

use ferrocart::config::FirstAdminConfig;
use ferrocart::db::migration::prepare_bulk_import;
use ferrocart::domain::search::Language;
use ferrocart::lambda::Error;
use ferrocart_migrate::{handle, make_first_admin, respond, run};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use mongodb::bson::Document;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TIME_LEFT: Duration = Duration::from_secs(60);

fn event(kind: &str, cloudformation: &MockServer) -> Value {
    json!({
        "RequestType": kind,
        "ResponseURL": format!("{}/answer?signature=secret", cloudformation.uri()),
        "StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/shop/1",
        "RequestId": "request-1",
        "LogicalResourceId": "Migration",
        "ResourceType": "Custom::Migration",
        "ResourceProperties": { "Version": "1" },
    })
}

/// The last response that CloudFormation received.
async fn response(cloudformation: &MockServer) -> Value {
    let requests = cloudformation.received_requests().await.expect("recorded requests");
    let last = requests.last().expect("a response");
    assert_eq!((last.url.path(), last.url.query()), ("/answer", Some("signature=secret")));
    last.body_json().expect("JSON")
}

/// A CloudFormation that accepts every response.
async fn cloudformation() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("PUT")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    server
}

/// A CloudFormation that fails as many times before it accepts a response.
async fn failing_cloudformation(failures: u64) -> MockServer {
    let server = cloudformation().await;
    let failure = Mock::given(any()).respond_with(ResponseTemplate::new(503));
    failure.up_to_n_times(failures).with_priority(1).mount(&server).await;
    server
}

async fn never(_reason: &str) -> Result<Value, Error> {
    std::future::pending().await
}

#[tokio::test]
async fn every_create_and_update_reports_success() {
    let shop = TestShop::open().await;
    for kind in ["Create", "Update", "Update"] {
        let cloudformation = cloudformation().await;
        let work = async { Ok(run(shop.database(), Language::English).await?) };
        respond(&event(kind, &cloudformation), TIME_LEFT, work).await.expect("a delivered response");
        let response = response(&cloudformation).await;
        assert_eq!(response["Status"], "SUCCESS", "{response:#}");
        let fields = response.as_object().expect("an object");
        assert!(fields.values().all(Value::is_string), "CloudFormation accepts strings only: {response:#}");
        assert_eq!(
            (&response["RequestId"], &response["LogicalResourceId"]),
            (&json!("request-1"), &json!("Migration"))
        );
        assert_eq!(response["PhysicalResourceId"], "ferrocart-database");
    }
}

#[tokio::test]
async fn a_failure_is_reported_with_its_reason() {
    let cloudformation = cloudformation().await;
    let work = async { Err::<Value, Error>("MONGODB_URI is not set".into()) };
    respond(&event("Create", &cloudformation), TIME_LEFT, work).await.expect("a delivered response");
    let response = response(&cloudformation).await;
    assert_eq!((&response["Status"], &response["Reason"]), (&json!("FAILED"), &json!("MONGODB_URI is not set")));
}

#[tokio::test]
async fn live_and_test_keys_of_stripe_are_rejected_together() {
    for (secret, publishable, is_mixed) in [("live", "test", true), ("test", "live", true), ("test", "test", false)] {
        let cloudformation = cloudformation().await;
        let mut event = event("Update", &cloudformation);
        event["ResourceProperties"] = json!({ "StripeSecretKeyMode": secret, "StripePublishableKeyMode": publishable });
        // The settings of the function are missing, so it fails in any case.
        handle(event, TIME_LEFT).await.expect("a delivered response");
        let reason = response(&cloudformation).await["Reason"].to_string();
        let mixed = format!("StripeSecretKey is a {secret} key, and StripePublishableKey is a {publishable} key");
        assert_eq!(reason.contains(&mixed), is_mixed, "{reason}");
    }
}

#[tokio::test]
async fn a_panic_is_reported() {
    let cloudformation = cloudformation().await;
    let work = async { panic!("on purpose") };
    respond(&event("Create", &cloudformation), TIME_LEFT, work).await.expect("a delivered response");
    assert_eq!(response(&cloudformation).await["Reason"], "the migration panicked");
}

#[tokio::test]
async fn a_failure_is_reported_before_lambda_times_out() {
    let cloudformation = cloudformation().await;
    let time_left = Duration::from_millis(20_010);
    respond(&event("Create", &cloudformation), time_left, never("slow")).await.expect("a delivered response");
    assert_eq!(response(&cloudformation).await["Status"], "FAILED");
}

#[tokio::test]
async fn deleting_the_stack_keeps_the_data() {
    let cloudformation = cloudformation().await;
    respond(&event("Delete", &cloudformation), TIME_LEFT, never("unused")).await.expect("a delivered response");
    assert_eq!(response(&cloudformation).await["Status"], "SUCCESS");
}

#[tokio::test]
async fn an_undelivered_response_is_sent_up_to_three_times() {
    let cloudformation = failing_cloudformation(2).await;
    let work = async { Ok(Value::Null) };
    respond(&event("Create", &cloudformation), TIME_LEFT, work).await.expect("a delivered response");
    assert_eq!(cloudformation.received_requests().await.expect("recorded requests").len(), 3);

    let failing = failing_cloudformation(3).await;
    let error =
        respond(&event("Create", &failing), TIME_LEFT, async { Ok(Value::Null) }).await.expect_err("no delivery");
    assert!(!format!("{error:?}").contains("secret"), "the signed URL is in the log: {error:?}");
}

#[tokio::test]
async fn callers_other_than_cloudformation_get_result_or_error() {
    assert_eq!(respond(&json!({}), TIME_LEFT, async { Ok(json!(1)) }).await.expect("an answer"), json!(1));
    respond(&json!({}), TIME_LEFT, async { Err("no".into()) }).await.expect_err("the error");
}

const FIRST_PASSWORD: &str = "generated-by-the-deployment";

fn first_admin(email: &str) -> FirstAdminConfig {
    let find = |name: &str| match name {
        "FIRST_ADMIN_EMAIL" => Some(email.to_owned()),
        "FIRST_ADMIN_PASSWORD" => Some(FIRST_PASSWORD.to_owned()),
        "BCRYPT_COST" => Some("4".to_owned()),
        _ => None,
    };
    FirstAdminConfig::read(find).expect("good settings").expect("an administrator")
}

fn login(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

#[tokio::test]
async fn the_first_administrator_can_log_in_and_change_the_password() {
    let shop = TestShop::open().await;
    let first = first_admin("First@Example.com");
    make_first_admin(shop.database(), &first).await.expect("an account");
    let session = shop.visitor().post("/auth/login", login("first@example.com", FIRST_PASSWORD)).await.expect(200);
    assert_eq!(session.at("/user/role"), "admin");
    let admin = shop.visitor().with_token(&session.text("/access_token"));
    admin.get("/admin/users").await.expect(200);
    let change = json!({ "current_password": FIRST_PASSWORD, "new_password": "one of my own" });
    admin.put("/auth/me/password", change).await.expect(204);
    // The next deployment finds an administrator and keeps the password.
    make_first_admin(shop.database(), &first).await.expect("nothing to do");
    shop.visitor().post("/auth/login", login("first@example.com", FIRST_PASSWORD)).await.expect(401);
    shop.visitor().post("/auth/login", login("first@example.com", "one of my own")).await.expect(200);
}

#[tokio::test]
async fn the_first_administrator_s_password_is_normalized() {
    let shop = TestShop::open().await;
    let password = "pa\u{308}sswo\u{308}rd\u{a0}9x".into();
    let first = FirstAdminConfig { password, ..first_admin("first@example.com") };
    make_first_admin(shop.database(), &first).await.expect("an account");
    shop.visitor().post("/auth/login", login("first@example.com", "pässwörd 9x")).await.expect(200);
}

#[tokio::test]
async fn a_registered_customer_is_not_made_an_administrator() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let rejected = make_first_admin(shop.database(), &first_admin("ADA@example.com")).await.expect_err("an error");
    assert!(rejected.to_string().contains("FirstAdminEmail"), "{rejected}");
    assert!(!rejected.to_string().contains("ada"), "{rejected}");
    assert_eq!(ada.get("/auth/me").await.expect(200).at("/role"), "customer");
    shop.visitor().post("/auth/login", login("ada@example.com", FIRST_PASSWORD)).await.expect(401);
}

#[tokio::test]
async fn a_shop_with_an_administrator_gets_no_other() {
    let shop = TestShop::open().await;
    shop.admin().await;
    make_first_admin(shop.database(), &first_admin("other@example.com")).await.expect("nothing to do");
    shop.visitor().post("/auth/login", login("other@example.com", FIRST_PASSWORD)).await.expect(401);
    // With an administrator present, a customer's address is not an error.
    shop.customer("ada").await;
    make_first_admin(shop.database(), &first_admin("ada@example.com")).await.expect("nothing to do");
}

#[test]
fn a_first_administrator_needs_an_email_and_a_password() {
    let read = |settings: &[(&str, &str)]| {
        FirstAdminConfig::read(|name| settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    };
    assert!(read(&[("FIRST_ADMIN_PASSWORD", FIRST_PASSWORD)]).expect("no error").is_none());
    let no_password = read(&[("FIRST_ADMIN_EMAIL", "a@example.com")]).expect_err("an error").to_string();
    assert_eq!(no_password, "FIRST_ADMIN_PASSWORD is not set");
    let invalid_email = [("FIRST_ADMIN_EMAIL", "invalid"), ("FIRST_ADMIN_PASSWORD", FIRST_PASSWORD)];
    assert_eq!(read(&invalid_email).expect_err("an error").to_string(), "FIRST_ADMIN_EMAIL must be an e-mail address");
}

/// The number of products found by word, colour, category and price.
pub(crate) async fn search_counts(shop: &TestShop) -> Vec<usize> {
    let mut counts = Vec::new();
    for query in ["q=tee", "color=Red", "category=Things", "min_price=1&max_price=2"] {
        let list = shop.visitor().get(&format!("/products?limit=100&{query}")).await.expect(200);
        counts.push(list.at("/items").as_array().map_or(0, Vec::len));
    }
    counts
}

/// Stores thirty red shirts, twenty of them active.
pub(crate) async fn stock_thirty_tees(shop: &TestShop) {
    for number in 0..30 {
        let mut tee = product("Tee", 150, &[(&format!("TEE-{number}"), 1)]);
        tee.is_active = number < 20;
        for variant in &mut tee.variants {
            variant.color = Some("Red".parse().expect("a colour"));
        }
        shop.stock(tee).await;
    }
}

/// The number of search indexes.
async fn search_indexes(shop: &TestShop) -> usize {
    let names = shop.database().collection::<Document>("products").list_index_names().await.expect("names");
    names.iter().filter(|name| name.starts_with("terms_")).count()
}

#[tokio::test]
async fn an_interrupted_import_leaves_search_working() {
    let shop = TestShop::open().await;
    stock_thirty_tees(&shop).await;
    // A small import keeps the indexes.
    prepare_bulk_import(shop.database(), Language::English, 30).await.expect("a database");
    assert_eq!(search_indexes(&shop).await, 4);
    prepare_bulk_import(shop.database(), Language::English, 31).await.expect("a database");
    assert_eq!(search_indexes(&shop).await, 0);
    assert_eq!(search_counts(&shop).await, [20; 4]);
    let first_page = shop.visitor().get("/products?q=tee%20red&color=Red&sort=name&limit=7").await.expect(200);
    let next = format!("/products?q=tee%20red&color=Red&sort=name&limit=7&cursor={}", first_page.text("/next_cursor"));
    assert_eq!(shop.visitor().get(&next).await.expect(200).at("/items").as_array().map(Vec::len), Some(7));

    // A resumed import does not rebuild them.
    prepare_bulk_import(shop.database(), Language::English, 31).await.expect("a database");
    assert_eq!(search_indexes(&shop).await, 0);
    run(shop.database(), Language::English).await.expect("a migration");
    assert_eq!(search_indexes(&shop).await, 4);
    assert_eq!(search_counts(&shop).await, [20; 4]);
}

/// Returns the lifetimes in days of all collections whose documents the server removes.
async fn lifetimes(shop: &TestShop) -> Vec<(String, u64)> {
    let mut lifetimes = Vec::new();
    for name in shop.database().list_collection_names().await.expect("names") {
        let mut indexes = shop.database().collection::<Document>(&name).list_indexes().await.expect("indexes");
        while indexes.advance().await.expect("an index") {
            let options = indexes.deserialize_current().expect("an index").options.expect("options");
            lifetimes.extend(options.expire_after.map(|after| (name.clone(), after.as_secs() / 86_400)));
        }
    }
    lifetimes.sort();
    lifetimes
}

#[tokio::test]
async fn documents_expire_when_nothing_needs_them_any_more() {
    let shop = TestShop::open().await;
    let expected = [
        // They can have the address of a person without an account.
        ("account_mails", 7),
        // These contain the time at which they expire.
        ("account_tokens", 0),
        ("carts", 30),
        // A tombstone must outlive every environment, frozen ones included. Lambda ends them after 14 days at the latest.
        ("orders", 30),
        // These contain the time at which they expire.
        ("sessions", 0),
        // Stripe repeats an event for three days, and for 30 days on request.
        ("stripe_events", 30),
        ("throttles", 0),
    ];
    assert_eq!(lifetimes(&shop).await, expected.map(|(name, days)| (name.to_owned(), days)));
}
