//! Runs the functions with `cargo lambda watch`.

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
use crate::terminal::print_status;
use crate::{root, tools};

/// The job that creates collections, validators and indexes. It has no route.
const MIGRATE: &str = "migrate";

/// The job that releases stale holds, expires unpaid orders, retries refunds and erases deleted accounts. It has no
/// route.
const MAINTENANCE: &str = "maintenance";
const MAINTENANCE_INTERVAL: Duration = Duration::from_secs(60);

/// The job that checks new versions before they receive requests. It has no route.
const DEPLOYMENT_CHECK: &str = "deployment-check";

/// Each function with a route, and a request to it that has no side effects.
const PROBES: [(&str, Method, &str); 8] = [
    ("admin", Method::GET, "/admin/stats"),
    ("auth", Method::GET, "/auth/me"),
    ("cart", Method::GET, "/cart"),
    ("docs", Method::GET, "/health"),
    ("imports", Method::POST, "/admin/imports"),
    ("orders", Method::GET, "/orders"),
    ("products", Method::GET, "/products?limit=1"),
    ("stripe-webhook", Method::POST, "/webhooks/stripe"),
];

/// The names of all functions, which are those of their binaries.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PROBES.into_iter().map(|(name, ..)| name).chain([MIGRATE, MAINTENANCE, DEPLOYMENT_CHECK])
}

pub(super) struct Functions {
    /// The port of the emulator.
    port: u16,
    http: Client,
}

impl Functions {
    /// Starts the emulator, which starts each function with its first request.
    pub(super) fn watch(
        processes: &mut Processes,
        cargo_lambda: &Path,
        options: &Options,
        port: u16,
        environment: BTreeMap<String, String>,
    ) -> Result<Self> {
        print_status(format_args!("starting cargo lambda watch on port {port}"));
        let mut command = processes.command(cargo_lambda);
        command
            .args(["lambda", "watch", "--ignore-changes", "--quiet", "--color", "never"])
            .args(["--invoke-address", "127.0.0.1", "--invoke-port", &port.to_string()])
            // Its own CORS would allow every origin, and replace that of the functions.
            .arg("--disable-cors")
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
        self.wait_until_listening().await?;
        print_status("migrating the database");
        self.invoke(MIGRATE).await
    }

    /// Invokes `maintenance` every minute, as the schedule of a deployment does.
    pub(super) async fn run_maintenance(&self) -> Result<Infallible> {
        loop {
            tokio::time::sleep(MAINTENANCE_INTERVAL).await;
            if let Err(error) = self.invoke(MAINTENANCE).await {
                print_status(format_args!("{error:#}"));
            }
        }
    }

    /// Invokes a job with an empty event.
    async fn invoke(&self, job: &str) -> Result<()> {
        let url = format!("http://127.0.0.1:{}/2015-03-31/functions/{job}/invocations", self.port);
        let response = self.http.post(url).json(&json!({})).send().await.with_context(|| job.to_owned())?;
        let status = response.status();
        let body = response.text().await.with_context(|| format!("the response of {job}"))?;
        // The emulator's format for an error that a function returned.
        let error = serde_json::from_str(&body)
            .ok()
            .and_then(|body: Value| Some(body.get("errorMessage")?.as_str()?.to_owned()));
        match error {
            Some(error) => bail!("{job} failed: {error}"),
            None if !status.is_success() => bail!("{job} failed: {status} {body}"),
            None => Ok(()),
        }
    }

    /// Waits until each function has responded once. The emulator starts a function with its first request, so
    /// otherwise the developer's first request would be slow.
    pub(super) async fn wait_until_ready(&self) -> Result<()> {
        print_status("waiting until every function responds");
        let mut responses = JoinSet::new();
        for (name, method, path) in PROBES {
            let url = format!("http://127.0.0.1:{}/api/v1{path}", self.port);
            let request = self.http.request(method, url);
            responses.spawn(async move { (name, request.send().await) });
        }
        self.invoke(MAINTENANCE).await?;
        while let Some(joined) = responses.join_next().await {
            let (name, response) = joined.context("probing a function")?;
            let response = response.with_context(|| format!("{name} does not respond"))?;
            check_probe(name, response).await?;
        }
        Ok(())
    }

    async fn wait_until_listening(&self) -> Result<()> {
        let listening = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), listening).await.context("cargo lambda watch does not listen")
    }
}

/// Accepts any status but 404, which the emulator returns for a missing route, and 5xx. The probes have neither token
/// nor signature, so most functions reject them.
async fn check_probe(name: &str, response: Response) -> Result<()> {
    let status = response.status();
    if status.is_server_error() || status == reqwest::StatusCode::NOT_FOUND {
        let body = response.text().await.unwrap_or_default();
        bail!("{name} responded {status}: {body}");
    }
    Ok(())
}
