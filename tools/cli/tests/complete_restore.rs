//! Runs `ferrocart complete-restore` as a process: each test restores its database to an earlier state.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use ferrocart::db::account_mails::AccountMails;
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, Stripe, TestShop};
use futures_util::TryStreamExt as _;
use mongodb::bson::{Document, doc};
use reqwest::Method;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A shop, the state of its database at the time of the backup, and that time.
struct Restored {
    shop: TestShop,
    stripe: Stripe,
    backup: Vec<(String, Vec<Document>)>,
    since: Timestamp,
}

impl Restored {
    /// Opens a shop with a product.
    async fn open() -> (TestShop, Stripe, ProductDoc) {
        let (shop, stripe) = TestShop::open_with_stripe().await;
        let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
        (shop, stripe, tee)
    }

    async fn back_up(shop: TestShop, stripe: Stripe) -> Self {
        let mut backup = Vec::new();
        for name in shop.database().list_collection_names().await.expect("names") {
            let found = shop.database().collection(&name).find(doc! {}).await.expect("documents");
            backup.push((name, found.try_collect().await.expect("documents")));
        }
        let since = shop.state().now();
        Self { shop, stripe, backup, since }
    }

    async fn restore(&self) {
        for (name, documents) in &self.backup {
            let collection = self.shop.database().collection::<Document>(name);
            collection.delete_many(doc! {}).await.expect("an empty collection");
            if !documents.is_empty() {
                collection.insert_many(documents).await.expect("the documents of the backup");
            }
        }
    }

    /// Runs the command with the lines of a complete log. Returns its output and whether it succeeded.
    async fn complete(&self, log: &str, options: &[&str]) -> (String, bool) {
        self.complete_since(self.since, "sk_test_local", log, options).await
    }

    async fn complete_since(&self, since: Timestamp, key: &str, log: &str, options: &[&str]) -> (String, bool) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
        command.args(["complete-restore", "--since", &since.to_string(), "--auth-log", "-"]).args(options);
        command.env("MONGODB_DATABASE", self.shop.database().name());
        command.env("STRIPE_SECRET_KEY", key).env("STRIPE_API_BASE", self.stripe.base_url());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ferrocart");
        child.stdin.take().expect("a pipe").write_all(format!("{log}{END}").as_bytes()).ok();
        // On another thread, because the stand-in for Stripe runs on this one.
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.expect("a thread");
        let output = output.expect("the output");
        let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        (String::from_utf8(text).expect("UTF-8"), output.status.success())
    }

    async fn order(&self, order: &Answer) -> Answer {
        self.shop.admin_again().await.get(&format!("/admin/orders/{}", order.text("/id"))).await.expect(200)
    }
}

async fn buy(buyer: &Client, tee: &ProductDoc) -> Answer {
    buyer.post("/cart/items", cart_item(tee, 1)).await.expect(200);
    let address = json!({
        "type": "shipping", "street": "1 Main Street", "city": "Springfield", "state": "IL", "zip": "62701",
    });
    buyer.post("/orders", json!({ "shipping_address": address })).await.expect(201)
}

async fn pay(stripe: &Stripe, order: &Answer) {
    stripe.confirm(&order.text("/payment/intent_id"), "pm_card_visa").await;
}

/// The last line of a complete log.
const END: &str = "{\"complete\":true}\n";

/// Deletes the user's own account. Returns the lines of the log that the filter of `tools/restore.sh` selects.
async fn delete_account(user: &Client) -> String {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let writer = Arc::new(log.reopen().expect("a file"));
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_ansi(false).with_writer(writer).finish();
    let capturing = tracing::subscriber::set_default(subscriber);
    user.send(Method::DELETE, "/auth/me", Some(json!({ "password": "correct horse" }))).await.expect(204);
    drop(capturing);
    let (_, filter) = include_str!("../../restore.sh").split_once("--filter-pattern '{ ").expect("a filter");
    let (filter, _) = filter.split_once(" }'").expect("a filter");
    let conditions = filter.split(" && ").map(|condition| condition.split_once(" = ").expect("a comparison"));
    let conditions: Vec<(&str, Value)> = conditions
        .map(|(field, value)| (field.trim_start_matches("$."), serde_json::from_str(value).expect("a value")))
        .collect();
    let lines = std::fs::read_to_string(log.path()).expect("a log");
    let is_selected = |line: &&str| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        conditions.iter().all(|(field, value)| line.get(field) == Some(value))
    };
    lines.lines().filter(is_selected).map(|line| format!("{line}\n")).collect()
}

