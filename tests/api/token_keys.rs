//! The keys of access tokens, which `migrate` generates with the first deployment.

use ferrocart::config::{SecretsConfig, TokenKeySecrets, TokenPrivateKey, TokenPublicKey};
use ferrocart_migrate::create_token_keys;
use ferrocart_tests::TestShop;
use futures_util::future::join_all;
use mongodb::Database;
use mongodb::bson::{DateTime, Document, doc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use wiremock::matchers::{any, body_partial_json, header};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const PRIVATE: &str = "arn:private";
const PUBLIC: &str = "arn:public";

/// A Secrets Manager in which the secret of public keys has this value.
async fn manager(public_keys: &str) -> MockServer {
    let manager = MockServer::start().await;
    let value = json!({ "SecretString": json!({ "TOKEN_PUBLIC_KEYS": public_keys }).to_string() });
    let read = Mock::given(header("x-amz-target", "secretsmanager.GetSecretValue"));
    let read = read.and(body_partial_json(json!({ "SecretId": PUBLIC })));
    read.respond_with(ResponseTemplate::new(200).set_body_json(value)).mount(&manager).await;
    let stored = Mock::given(header("x-amz-target", "secretsmanager.PutSecretValue"));
    stored.respond_with(ResponseTemplate::new(200).set_body_json(json!({}))).with_priority(9).mount(&manager).await;
    manager
}

async fn create(database: &Database, manager: &MockServer) -> Result<(), ferrocart::lambda::Error> {
    let url = manager.uri();
    let read = |name: &str| match name {
        "SECRETS" => Some("arn:database,arn:public".to_owned()),
        "AWS_ENDPOINT_URL" => Some(url.clone()),
        "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
        _ => None,
    };
    let config = SecretsConfig::read(read).expect("valid settings").expect("secrets");
    let secrets = TokenKeySecrets { private_key: PRIVATE.to_owned(), public_keys: PUBLIC.to_owned() };
    create_token_keys(database, &config, &secrets).await
}

/// Returns the bodies of the requests that have stored a value.
async fn stored(manager: &MockServer) -> Vec<Value> {
    let requests = manager.received_requests().await.expect("recorded requests");
    let stored = requests.iter().filter(|request| request.headers["x-amz-target"] == "secretsmanager.PutSecretValue");
    stored.map(|request| request.body_json().expect("JSON")).collect()
}

fn secret(body: &Value, name: &str) -> String {
    let secret: Value = serde_json::from_str(body["SecretString"].as_str().expect("a secret")).expect("JSON");
    secret[name].as_str().expect("a setting").to_owned()
}

#[tokio::test]
async fn the_first_deployment_generates_the_token_keys() {
    let shop = TestShop::open().await;
    let manager = manager("").await;
    create(shop.database(), &manager).await.expect("stored keys");
    let stored = stored(&manager).await;
    let [private, public] = stored.as_slice() else { panic!("{} values were stored", stored.len()) };
    assert_eq!((&private["SecretId"], &public["SecretId"]), (&json!(PRIVATE), &json!(PUBLIC)));
    let private_key: TokenPrivateKey = secret(private, "TOKEN_PRIVATE_KEY").parse().expect("a private key");
    let public_key: TokenPublicKey = secret(public, "TOKEN_PUBLIC_KEYS").parse().expect("a public key");
    assert_eq!(private_key.public_key(), public_key);
    for body in [private, public] {
        // The length that Secrets Manager requires.
        assert!((32..=64).contains(&body["ClientRequestToken"].as_str().expect("a token").len()));
    }
}

#[tokio::test]
async fn a_later_deployment_keeps_the_token_keys() {
    let shop = TestShop::open().await;
    let manager = manager("any key").await;
    create(shop.database(), &manager).await.expect("nothing to do");
    assert_eq!(stored(&manager).await, [Value::Null; 0]);
}

#[tokio::test]
async fn without_a_stored_private_key_no_public_key_is_stored() {
    let shop = TestShop::open().await;
    let manager = manager("").await;
    let denied = ResponseTemplate::new(400).set_body_json(json!({ "__type": "AccessDeniedException" }));
    let private = Mock::given(body_partial_json(json!({ "SecretId": PRIVATE })));
    private.respond_with(denied).with_priority(1).mount(&manager).await;
    let error = create(shop.database(), &manager).await.expect_err("a denied call").to_string();
    assert!(error.contains("arn:private with status 400: AccessDeniedException"), "{error}");
    assert_eq!(stored(&manager).await.len(), 1);
}

/// The current values of secrets. Storing one takes a while, so that concurrent runs overlap.
#[expect(clippy::disallowed_types, reason = "the state of an in-memory server is guarded by a lock")]
#[derive(Clone, Default)]
struct Values(Arc<std::sync::Mutex<BTreeMap<String, Value>>>);

impl Respond for Values {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = request.body_json().expect("JSON");
        let id = body["SecretId"].as_str().expect("an ARN").to_owned();
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if request.headers["x-amz-target"] == "secretsmanager.PutSecretValue" {
            values.insert(id, body["SecretString"].clone());
            return ResponseTemplate::new(200).set_body_json(json!({})).set_delay(Duration::from_millis(50));
        }
        let value = values.get(&id).cloned().unwrap_or_else(|| json!({ "TOKEN_PUBLIC_KEYS": "" }).to_string().into());
        ResponseTemplate::new(200).set_body_json(json!({ "SecretString": value }))
    }
}

#[tokio::test]
async fn concurrent_first_deployments_generate_one_pair_of_keys() {
    let shop = TestShop::open().await;
    let manager = MockServer::start().await;
    Mock::given(any()).respond_with(Values::default()).mount(&manager).await;
    let runs = join_all((0..3).map(|_| create(shop.database(), &manager))).await;
    assert!(runs.iter().all(Result::is_ok), "{runs:?}");
    let stored = stored(&manager).await;
    let [private, public] = stored.as_slice() else { panic!("{} values were stored", stored.len()) };
    let private_key: TokenPrivateKey = secret(private, "TOKEN_PRIVATE_KEY").parse().expect("a private key");
    assert_eq!(private_key.public_key().to_string(), secret(public, "TOKEN_PUBLIC_KEYS"));
}

#[tokio::test]
async fn a_crashed_first_deployment_can_be_repeated() {
    let shop = TestShop::open().await;
    let past = DateTime::from_millis(DateTime::now().timestamp_millis() - 1);
    let lease = doc! { "_id": "token_keys", "version": 1, "leased_until": past };
    shop.database().collection::<Document>("settings").insert_one(lease).await.expect("an insertion");
    let manager = manager("").await;
    create(shop.database(), &manager).await.expect("stored keys");
    assert_eq!(stored(&manager).await.len(), 2);
}
