//! Creates the client of AWS's SDK for S3.

use crate::config::{AwsAccess, ImagesConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Config, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use secrecy::ExposeSecret;
use std::time::Duration;

/// The deadline of establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// The deadline of one attempt. Half of the next one fits into [`super::TIMEOUT`].
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// The maximum number of attempts. The first one may fail on a connection that was closed while the environment was
/// frozen.
const MAX_ATTEMPTS: u32 = 3;
/// The upper limit of the random wait before the second attempt. It doubles with each attempt.
const INITIAL_BACKOFF: Duration = Duration::from_millis(100);

/// Creates a client. It opens its first connection with the first request.
pub(super) fn client(config: &ImagesConfig) -> Client {
    let AwsAccess { region, access_key_id, secret_access_key, session_token } = &config.access;
    let token = session_token.as_ref().map(|token| token.expose_secret().to_owned());
    let key = secret_access_key.expose_secret();
    let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT);
    let retries = RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS).with_initial_backoff(INITIAL_BACKOFF);
    let builder = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.clone()))
        .credentials_provider(Credentials::new(access_key_id, key, token, None, "environment"))
        .timeout_config(timeouts.build())
        .retry_config(retries)
        // The default adds a checksum to requests. A browser could not know the one of a presigned upload.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    Client::from_conf(match &config.endpoint {
        // Emulators have no host names for buckets.
        Some(endpoint) => builder.endpoint_url(endpoint).force_path_style(true).build(),
        None => builder.build(),
    })
}