/// A line as the function `auth` logs when an account is deleted.
fn deletion(user: &Value) -> String {
    let line = json!({
        "level": "INFO", "message": "answered", "method": "DELETE", "route": "/api/v1/auth/me", "status": 204,
        "user_id": user,
    });
    format!("{line}\n")
}

#[tokio::test]
async fn payments_and_refunds_since_the_backup_are_applied() {
    let (shop, stripe, tee) = Restored::open().await;
    shop.admin().await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let (unpaid, refunded) = (buy(&ada, &tee).await, buy(&bob, &tee).await);
    let restored = Restored::back_up(shop, stripe).await;
    pay(&restored.stripe, &unpaid).await;
    pay(&restored.stripe, &refunded).await;
    restored.stripe.refund_by_hand(&refunded.text("/payment/intent_id"), 500).await;
    restored.restore().await;
    for _ in 0..2 {
        let (output, succeeded) = restored.complete("", &[]).await;
        assert!(succeeded, "{output}");
        assert_eq!(restored.order(&unpaid).await.at("/status"), "processing");
        let refunded = restored.order(&refunded).await;
        assert_eq!((refunded.at("/status"), refunded.at("/refunded_amount")), (&json!("processing"), &json!(5.0)));
    }
}

#[tokio::test]
async fn only_named_payments_of_lost_orders_are_refunded() {
    let (shop, stripe, tee) = Restored::open().await;
    shop.admin().await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let kept = buy(&bob, &tee).await;
    let restored = Restored::back_up(shop, stripe).await;
    let paid = buy(&ada, &tee).await;
    let unpaid = buy(&ada, &tee).await;
    // It could be an order of another shop on the same account.
    let other = buy(&bob, &tee).await;
    let [kept, paid, unpaid, other] = [&kept, &paid, &unpaid, &other].map(|order| order.text("/payment/intent_id"));
    for intent in [&paid, &other] {
        restored.stripe.confirm(intent, "pm_card_visa").await;
    }
    restored.stripe.refund_by_hand(&paid, 500).await;
    restored.restore().await;
    let (output, succeeded) = restored.complete("", &[]).await;
    assert!(!succeeded, "{output}");
    let database = format!("database: {}\n", restored.shop.database().name());
    let expected =
        [database, format!("{paid}: 14.99 USD"), format!("{unpaid}: unpaid"), "left: 3, 34.98 USD".to_owned()];
    for expected in expected {
        assert!(output.contains(&expected), "{expected} is not in {output}");
    }
    for unknown in [&kept, "pi_unknown"] {
        let (output, succeeded) = restored.complete("", &["--refund", &format!("{paid},{unknown}")]).await;
        assert!(!succeeded && output.contains(&format!("nothing was refunded: {unknown} is no payment")), "{output}");
    }
    assert_eq!(restored.stripe.refunds(&paid).await.len(), 1);
    for summary in ["refunded or cancelled: 2, 14.99 USD paid", "left: 1, 19.99 USD paid"] {
        let (output, succeeded) = restored.complete("", &["--refund", &format!("{paid},{unpaid}")]).await;
        assert!(!succeeded && output.contains(summary), "{output}");
    }
    let refunds = restored.stripe.refunds(&paid).await;
    assert_eq!(refunds.iter().map(|refund| &refund["amount"]).collect::<Vec<_>>(), [&json!(1499), &json!(500)]);
    assert_eq!(restored.stripe.refunds(&other).await.len(), 0);
    let unpaid = restored.stripe.intents().await.into_iter().find(|intent| intent["id"] == unpaid.as_str());
    assert_eq!(unpaid.expect("an intent")["status"], "canceled");
    assert!(restored.complete("", &["--refund", &other]).await.1);
}

#[tokio::test]
async fn a_database_of_another_name_is_rejected() {
    let (shop, stripe, _) = Restored::open().await;
    let restored = Restored::back_up(shop, stripe).await;
    let (output, succeeded) = restored.complete("", &["--mongodb-database", "no_such_shop"]).await;
    assert!(!succeeded && output.contains("the database no_such_shop cannot be used"), "{output}");
}

