//! The accounts benchmark: whether the time of a response reveals if an e-mail address has an account.

use crate::machine::Machine;
use crate::report::{TargetResult, table, target_table, today, write_file};
use crate::shop::{MAIL, config_with, open_new};
use crate::statistics::percentile_ms;
use crate::terminal::print_status;
use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tower::ServiceExt as _;

/// The highest permitted ratio of the two medians.
const MAX_RATIO: f64 = 1.1;

/// Settings without limits, so that no request is throttled. Password hashes have the default cost.
const LIMITS: [(&str, &str); 4] = [
    ("PASSWORD_TRIES_PER_HOUR", "1000000"),
    ("ACCOUNT_CALLS_PER_HOUR", "1000000"),
    ("ACCOUNT_MAILS_PER_HOUR", "1000000"),
    ("ADDRESS_CALLS_PER_HOUR", "1000000"),
];

const PASSWORD: &str = "for-benchmarks-only";
const EXPLANATION: &str = "\
Requests with an address that has an account and with one that has none alternate, through the whole HTTP layer. Both
responses are equal. The ratio divides the larger median by the smaller one.";

#[derive(Args)]
pub(crate) struct Options {
    /// The MongoDB server, a replica set. The shop gets a new database.
    #[arg(long)]
    mongodb_uri: String,
    /// The directory for `accounts.md`.
    #[arg(long)]
    output_dir: PathBuf,
    /// The number of requests with each address.
    #[arg(long, default_value_t = 200)]
    times: u32,
}

/// A request whose response must not depend on whether an address has an account.
struct Probe {
    name: &'static str,
    method: Method,
    path: &'static str,
    status: StatusCode,
    body: fn(&str) -> Value,
}

fn probes() -> [Probe; 3] {
    [
        Probe {
            name: "`POST /auth/password-reset`",
            method: Method::POST,
            path: "/password-reset",
            status: StatusCode::ACCEPTED,
            body: |email| json!({ "email": email }),
        },
        Probe {
            name: "`POST /auth/login` with a wrong password",
            method: Method::POST,
            path: "/login",
            status: StatusCode::UNAUTHORIZED,
            body: |email| json!({ "email": email, "password": "not-the-password" }),
        },
        Probe {
            name: "`PUT /auth/me/email`",
            method: Method::PUT,
            path: "/me/email",
            status: StatusCode::ACCEPTED,
            body: |email| json!({ "email": email, "password": PASSWORD }),
        },
    ]
}

/// Prints and writes the medians. Returns whether each pair differs by at most a tenth.
pub(crate) async fn run(options: Options) -> Result<bool> {
    ensure!(options.times > 0, "--times must be 1 or more");
    let config = config_with(&options.mongodb_uri, "ferrocart_bench_accounts", &[MAIL.as_slice(), &LIMITS].concat())?;
    let shop = open_new(config).await?;
    let machine = Machine::inspect(&shop).await?;
    let app = ferrocart::http::app(ferrocart_auth::endpoints(), shop);
    let register = |name: &str| json!({ "name": name, "email": format!("{name}@example.com"), "password": PASSWORD });
    let (_, session) = send(&app, Method::POST, "/register", None, &register("caller")).await?;
    let token = session.get("access_token").and_then(Value::as_str).context("a registration returns no token")?;
    send(&app, Method::POST, "/register", None, &register("known")).await?;

    let (mut rows, mut targets) = (Vec::new(), Vec::new());
    for probe in probes() {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..options.times {
            known.push(time(&app, &probe, token, "known@example.com").await?);
            unknown.push(time(&app, &probe, token, "stranger@example.com").await?);
        }
        let (known, unknown) = (percentile_ms(&mut known, 50), percentile_ms(&mut unknown, 50));
        let ratio = known.max(unknown) / known.min(unknown);
        rows.push(format!("| {} | {known:.2} ms | {unknown:.2} ms | {ratio:.2} |", probe.name));
        targets.push(TargetResult {
            target: format!("{}: at most {MAX_RATIO}", probe.name),
            reached: ratio <= MAX_RATIO,
            measured: format!("{ratio:.2}"),
        });
    }
    let mut lines = vec![
        "# Addresses with and without an account".to_owned(),
        String::new(),
        format!(
            "`cargo xtask bench accounts` on {}: {machine}. {} requests with each address.",
            today(),
            options.times
        ),
        String::new(),
        EXPLANATION.to_owned(),
        String::new(),
    ];
    lines.extend(table(&["request", "with an account, p50", "without, p50", "ratio"], rows));
    lines.push(String::new());
    lines.extend(target_table(&targets));
    let text = lines.join("\n") + "\n";
    print_status(&text);
    write_file(&options.output_dir, "accounts.md", &text)?;
    Ok(targets.iter().all(|target| target.reached))
}

async fn time(app: &Router, probe: &Probe, token: &str, email: &str) -> Result<Duration> {
    let body = (probe.body)(email);
    let start = Instant::now();
    let (status, answer) = send(app, probe.method.clone(), probe.path, Some(token), &body).await?;
    let time = start.elapsed();
    ensure!(status == probe.status, "{} with {email}: {status}: {answer}", probe.name);
    Ok(time)
}

async fn send(
    app: &Router,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Result<(StatusCode, Value)> {
    let mut request = Request::builder().method(method).uri(format!("/api/v1/auth{path}"));
    request = request.header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = app.clone().oneshot(request.body(Body::from(body.to_string()))?).await?;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await?;
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}
