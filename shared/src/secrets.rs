//! Secrets Manager: the settings that nobody may read in a function's configuration. One signed
//! call for each secret; see `docs/decisions/secrets.md`.

use crate::aws::{self, Call, SignableBody, SigningSettings, Unsigned};
use crate::config::SecretsConfig;
use axum::http::Method;
use futures_util::future::try_join_all;
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// The longest that one call waits: a function has ten seconds to start.
const TIMEOUT: Duration = Duration::from_secs(3);
const SERVICE: &str = "secretsmanager";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Settings that came from secrets. They don't print.
#[derive(Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, String>);

/// Why the secrets could not be read. It names no value.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// Secrets Manager does not answer.
    #[error("Secrets Manager cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    /// It says no: the role lacks a right, or there is no such secret.
    #[error("Secrets Manager refused to give {arn} with status {status}: {code}")]
    Refused {
        /// Which secret.
        arn: String,
        /// HTTP's status.
        status: u16,
        /// Its kind of error.
        code: String,
    },
    /// A secret is no object whose values are texts.
    #[error("the secret {0} is no JSON object of texts")]
    Unreadable(String),
    /// The call could not be signed.
    #[error("a call to Secrets Manager could not be signed")]
    Unsigned(#[from] Unsigned),
}

impl Secrets {
    /// Reads the secrets that the environment names, all at once.
    ///
    /// # Errors
    /// [`SecretsError`]
    pub async fn read(config: &SecretsConfig) -> Result<Self, SecretsError> {
        // Environments are frozen between calls, and a connection does not survive that.
        let http = Client::builder().timeout(TIMEOUT).pool_max_idle_per_host(0).build()?;
        let read = try_join_all(config.arns.iter().map(|arn| get(&http, config, arn))).await?;
        Ok(Self(read.into_iter().flatten().collect()))
    }

    /// The setting of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

/// `GetSecretValue`
/// (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>).
async fn get(http: &Client, config: &SecretsConfig, arn: &str) -> Result<BTreeMap<String, String>, SecretsError> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "SecretString")]
        secret: String,
    }
    let body = json!({ "SecretId": arn }).to_string();
    let request = signed(config, &body)?.map(|()| body);
    let response = http.execute(request.try_into()?).await?;
    let status = response.status().as_u16();
    let body = response.bytes().await?;
    if status != 200 {
        return Err(SecretsError::Refused { arn: arn.to_owned(), status, code: code(&body) });
    }
    let unreadable = || SecretsError::Unreadable(arn.to_owned());
    // An error of serde would quote what it could not read.
    let Ok(Answer { secret }) = serde_json::from_slice(&body) else { return Err(unreadable()) };
    serde_json::from_str(&secret).ok().ok_or_else(unreadable)
}

fn signed(config: &SecretsConfig, body: &str) -> Result<axum::http::Request<()>, Unsigned> {
    let call = Call {
        service: SERVICE,
        time: SystemTime::now(),
        settings: SigningSettings::default(),
        method: Method::POST,
        url: &format!("{}/", config.endpoint),
        headers: &[("content-type", CONTENT_TYPE), ("x-amz-target", "secretsmanager.GetSecretValue")],
        body: SignableBody::Bytes(body.as_bytes()),
    };
    aws::signed(&config.access, call)
}

/// Of a refusal, its kind: `AccessDeniedException`.
fn code(body: &[u8]) -> String {
    let refusal: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let kind = refusal.get("__type").and_then(Value::as_str).unwrap_or("unknown");
    kind.rsplit('#').next().unwrap_or(kind).to_owned()
}
