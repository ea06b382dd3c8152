//! `cargo xtask deploy-local`: deploys the real template to an AWS emulator with AWS's SAM CLI, runs a purchase, updates
//! the stack and removes it. docs/deploy-local.md lists what the emulator lacks.

mod bundle;
mod cloud;
mod expired_order;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use reqwest::{Client, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::cloud::Cloud;
use crate::dev::Settings;
use crate::elf::Architecture;
use crate::mongod::{Mongod, SMALL_CACHE};
use crate::processes::{Processes, RunId};
use crate::terminal::print_status;
use crate::{cargo, ports, root, seed, tools};

/// The name of the stack.
const STACK: &str = "ferrocart";
/// The directory of the logs in `.tools`.
const LOGS: &str = "deploy-local-logs";
/// The origin that CORS allows.
const ORIGIN: &str = "https://shop.example.com";

#[derive(Args)]
pub(crate) struct Options {
    /// Deploy the binaries of `cargo build` instead of those of `sam build`, which takes a minute or more
    /// for each function.
    #[arg(long)]
    quick: bool,
}

/// Runs all steps and stops at the first failure.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse order: the processes end before their directory is removed.
    let scratch = TempDir::with_prefix("ferrocart-deploy-local-").context("creating a directory")?;
    let mut processes = Processes::new(RunId::random()?, root::tools().join(LOGS));
    let sam = tools::sam(&processes).await?;
    let mongod = tools::mongod(&processes).await?;
    tools::cargo_lambda(&processes).await?;

    bundle::build_binaries(&processes, options.quick).await?;
    let template = if options.quick {
        bundle::assemble(&processes, scratch.path()).await?
    } else {
        bundle::sam_build(&processes, &sam, scratch.path()).await?
    };

    let server = Mongod {
        program: &mongod,
        data: &scratch.path().join("mongod"),
        port: ports::free()?,
        cache: SMALL_CACHE,
        for_tests: false,
    };
    print_status(format_args!("starting MongoDB on port {}", server.port));
    let mongodb_uri = server.start(&mut processes).await?;
    let cloud = Cloud::start(&mut processes, sam, scratch.path(), STACK).await?;

    let stripe = ports::free()?;
    let api = deploy(&cloud, &processes, &template, &parameters(&mongodb_uri, stripe)).await?;
    let base_url = cloud.base_url(&api);
    // Stripe generates the webhook's secret when the endpoint is registered, which is after the deployment.
    print_status("replacing the webhook's secret in Secrets Manager");
    let webhook_secret = cloud.script(&processes, "secrets").await?;
    start_stand_in(&mut processes, stripe, &base_url, &webhook_secret)?;

    cloud.script(&processes, "http").await?;
    let first_admin = cloud.script(&processes, "first-admin").await?;
    processes.during(load_demo_data(&base_url, &first_admin, &mongodb_uri)).await?;
    check_preflights(&base_url).await?;
    let stand_in = json!({ "base_url": format!("http://127.0.0.1:{stripe}"), "secret_key": "sk_test_ferrocart",
        "publishable_key": "pk_test_ferrocart", "webhook_secret": webhook_secret });
    let stack = scratch.path().join("dev.json");
    run_e2e_tests(&mut processes, &stack, &json!({ "base_url": base_url, "stripe": stand_in })).await?;
    check_stack(&cloud, &processes).await?;

    let mut changed = parameters(&mongodb_uri, stripe);
    close(&cloud, &processes, &template, &changed).await?;
    changed.extend(["ShopState=open", "ReservationMinutes=1", "Pictures=s3"].map(str::to_owned));
    update(&cloud, &processes, &template, &changed).await?;
    let health = reqwest::get(format!("{base_url}/health")).await.context("querying the API after the update")?;
    ensure!(health.status().is_success(), "after the update the health check returned {}", health.status());
    processes.during(expired_order::wait_for_cancellation(&base_url)).await?;

    print_status("removing the stack");
    cloud.remove(&processes).await?;
    cloud.script(&processes, "leftovers").await?;
    print_status("the local deployment succeeded: deployed, purchased, updated, removed");
    Ok(ExitCode::SUCCESS)
}

/// Creates the stack; returns the id of the API.
async fn deploy(cloud: &Cloud, processes: &Processes, template: &Path, parameters: &[String]) -> Result<String> {
    cloud.check_transform(processes).await?;
    print_status("deploying");
    cloud.deploy(processes, template, parameters).await?;
    cloud.script(processes, "routes").await
}

/// Checks the bucket after a sale, and that the published versions of the functions sell.
async fn check_stack(cloud: &Cloud, processes: &Processes) -> Result<()> {
    cloud.script(processes, "images").await?;
    cloud.script(processes, "check").await.map(drop)
}

