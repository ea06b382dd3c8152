//! The settings of AWS: credentials, region, and the image bucket.

use super::settings::Settings;
use secrecy::SecretString;

/// The credentials and the region. Lambda sets all of these variables.
#[derive(Debug, Clone)]
pub struct AwsAccess {
    /// `AWS_REGION`
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`
    pub secret_access_key: SecretString,
    /// `AWS_SESSION_TOKEN`
    pub session_token: Option<SecretString>,
}

/// The image bucket.
#[derive(Debug, Clone)]
pub struct ImagesConfig {
    /// `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`: an endpoint that has the bucket in its paths; by default that of the
    /// region.
    pub endpoint: Option<String>,
    /// `IMAGE_BUCKET`: the name of the bucket.
    pub bucket: String,
    /// `IMAGE_BASE_URL`: the base of public image URLs; by default the URL of the bucket.
    pub base_url: String,
    /// The credentials.
    pub access: AwsAccess,
}

impl ImagesConfig {
    /// Returns the URL of the bucket.
    #[must_use]
    pub fn bucket_url(&self) -> String {
        bucket_url(self.endpoint.as_deref(), &self.bucket, &self.access.region)
    }
}

fn bucket_url(endpoint: Option<&str>, bucket: &str, region: &str) -> String {
    match endpoint {
        Some(endpoint) => format!("{endpoint}/{bucket}"),
        None => format!("https://{bucket}.s3.{region}.amazonaws.com"),
    }
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    pub(super) fn aws_access(&mut self) -> AwsAccess {
        AwsAccess {
            region: self.required("AWS_REGION"),
            access_key_id: self.required("AWS_ACCESS_KEY_ID"),
            secret_access_key: self.required("AWS_SECRET_ACCESS_KEY").into(),
            session_token: self.optional("AWS_SESSION_TOKEN").map(SecretString::from),
        }
    }

    pub(super) fn images(&mut self, bucket: String) -> ImagesConfig {
        let access = self.aws_access();
        let endpoint = self.optional("AWS_ENDPOINT_URL_S3").or_else(|| self.optional("AWS_ENDPOINT_URL"));
        let endpoint = endpoint.map(|url| url.trim_end_matches('/').to_owned());
        let base_url = self.optional("IMAGE_BASE_URL").map(|url| url.trim_end_matches('/').to_owned());
        let base_url = base_url.unwrap_or_else(|| bucket_url(endpoint.as_deref(), &bucket, &access.region));
        ImagesConfig { endpoint, bucket, base_url, access }
    }
}