#[tokio::test]
async fn deleted_accounts_are_deleted_again_and_sessions_end() {
    let (shop, stripe, tee) = Restored::open().await;
    shop.admin().await;
    let (ada, bob) = (shop.customer("ada").await, shop.customer("bob").await);
    let order = buy(&ada, &tee).await;
    let restored = Restored::back_up(shop, stripe).await;
    let log = delete_account(&ada).await;
    restored.restore().await;
    bob.get("/auth/me").await.expect(200);
    let (output, succeeded) = restored.complete(&log, &[]).await;
    assert!(succeeded && output.contains("deleted accounts: 1"), "{output}");
    assert!(output.contains("administrators: "), "{output}");
    bob.get("/auth/me").await.expect(401);
    let login = |name: &str| json!({ "email": format!("{name}@example.com"), "password": "correct horse" });
    restored.shop.visitor().post("/auth/login", login("ada")).await.expect(401);
    restored.shop.visitor().post("/auth/login", login("bob")).await.expect(200);
    ferrocart_maintenance::run(restored.shop.state().clone()).await.expect("a report");
    let order = restored.order(&order).await;
    assert_eq!((order.at("/status"), order.at("/erased")), (&json!("cancelled"), &json!(true)));
    let (output, succeeded) = restored.complete(&log, &[]).await;
    assert!(succeeded && output.contains("deleted accounts: 0"), "{output}");
}

#[tokio::test]
async fn mails_that_were_due_at_the_time_of_the_backup_are_not_sent_again() {
    let (shop, stripe, _) = Restored::open().await;
    let (before, email) = (shop.state().now(), "ada@example.com".parse().expect("an address"));
    let mails = AccountMails::new(shop.database(), true);
    mails.record(None, NotificationKind::PasswordReset, None, &email, before).await.expect("a mail");
    let restored = Restored::back_up(shop, stripe).await;
    // The shop was opened before this run, which continues an interrupted one.
    let after = before.plus(Duration::from_mins(1));
    mails.record(None, NotificationKind::PasswordReset, None, &email, after).await.expect("a mail");
    restored.complete("", &[]).await;
    let due = mails.due(after, 9).await.expect("mails");
    assert_eq!(due.iter().map(|mail| mail.created_at).collect::<Vec<_>>(), [after]);
    let ended = doc! { "notifications.state": "suppressed", "notifications.reason": "outdated" };
    let stored = restored.shop.database().collection::<Document>("account_mails");
    assert_eq!(stored.count_documents(ended).await.expect("a count"), 1);
}

#[tokio::test]
async fn the_last_administrators_account_is_left_and_reported() {
    let (shop, stripe, _) = Restored::open().await;
    let id = shop.admin().await.get("/auth/me").await.expect(200).at("/id").clone();
    let restored = Restored::back_up(shop, stripe).await;
    let (output, succeeded) = restored.complete(&deletion(&id), &[]).await;
    assert!(!succeeded && output.contains("last administrator"), "{output}");
}

#[tokio::test]
async fn events_of_three_days_before_the_backup_are_listed() {
    let (shop, stripe, _) = Restored::open().await;
    let restored = Restored::back_up(shop, stripe).await;
    let server = MockServer::start().await;
    let nothing = ResponseTemplate::new(200).set_body_json(json!({ "data": [], "has_more": false }));
    Mock::given(any()).respond_with(nothing).mount(&server).await;
    let (output, succeeded) = restored.complete("", &["--stripe-api-base", &server.uri()]).await;
    assert!(succeeded, "{output}");
    let requests = server.received_requests().await.expect("the requests");
    let events = requests.iter().find(|request| request.url.path() == "/v1/events").expect("a list of events");
    let (_, created) = events.url.query_pairs().find(|(name, _)| name == "created[gte]").expect("a time");
    let earliest = restored.since.minus(Duration::from_hours(72)).as_seconds();
    assert!(created.parse::<i64>().expect("seconds") <= earliest, "{created}");
}

#[tokio::test]
async fn what_stripe_cannot_provide_is_reported() {
    let (shop, stripe, _) = Restored::open().await;
    stripe.set_restricted_key("rk_test_shop", &["rak_payment_intent_write", "rak_charge_write"]).await;
    let restored = Restored::back_up(shop, stripe).await;
    let (now, day) = (restored.since, Duration::from_hours(24));
    for (since, key, expected) in [
        (now, "rk_test_shop", "the key needs the permission *Events: Read*"),
        (now.minus(day * 31), "sk_test_local", "Stripe keeps events for 30 days"),
        (now.plus(day), "sk_test_local", "--since is in the future"),
    ] {
        let (output, succeeded) = restored.complete_since(since, key, "", &[]).await;
        assert!(!succeeded && output.contains(expected), "{expected} is not in {output}");
    }
}
