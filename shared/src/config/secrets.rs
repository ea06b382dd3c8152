//! The settings of Secrets Manager, which has all other secret settings.

use super::aws::AwsAccess;
use super::settings::{ConfigError, Settings, environment};
use std::time::Duration;

/// The secrets that have further settings.
#[derive(Debug, Clone)]
pub struct SecretsConfig {
    /// `SECRETS`: the ARNs of the secrets, separated by commas. Each secret is a JSON object of settings:
    /// `{"MONGODB_URI": ".."}`.
    pub arns: Vec<String>,
    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER` or `AWS_ENDPOINT_URL`: the endpoint; by default that of the region.
    pub endpoint: String,
    /// The credentials.
    pub access: AwsAccess,
    /// `SECRETS_MAX_AGE_SECONDS`: the time after which the secrets are read again; by default 300.
    pub max_age: Duration,
}

impl SecretsConfig {
    /// Reads the environment; `None` when it names no secret.
    pub fn from_env() -> Result<Option<Self>, ConfigError> {
        Self::read(environment)
    }

    /// Reads settings through `lookup`.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        let mut settings = Settings::new(lookup);
        let Some(arns) = settings.optional("SECRETS") else { return Ok(None) };
        let access = settings.aws_access();
        let endpoint = settings.optional("AWS_ENDPOINT_URL_SECRETS_MANAGER");
        let endpoint = endpoint.or_else(|| settings.optional("AWS_ENDPOINT_URL"));
        let config = Self {
            arns: arns.split(',').map(|arn| arn.trim().to_owned()).collect(),
            endpoint: endpoint.map_or_else(
                || format!("https://secretsmanager.{}.amazonaws.com", access.region),
                |url| url.trim_end_matches('/').to_owned(),
            ),
            access,
            max_age: Duration::from_secs(settings.parsed("SECRETS_MAX_AGE_SECONDS", 300)),
        };
        settings.finish(Some(config))
    }
}

/// The secrets with the keys of access tokens, for the function that generates them.
#[derive(Debug, Clone)]
pub struct TokenKeySecrets {
    /// `TOKEN_PRIVATE_KEY_SECRET`: the ARN of the secret with `TOKEN_PRIVATE_KEY`.
    pub private_key: String,
    /// `TOKEN_PUBLIC_KEYS_SECRET`: the ARN of the secret with `TOKEN_PUBLIC_KEYS`.
    pub public_keys: String,
}

impl TokenKeySecrets {
    /// Reads the environment; `None` without any of them.
    pub fn from_env() -> Result<Option<Self>, ConfigError> {
        let mut settings = Settings::new(environment);
        let Some(private_key) = settings.optional("TOKEN_PRIVATE_KEY_SECRET") else { return Ok(None) };
        let public_keys = settings.required("TOKEN_PUBLIC_KEYS_SECRET");
        settings.finish(Some(Self { private_key, public_keys }))
    }
}

#[cfg(test)]
mod tests {
    use super::SecretsConfig;

    #[test]
    fn without_secrets_no_access_is_required() {
        let region = ("AWS_REGION", "eu-central-1");
        let keys = [("SECRETS", "arn:a, arn:b"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "key")];
        let read = |settings: &[(&str, &str)]| {
            SecretsConfig::read(|name| settings.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(read(&[region]).unwrap().is_none());
        assert!(read(&keys).unwrap_err().to_string().contains("AWS_REGION"));
        let config = read(&[keys.as_slice(), &[region]].concat()).unwrap().unwrap();
        assert_eq!(config.arns, ["arn:a", "arn:b"]);
        assert_eq!(config.endpoint, "https://secretsmanager.eu-central-1.amazonaws.com");
        let local = [keys.as_slice(), &[region, ("AWS_ENDPOINT_URL", "http://localhost:4566/")]].concat();
        assert_eq!(read(&local).unwrap().unwrap().endpoint, "http://localhost:4566");
    }
}
