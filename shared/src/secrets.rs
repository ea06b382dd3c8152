//! Reads settings from Secrets Manager that must not appear in a function's configuration, and stores generated ones, with a
//! signed request per secret, which is retried; see `docs/decisions/secrets.md`.

use crate::aws::{AwsRequest, SignError, sign_request};
use crate::config::SecretsConfig;
use axum::body::Bytes;
use axum::http::Method;
use futures_util::future::join_all;
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The deadline of one attempt. All attempts at a stage with their waits take up to 4.8 s. The deadline of a start or a
/// renewal is in `lambda/renewal.rs`.
const TIMEOUT: Duration = Duration::from_millis(1_500);
const MAX_ATTEMPTS: u32 = 3;
/// The upper limit of the random wait before the second attempt, in milliseconds. It doubles with each attempt.
const INITIAL_BACKOFF: u64 = 100;
/// The code of a rejection because of too many requests, which has status 400.
const THROTTLED: &str = "ThrottlingException";
/// The length of the id of a version: as that of a UUID.
const VERSION_ID_LENGTH: usize = 36;
const SERVICE: &str = "secretsmanager";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The settings in one secret. The type has no `Debug`, so that they are never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(BTreeMap<String, String>);

/// Settings that were read from secrets, by the ARN of each secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, Secret>);

/// The secrets of one stage by their ARNs, each with its value or why it could not be read.
pub type ReadSecrets = Vec<(String, Result<Secret, SecretsError>)>;

/// One of the values that Secrets Manager keeps of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The value that was stored last.
    Current,
    /// The value before that one. It does not exist until the secret has been changed.
    Previous,
}

/// Why the secrets could not be read. The text contains no value.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// Secrets Manager cannot be reached, or does not respond in time.
    #[error("Secrets Manager cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    /// Secrets Manager rejected the request: the role lacks a permission, or the secret does not exist.
    #[error("Secrets Manager rejected the request for {arn} with status {status}: {code}")]
    Rejected {
        /// The ARN of the secret.
        arn: String,
        /// The HTTP status.
        status: u16,
        /// The error code of AWS.
        code: String,
    },
    /// A secret is not a JSON object with string values.
    #[error("the secret {0} is not a JSON object with string values")]
    InvalidSecret(String),
    /// A request could not be signed.
    #[error("a request to Secrets Manager could not be signed")]
    Sign(#[from] SignError),
}

impl Secrets {
    /// Reads the current values of all configured secrets concurrently.
    ///
    /// # Errors
    /// The first error, if one of them cannot be read.
    pub async fn read(config: &SecretsConfig) -> Result<Self, SecretsError> {
        let read = Self::read_each(config, Stage::Current).await?;
        let secrets = read.into_iter().map(|(arn, secret)| Ok((arn, secret?)));
        Ok(Self(secrets.collect::<Result<_, SecretsError>>()?))
    }

    /// Reads a stage of all configured secrets concurrently. Each one fails individually.
    ///
    /// # Errors
    /// When there can be no client of HTTP.
    pub async fn read_each(config: &SecretsConfig, stage: Stage) -> Result<ReadSecrets, SecretsError> {
        let http = &client()?;
        let read = config.arns.iter().map(async |arn| (arn.clone(), get(http, config, arn, stage).await));
        Ok(join_all(read).await)
    }

    /// Returns the setting of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.values().find_map(|secret| secret.0.get(name)).cloned()
    }

    /// Returns the value of a secret.
    #[must_use]
    pub fn secret(&self, arn: &str) -> Option<&Secret> {
        self.0.get(arn)
    }

    /// Returns the secrets with their ARNs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.0.iter().map(|(arn, secret)| (arn.as_str(), secret))
    }

    /// Adds or replaces a secret.
    pub fn insert(&mut self, arn: String, secret: Secret) {
        self.0.insert(arn, secret);
    }
}

impl Secret {
    /// Returns the names of the settings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns the setting of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the settings that have a value in this secret, but not in `other`.
    #[must_use]
    pub fn settings_missing_in(&self, other: &Self) -> Vec<&str> {
        let has_value = |(_, value): &(&String, &String)| !value.is_empty();
        let is_missing = |name: &&String| other.0.get(*name).is_none_or(String::is_empty);
        self.0.iter().filter(has_value).map(|(name, _)| name).filter(is_missing).map(String::as_str).collect()
    }
}

