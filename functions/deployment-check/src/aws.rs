//! Creates the clients of AWS's SDK for Lambda and CodeDeploy.

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_types::SdkConfig;
use ferrocart::config::{AwsAccess, DeploymentCheckConfig};
use secrecy::ExposeSecret;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The deadline of one attempt: a new version may start and then respond for the whole timeout of its function.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(25);
/// The maximum number of attempts: while Lambda throttles a new account, the waits between them add up to a minute.
const MAX_ATTEMPTS: u32 = 8;
/// The upper limit of the random wait before the second attempt. It doubles with each attempt.
const INITIAL_BACKOFF: Duration = Duration::from_millis(500);

/// The settings of all clients.
pub(crate) struct Aws(SdkConfig);

impl Aws {
    pub(crate) fn new(config: &DeploymentCheckConfig) -> Self {
        let AwsAccess { region, access_key_id, secret_access_key, session_token } = &config.access;
        let token = session_token.as_ref().map(|token| token.expose_secret().to_owned());
        let key = secret_access_key.expose_secret();
        let credentials = Credentials::new(access_key_id, key, token, None, "environment");
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT);
        let retries = RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS).with_initial_backoff(INITIAL_BACKOFF);
        let mut builder = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .timeout_config(timeouts.build())
            .retry_config(retries);
        builder.set_endpoint_url(config.endpoint.clone());
        Self(builder.build())
    }

    pub(crate) fn lambda(&self) -> aws_sdk_lambda::Client {
        aws_sdk_lambda::Client::new(&self.0)
    }

    pub(crate) fn code_deploy(&self) -> aws_sdk_codedeploy::Client {
        aws_sdk_codedeploy::Client::new(&self.0)
    }
}
