//! Secrets Manager with the secrets of a shop, each with its current and its previous value.

use ferrocart::config::TokenPrivateKey;
use ferrocart_chaos::TOKEN_SEED;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub(crate) const DATABASE: &str = "arn:database";
pub(crate) const TOKEN: &str = "arn:token";
pub(crate) const STRIPE: &str = "arn:stripe";
pub(crate) const WEBHOOK: &str = "arn:webhook";

/// The settings that are in a secret instead of the environment.
const SECRET_SETTINGS: [&str; 5] =
    ["MONGODB_URI", "TOKEN_PRIVATE_KEY", "TOKEN_PUBLIC_KEYS", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"];

/// Returns the key of access tokens with a seed.
pub(crate) fn token_key(seed: [u8; 32]) -> TokenPrivateKey {
    TokenPrivateKey::from_seed(seed).expect("a valid seed")
}

/// A server with the interface of Secrets Manager.
pub(crate) struct Manager {
    server: MockServer,
    values: Values,
}

/// The value of each stage, by secret and label. The error code of a secret replaces its current value.
#[expect(clippy::disallowed_types, reason = "the state of an in-memory server is guarded by a lock")]
#[derive(Clone, Default)]
struct Values(Arc<std::sync::Mutex<BTreeMap<(String, String), String>>>);

/// The label under which the error code of a secret is stored.
const ERROR: &str = "error";

impl Manager {
    pub(crate) async fn start() -> Self {
        let manager = Self { server: MockServer::start().await, values: Values::default() };
        let public_key = token_key(TOKEN_SEED).public_key().to_string();
        manager.set(TOKEN, &json!({ "TOKEN_PUBLIC_KEYS": public_key }));
        manager.set(STRIPE, &json!({ "STRIPE_SECRET_KEY": "rk_test_chaos_local" }));
        manager.set(WEBHOOK, &json!({ "STRIPE_WEBHOOK_SECRET": "whsec_local" }));
        Mock::given(method("POST")).respond_with(manager.values.clone()).mount(&manager.server).await;
        manager
    }

    /// Returns the settings of functions that read their secrets here, before each request.
    pub(crate) fn settings(&self, namespace: &str) -> Vec<(&'static str, String)> {
        let secrets = [DATABASE, TOKEN, STRIPE, WEBHOOK].join(",");
        let settings = [
            ("SECRETS", secrets.as_str()),
            ("SECRETS_MAX_AGE_SECONDS", "0"),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &self.server.uri()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "for-tests-only"),
            ("LOG_FORMAT", "json"),
            ("METRICS_NAMESPACE", namespace),
        ];
        let empty = SECRET_SETTINGS.map(|name| (name, ""));
        settings.into_iter().chain(empty).map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// Rejects each request for the current value of a secret, with an error code of AWS.
    pub(crate) fn reject(&self, secret: &str, code: &str) {
        let mut values = self.values.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert((secret.to_owned(), ERROR.to_owned()), code.to_owned());
    }

    /// Ends all rejections.
    pub(crate) fn recover(&self) {
        let mut values = self.values.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|(_, label), _| label != ERROR);
    }

    /// Stores a value of a secret.
    pub(crate) fn set(&self, secret: &str, value: &Value) {
        self.set_text(secret, &value.to_string());
    }

    /// Stores a value of a secret as text, and returns the previous one.
    pub(crate) fn set_text(&self, secret: &str, value: &str) -> String {
        let mut values = self.values.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |label: &str| (secret.to_owned(), label.to_owned());
        let previous = values.insert(key("AWSCURRENT"), value.to_owned());
        if let Some(previous) = &previous {
            values.insert(key("AWSPREVIOUS"), previous.clone());
        }
        previous.unwrap_or_default()
    }
}

impl Respond for Values {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = request.body_json().expect("JSON");
        let text = |name: &str| body.get(name).and_then(Value::as_str).expect("a string").to_owned();
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stage = text("VersionStage");
        let error = values.get(&(text("SecretId"), ERROR.to_owned())).filter(|_| stage == "AWSCURRENT");
        if let Some(code) = error {
            return ResponseTemplate::new(400).set_body_json(json!({ "__type": code }));
        }
        match values.get(&(text("SecretId"), stage)) {
            Some(value) => ResponseTemplate::new(200).set_body_json(json!({ "SecretString": value })),
            None => ResponseTemplate::new(400).set_body_json(json!({ "__type": "ResourceNotFoundException" })),
        }
    }
}