impl Stage {
    /// Returns the staging label of Secrets Manager.
    const fn label(self) -> &'static str {
        match self {
            Self::Current => "AWSCURRENT",
            Self::Previous => "AWSPREVIOUS",
        }
    }
}

impl SecretsError {
    /// Returns whether the same request may succeed shortly after.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Rejected { status, code, .. } => matches!(status, 429 | 500..) || code == THROTTLED,
            Self::InvalidSecret(_) | Self::Sign(_) => false,
        }
    }
}

/// Stores a new value of a secret
/// (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html>).
///
/// # Errors
/// When the role lacks the permission, or Secrets Manager cannot be reached.
pub async fn put_secret(config: &SecretsConfig, arn: &str, name: &str, value: &str) -> Result<(), SecretsError> {
    let secret = json!({ name: value }).to_string();
    // Identifies the new version, so that a retry stores no second one.
    let version: String = std::iter::repeat_with(fastrand::alphanumeric).take(VERSION_ID_LENGTH).collect();
    let body = json!({ "SecretId": arn, "SecretString": secret, "ClientRequestToken": version }).to_string();
    call(&client()?, config, Call { operation: "PutSecretValue", arn, body: &body }).await.map(drop)
}

fn client() -> Result<Client, SecretsError> {
    // A pooled connection would not survive the time for which an environment is frozen between requests.
    Ok(Client::builder().timeout(TIMEOUT).pool_max_idle_per_host(0).build()?)
}

/// A call of Secrets Manager.
#[derive(Clone, Copy)]
struct Call<'a> {
    operation: &'static str,
    /// The secret.
    arn: &'a str,
    body: &'a str,
}

/// Reads one secret
/// (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>).
async fn get(http: &Client, config: &SecretsConfig, arn: &str, stage: Stage) -> Result<Secret, SecretsError> {
    #[derive(Deserialize)]
    struct SecretValue {
        #[serde(rename = "SecretString")]
        secret: String,
    }
    let body = json!({ "SecretId": arn, "VersionStage": stage.label() }).to_string();
    let response = call(http, config, Call { operation: "GetSecretValue", arn, body: &body }).await?;
    let invalid = || SecretsError::InvalidSecret(arn.to_owned());
    // An error of serde would quote the secret.
    let Ok(SecretValue { secret }) = serde_json::from_slice(&response) else { return Err(invalid()) };
    serde_json::from_str(&secret).map(Secret).ok().ok_or_else(invalid)
}

/// Calls Secrets Manager, in several attempts if necessary, and returns the response.
async fn call(http: &Client, config: &SecretsConfig, call: Call<'_>) -> Result<Bytes, SecretsError> {
    let mut max_wait = INITIAL_BACKOFF;
    for _ in 1..MAX_ATTEMPTS {
        match attempt(http, config, call).await {
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, "a call of Secrets Manager is retried");
                // Random, so that environments that failed at the same time do not retry at the same time.
                tokio::time::sleep(Duration::from_millis(fastrand::u64(0..=max_wait))).await;
                max_wait = max_wait.saturating_mul(2);
            }
            outcome => return outcome,
        }
    }
    attempt(http, config, call).await
}

async fn attempt(http: &Client, config: &SecretsConfig, call: Call<'_>) -> Result<Bytes, SecretsError> {
    let response = http.execute(signed_request(config, call)?.try_into()?).await?;
    let status = response.status().as_u16();
    let body = response.bytes().await?;
    if status == 200 {
        return Ok(body);
    }
    Err(SecretsError::Rejected { arn: call.arn.to_owned(), status, code: code(&body) })
}

fn signed_request(config: &SecretsConfig, call: Call<'_>) -> Result<axum::http::Request<Vec<u8>>, SignError> {
    let target = format!("secretsmanager.{}", call.operation);
    let request = AwsRequest {
        service: SERVICE,
        method: Method::POST,
        url: &format!("{}/", config.endpoint),
        headers: &[("content-type", CONTENT_TYPE), ("x-amz-target", &target)],
        body: call.body.as_bytes(),
    };
    sign_request(&config.access, request)
}

/// Returns the code of an error response, such as `AccessDeniedException`.
fn code(body: &[u8]) -> String {
    let error: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let kind = error.get("__type").and_then(Value::as_str).unwrap_or("unknown");
    kind.rsplit('#').next().unwrap_or(kind).to_owned()
}