/// Closes the shop, as for a restore from a backup.
async fn close(cloud: &Cloud, processes: &Processes, template: &Path, parameters: &[String]) -> Result<()> {
    let closed = [parameters, &["ShopState=closed".to_owned()]].concat();
    update(cloud, processes, template, &closed).await?;
    cloud.script(processes, "closed").await.map(drop)
}

/// Updates the stack with other parameters.
async fn update(cloud: &Cloud, processes: &Processes, template: &Path, parameters: &[String]) -> Result<()> {
    print_status("updating the stack");
    cloud.deploy(processes, template, parameters).await?;
    cloud.script(processes, "routes").await?;
    Ok(())
}

/// Logs in as the first administrator, then loads the demo data.
async fn load_demo_data(base_url: &str, first_admin: &str, mongodb_uri: &str) -> Result<()> {
    log_in(base_url, first_admin).await?;
    let settings = Settings::read()?;
    // The demo data requires an empty shop, and has an administrator of its own.
    seed::remove_accounts(&settings, mongodb_uri).await?;
    seed::load(&settings, mongodb_uri).await
}

/// Runs the end-to-end tests against the stack, which they read from `file`.
async fn run_e2e_tests(processes: &mut Processes, file: &Path, stack: &Value) -> Result<()> {
    print_status("running the end-to-end tests");
    std::fs::write(file, stack.to_string()).with_context(|| format!("writing {}", file.display()))?;
    let mut test = cargo::command(processes);
    test.args(["test", "--package", "ferrocart-tests", "--test", "e2e", "--", "--nocapture"]);
    test.env("FERROCART_STACK", file);
    let tested = processes.during(async { test.status().await.context("running cargo test") }).await?;
    ensure!(tested.success(), "the end-to-end tests failed: see {}", root::shown(&root::tools().join(LOGS)));
    Ok(())
}

/// The parameters that `sam deploy --guided` asks for.
fn parameters(mongodb_uri: &str, stripe: u16) -> Vec<String> {
    vec![
        format!("MongoDbUri={mongodb_uri}"),
        "StripeSecretKey=sk_test_ferrocart".to_owned(),
        "StripePublishableKey=pk_test_ferrocart".to_owned(),
        format!("StripeApiBase=http://127.0.0.1:{stripe}"),
        format!("AllowedOrigin={ORIGIN}"),
        "FirstAdminEmail=owner@example.com".to_owned(),
        "SecretsMaxAgeSeconds=1".to_owned(),
        // The emulator has no CodeDeploy.
        "Deployments=at-once".to_owned(),
        format!("Architecture={}", Architecture::of_this_machine().name()),
    ]
}

fn start_stand_in(processes: &mut Processes, port: u16, base_url: &str, secret: &str) -> Result<()> {
    let mut command = processes.command(root::binaries()?.join("stripe-stand-in"));
    command.args(["--port", &port.to_string(), "--webhook-url", &format!("{base_url}/webhooks/stripe")]);
    command.env("STRIPE_SECRET_KEY", "sk_test_ferrocart").env("STRIPE_PUBLISHABLE_KEY", "pk_test_ferrocart");
    command.env("STRIPE_WEBHOOK_SECRET", secret);
    processes.start("stripe-stand-in", command)
}

/// Logs in as the first administrator, with the credentials that the deployment has stored in a secret.
async fn log_in(base_url: &str, secret: &str) -> Result<()> {
    #[derive(Deserialize)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    struct FirstAdmin {
        first_admin_email: String,
        first_admin_password: String,
    }
    let admin: FirstAdmin = serde_json::from_str(secret).context("parsing the secret of the first administrator")?;
    let login = json!({ "email": admin.first_admin_email, "password": admin.first_admin_password });
    let response =
        Client::new().post(format!("{base_url}/auth/login")).json(&login).send().await.context("logging in")?;
    let status = response.status();
    let body: Value = response.json().await.context("parsing the response to the login")?;
    let role = body.pointer("/user/role").and_then(Value::as_str);
    ensure!(
        status.is_success() && role == Some("admin"),
        "the login of the first administrator failed with {status}: {body}"
    );
    Ok(())
}

/// Sends a browser's CORS preflight from an allowed origin and from another one.
async fn check_preflights(base_url: &str) -> Result<()> {
    for (origin, is_allowed) in [(ORIGIN, true), ("https://elsewhere.example.com", false)] {
        let request = Client::new().request(Method::OPTIONS, format!("{base_url}/orders")).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let response = request.header("access-control-request-headers", "authorization,idempotency-key").send().await;
        let response = response.context("sending the preflight")?;
        let allowed = response.headers().get("access-control-allow-origin").and_then(|it| it.to_str().ok());
        if (allowed == Some(origin)) != is_allowed {
            bail!("the preflight from {origin} returned {} and allowed {allowed:?}", response.status());
        }
    }
    Ok(())
}
