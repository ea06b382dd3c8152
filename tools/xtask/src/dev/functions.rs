//! The functions, behind `cargo lambda watch`.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::Options;
use crate::processes::{Processes, WATCH};
use crate::terminal::say;
use crate::{root, tools};

/// The job that makes indexes and validators. It listens to no route.
const MIGRATE: &str = "migrate";

/// The job that ends what nobody else ends, and how often it runs. It listens to no route.
const MAINTENANCE: &str = "maintenance";
const EVERY: Duration = Duration::from_secs(60);

/// Each function with a request that it answers without side effects.
const PROBES: [(&str, Method, &str); 7] = [
    ("admin", Method::GET, "/admin/stats"),
    ("auth", Method::GET, "/auth/me"),
    ("cart", Method::GET, "/cart"),
    ("docs", Method::GET, "/health"),
    ("orders", Method::GET, "/orders"),
    ("products", Method::GET, "/products?limit=1"),
    ("stripe-webhook", Method::POST, "/webhooks/stripe"),
];

/// The binaries of all functions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PROBES.into_iter().map(|(name, ..)| name).chain([MIGRATE, MAINTENANCE])
}

pub(super) struct Functions {
    /// Where the emulator listens.
    port: u16,
    http: Client,
}

impl Functions {
    pub(super) fn watch(
        processes: &mut Processes,
        cargo_lambda: &Path,
        options: &Options,
        port: u16,
        environment: BTreeMap<String, String>,
    ) -> Result<Self> {
        say(format_args!("starting cargo lambda watch on port {port}"));
        let mut command = processes.command(cargo_lambda);
        command
            .args(["lambda", "watch", "--ignore-changes", "--quiet", "--color", "never"])
            .args(["--invoke-address", "127.0.0.1", "--invoke-port", &port.to_string()])
            .args(["--concurrency", &options.concurrency.to_string()])
            .env("CARGO", root::xtask().join("shims/cargo"))
            .env("FERROCART_CARGO", tools::cargo())
            .env("FERROCART_BINARIES", root::binaries()?)
            .envs(environment)
            .current_dir(root::root());
        processes.start(WATCH, command)?;
        let http = Client::builder().timeout(Duration::from_secs(60)).build();
        Ok(Self { port, http: http.context("HTTP client")? })
    }

    /// Invokes `migrate`, as every deployment does.
    pub(super) async fn migrate(&self) -> Result<()> {
        self.listen().await?;
        say("migrating the database");
        self.invoke(MIGRATE).await
    }

    /// Invokes `maintenance` every minute, as the schedule of a deployment does.
    pub(super) async fn expire_orders(&self) -> Result<Infallible> {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.invoke(MAINTENANCE).await {
                say(format_args!("{error:#}"));
            }
        }
    }

    /// Invokes a job, with nothing to tell it.
    async fn invoke(&self, job: &str) -> Result<()> {
        let url = format!("http://127.0.0.1:{}/2015-03-31/functions/{job}/invocations", self.port);
        let answer = self.http.post(url).json(&json!({})).send().await.with_context(|| job.to_owned())?;
        let status = answer.status();
        let body = answer.text().await.with_context(|| format!("the answer of {job}"))?;
        // The emulator's way to say that a function returned an error.
        let error = serde_json::from_str(&body)
            .ok()
            .and_then(|body: Value| Some(body.get("errorMessage")?.as_str()?.to_owned()));
        match error {
            Some(error) => bail!("{job} failed: {error}"),
            None if !status.is_success() => bail!("{job} failed: {status} {body}"),
            None => Ok(()),
        }
    }

    /// Waits until each function has answered. The emulator starts a function on its first
    /// request, so the developer's own first request would be slow.
    pub(super) async fn all_answer(&self) -> Result<()> {
        say("waiting for the functions");
        let mut answers = JoinSet::new();
        for (name, method, path) in PROBES {
            let url = format!("http://127.0.0.1:{}/api/v1{path}", self.port);
            let request = self.http.request(method, url);
            answers.spawn(async move { (name, request.send().await) });
        }
        self.invoke(MAINTENANCE).await?;
        while let Some(answered) = answers.join_next().await {
            let (name, answer) = answered.context("asking a function")?;
            let answer = answer.with_context(|| format!("{name} doesn't answer"))?;
            judge(name, answer).await?;
        }
        Ok(())
    }

    async fn listen(&self) -> Result<()> {
        let patience = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), patience).await.context("cargo lambda watch doesn't listen")
    }
}

/// A refusal is an answer too: the probes bring neither token nor signature. But a 404 comes from
/// the emulator, which lacks the route, and a 500 from a function that can't work.
async fn judge(name: &str, answer: Response) -> Result<()> {
    let status = answer.status();
    if status.is_server_error() || status == reqwest::StatusCode::NOT_FOUND {
        let body = answer.text().await.unwrap_or_default();
        bail!("{name} answered {status}: {body}");
    }
    Ok(())
}
