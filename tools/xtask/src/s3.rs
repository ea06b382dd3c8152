//! S3 for a stack and for tests: an emulator in one process, with the bucket of `template.yaml`.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use ferrocart::aws::{AwsRequest, SignableBody, s3_signing_settings, sign_request};
use ferrocart::config::AwsAccess;
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};

use crate::processes::Processes;
use crate::terminal::say;
use crate::tools;

const REGION: &str = "us-east-1";
const BUCKET: &str = "pictures";
/// No secrets: the emulator takes them for an account, and has nothing to lose.
const ACCESS_KEY_ID: &str = "AKIDLOCAL";
const SECRET_ACCESS_KEY: &str = "for-local-use-only";

/// As in `template.yaml`: a page of this origin may upload.
const CORS: &str = "<CORSConfiguration><CORSRule><AllowedOrigin>http://localhost:3000</AllowedOrigin>\
    <AllowedMethod>PUT</AllowedMethod><AllowedHeader>content-type</AllowedHeader>\
    <MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule></CORSConfiguration>";
/// There is no CloudFront here, so everybody may look at what products show.
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pictures/products/*"}]}"#;

/// An emulator that runs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct S3 {
    pub(crate) url: String,
}

impl S3 {
    /// Starts it, waits until it answers, and makes the bucket if `data` has none.
    pub(crate) async fn start(processes: &mut Processes, data: &Path, port: u16) -> Result<Self> {
        let programs = tools::environment(processes, "ministack").await?;
        say(format_args!("starting S3 on port {port}"));
        std::fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
        let s3 = Self { url: format!("http://127.0.0.1:{port}") };
        let mut command = processes.command(programs.join("ministack"));
        command.env("GATEWAY_PORT", port.to_string()).env("BIND_HOST", "127.0.0.1").env("AUTH", "true");
        command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        command.env("S3_PERSIST", "1").env("S3_DATA_DIR", data.join("s3")).env("TMPDIR", data);
        // What else it would take from the developer's own account.
        for name in ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"] {
            command.env_remove(name);
        }
        processes.start("ministack", command)?;
        processes.during(s3.answer()).await?;
        s3.make_bucket().await?;
        Ok(s3)
    }

    /// What makes a shop keep its pictures there.
    pub(crate) fn settings(&self) -> [(&'static str, &str); 5] {
        [
            ("IMAGE_BUCKET", BUCKET),
            ("AWS_ENDPOINT_URL_S3", &self.url),
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
        ]
    }

    async fn answer(&self) -> Result<()> {
        let health = format!("{}/_ministack/health", self.url);
        let patience = async {
            while reqwest::get(&health).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), patience).await.context("S3 doesn't answer")
    }

    async fn make_bucket(&self) -> Result<()> {
        for (method, query, body) in [
            (Method::PUT, "", ""),
            // The emulator, like S3, makes buckets that no policy can open.
            (Method::DELETE, "?publicAccessBlock", ""),
            (Method::PUT, "?cors", CORS),
            (Method::PUT, "?policy", POLICY),
        ] {
            let url = format!("{}/{BUCKET}{query}", self.url);
            let access = AwsAccess {
                region: REGION.to_owned(),
                access_key_id: ACCESS_KEY_ID.to_owned(),
                secret_access_key: SECRET_ACCESS_KEY.to_owned().into(),
                session_token: None,
            };
            let request = AwsRequest {
                service: "s3",
                time: SystemTime::now(),
                settings: s3_signing_settings(),
                method,
                url: &url,
                headers: &[],
                body: SignableBody::Bytes(body.as_bytes()),
            };
            let request = sign_request(&access, request).context("signing")?.map(|()| body);
            let answer = Client::new().execute(request.try_into()?).await.context("preparing the bucket")?;
            let status = answer.status();
            // It may be there from an earlier run.
            ensure!(status.is_success() || status == 409, "preparing the bucket: {status} {}", answer.text().await?);
        }
        Ok(())
    }
}
