//! An emulator of S3 and SES in one process for a stack and for tests, with the bucket of `template.yaml`.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use ferrocart::aws::{AwsRequest, sign_request};
use ferrocart::config::AwsAccess;
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};

use crate::ministack;
use crate::origins::Origins;
use crate::processes::Processes;
use crate::terminal::print_status;

const REGION: &str = "us-east-1";
const BUCKET: &str = "pictures";
/// Not secrets: the emulator accepts any pair of keys as an account.
const ACCESS_KEY_ID: &str = "AKIDLOCAL";
const SECRET_ACCESS_KEY: &str = "for-local-use-only";

/// The sender whose mail the emulator accepts.
pub(crate) const SENDER: &str = "orders@shop.example";

/// Without CloudFront, the bucket itself serves the images of products to everyone.
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pictures/products/*"}]}"#;

/// A running emulator.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct S3 {
    pub(crate) url: String,
}

impl S3 {
    /// Starts the emulator, waits until it responds, and creates the bucket if `data` has none. Pages of `origins` may upload.
    pub(crate) async fn start(processes: &mut Processes, data: &Path, port: u16, origins: &Origins) -> Result<Self> {
        print_status(format_args!("starting the emulator of S3 and SES on port {port}"));
        std::fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
        let url = ministack::start(processes, data, port, |command| {
            command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
            command.env("S3_PERSIST", "1").env("S3_DATA_DIR", data.join("s3"));
            // Otherwise the emulator would use the developer's own AWS account.
            for name in ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"] {
                command.env_remove(name);
            }
        });
        let s3 = Self { url: url.await? };
        s3.create_bucket(&origins.bucket_cors()?).await?;
        Ok(s3)
    }

    /// The settings with which a shop stores images in the emulator.
    pub(crate) fn settings(&self) -> [(&'static str, &str); 5] {
        [
            ("IMAGE_BUCKET", BUCKET),
            ("AWS_ENDPOINT_URL_S3", &self.url),
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
        ]
    }

    /// Lets the emulator of SES accept mail from [`SENDER`].
    pub(crate) async fn verify_sender(&self) -> Result<()> {
        let body = serde_json::json!({ "EmailIdentity": SENDER }).to_string();
        let url = format!("{}/v2/email/identities", self.url);
        let headers = [("content-type", "application/json")];
        let request =
            AwsRequest { service: "ses", method: Method::POST, url: &url, headers: &headers, body: body.as_bytes() };
        send("verifying the sender of mail", request).await
    }

    async fn create_bucket(&self, cors: &str) -> Result<()> {
        for (method, query, body) in [
            (Method::PUT, "", ""),
            // Like S3, the emulator blocks public policies on a new bucket.
            (Method::DELETE, "?publicAccessBlock", ""),
            (Method::PUT, "?cors", cors),
            (Method::PUT, "?policy", POLICY),
        ] {
            let url = format!("{}/{BUCKET}{query}", self.url);
            let request = AwsRequest { service: "s3", method, url: &url, headers: &[], body: body.as_bytes() };
            send("preparing the bucket", request).await?;
        }
        Ok(())
    }
}

/// Signs and sends a request to the emulator.
async fn send(task: &'static str, request: AwsRequest<'_>) -> Result<()> {
    let access = AwsAccess {
        region: REGION.to_owned(),
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret_access_key: SECRET_ACCESS_KEY.to_owned().into(),
        session_token: None,
    };
    let request = sign_request(&access, request).context("signing the request")?;
    let response = Client::new().execute(request.try_into()?).await.context(task)?;
    let status = response.status();
    // 409: it exists from an earlier run.
    ensure!(status.is_success() || status == 409, "{task}: {status} {}", response.text().await?);
    Ok(())
}
