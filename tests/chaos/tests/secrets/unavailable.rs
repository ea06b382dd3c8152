//! Proves that an outage is no reason for a previous value: neither one of the database, nor one of Secrets Manager.

use crate::aws_secrets::{DATABASE, STRIPE, TOKEN, WEBHOOK};
use crate::{OTHER_CLUSTER, Shop};
use ferrocart_chaos::{ApiClient, Outcome};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

impl Shop {
    async fn buyer(&self, name: &str) -> ApiClient {
        self.world.buyer_with_cart(name, &[(&self.tee, 1)]).await
    }

    async fn orders(&self) -> u64 {
        let orders = self.world.database().collection::<Value>("orders");
        orders.count_documents(doc! {}).await.expect("a count")
    }

    /// Returns the number of log lines with that message about a secret.
    fn reports(&self, secret: &str, message: &str) -> usize {
        let is_report = |line: &Value| line["message"] == message && line["secret"] == secret;
        self.lines("orders").iter().filter(|line| is_report(line)).count()
    }
}

fn is_unavailable(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown(reason) if reason.starts_with("503"))
}

async fn order(buyer: &ApiClient) -> Outcome {
    buyer.place_order(buyer.name(), &[("TEE", 1)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_a_new_cluster_leads_no_start_to_the_old_one() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("early").await;
    let right = shop.manager.set_text(DATABASE, &json!({ "MONGODB_URI": OTHER_CLUSTER }).to_string());
    shop.world.lambda.kill("orders");
    let outcome = order(&buyer).await;
    assert!(is_unavailable(&outcome), "{outcome:?}");
    assert_eq!(shop.orders().await, 0);
    // The corrected value is used without a deployment.
    shop.manager.set_text(DATABASE, &right);
    assert!(matches!(order(&buyer).await, Outcome::Ok(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_credentials_of_other_hosts_lead_no_start_to_the_old_ones() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("early").await;
    let uri = shop.uri(shop.world.app_name());
    let mistyped = uri.replace("mongodb://", "mongodb://shop:mistyped@").replace("127.0.0.1", "localhost");
    shop.manager.set(DATABASE, &json!({ "MONGODB_URI": mistyped }));
    shop.world.lambda.kill("orders");
    let outcome = order(&buyer).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert!(shop.logs_contain("orders", "Authentication failed"));
    assert_eq!(shop.orders().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_host_that_may_be_down_leads_no_start_to_the_old_ones() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("early").await;
    shop.manager.set(DATABASE, &json!({ "MONGODB_URI": "mongodb://shop.invalid,127.0.0.1:9/" }));
    shop.world.lambda.kill("orders");
    let outcome = order(&buyer).await;
    assert!(is_unavailable(&outcome), "{outcome:?}");
    assert_eq!(shop.orders().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_schema_or_another_currency_leads_to_no_old_value() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("early").await;
    // The same database, so that only the schema and the currency are reasons.
    shop.manager.set(DATABASE, &json!({ "MONGODB_URI": shop.uri("rolled") }));
    let settings = shop.world.database().collection::<Document>("settings");
    for id in ["schema", "catalogue"] {
        let right = settings.find_one_and_delete(doc! { "_id": id }).await.expect("a deletion").expect("a setting");
        if id == "catalogue" {
            let mut wrong = right.clone();
            wrong.insert("currency", "JPY");
            settings.insert_one(wrong).await.expect("an insertion");
        }
        shop.world.lambda.kill("orders");
        let outcome = order(&buyer).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
        assert_eq!(shop.reports(DATABASE, "a secret could not be renewed"), 0, "{id}");
        settings.replace_one(doc! { "_id": id }, right).upsert(true).await.expect("a replacement");
    }
    assert!(matches!(order(&buyer).await, Outcome::Ok(_)));
    assert_eq!(shop.reports(DATABASE, "a secret could not be renewed"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_its_database_logs_why_it_failed() {
    let shop = Shop::open().await;
    shop.manager.set(DATABASE, &json!({ "MONGODB_URI": OTHER_CLUSTER }));
    shop.world.lambda.kill("maintenance");
    assert!(shop.world.lambda.invoke("maintenance", &json!({})).await.is_err());
    let lines = shop.lines("maintenance");
    let failed = lines.iter().find(|line| line["message"] == "the job failed").expect("a line of the failure");
    assert!(failed["chain"].as_str().is_some_and(|chain| chain.contains("Server selection timeout")), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_that_cannot_be_read_is_reported_and_no_other() {
    let shop = Shop::open().await;
    shop.manager.reject(STRIPE, "AccessDeniedException");
    shop.world.lambda.kill("stripe-webhook");
    drop(shop.world.api().anonymous("stripe").post("/webhooks/stripe", json!({})).await);
    let failed = shop.lines("stripe-webhook").into_iter().filter(|line| line["level"] == "ERROR");
    let failed: Vec<_> = failed.filter_map(|line| line["secret"].as_str().map(str::to_owned)).collect();
    assert!(!failed.is_empty());
    assert!(failed.iter().all(|secret| secret == STRIPE), "{failed:?}");
    assert!(!shop.logs_contain("stripe-webhook", WEBHOOK));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_secret_rolls_back_no_other_one() {
    let mut shop = Shop::open().await;
    // The database's secret was rolled, and its previous value leads to another cluster.
    let uri = shop.manager.set_text(DATABASE, &json!({ "MONGODB_URI": OTHER_CLUSTER }).to_string());
    shop.manager.set_text(DATABASE, &uri);
    shop.manager.set(STRIPE, &json!({ "STRIPE_SECRET_KEY": "rk_test_chaos_rolled" }));
    shop.manager.set(STRIPE, &json!({ "STRIPE_SECRET_KEY": "rk_test_chaos_local" }));
    // There is no previous value of this one.
    for code in ["AccessDeniedException", "ThrottlingException"] {
        shop.manager.reject(WEBHOOK, code);
        shop.world.lambda.kill("orders");
        assert!(shop.sells().await, "{code}");
        for rolled in [DATABASE, STRIPE, TOKEN] {
            assert_eq!(shop.reports(rolled, "a secret could not be renewed"), 0, "{code}: {rolled}");
            // A start with the previous value would be followed by a renewal.
            assert_eq!(shop.reports(rolled, "a rolled secret is in use"), 0, "{code}: {rolled}");
        }
        assert!(shop.reports(WEBHOOK, "a secret could not be renewed") > 0, "{code}");
        shop.manager.recover();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_secrets_manager_leads_to_no_previous_value() {
    let mut shop = Shop::open().await;
    assert!(shop.sells().await);
    let [early, late] = [shop.buyer("early").await, shop.buyer("late").await];
    let orders = shop.orders().await;
    for secret in [DATABASE, TOKEN, STRIPE, WEBHOOK] {
        // The previous values work, too.
        let right = shop.manager.set_text(secret, "{}");
        shop.manager.set_text(secret, &right);
        shop.manager.set_text(secret, &right);
        shop.manager.reject(secret, "ThrottlingException");
    }
    // A renewal continues with the values in use.
    assert!(matches!(order(&early).await, Outcome::Ok(_)));
    assert_eq!(shop.failures("orders").len(), 4);
    // A start has none, and does not use the previous ones.
    shop.world.lambda.kill("orders");
    let outcome = order(&late).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert!(shop.failures("orders").len() >= 8);
    assert_eq!(shop.orders().await, orders.saturating_add(1));
    shop.manager.recover();
    assert!(matches!(order(&late).await, Outcome::Ok(_)));
}
