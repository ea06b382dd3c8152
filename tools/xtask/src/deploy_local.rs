//! `cargo xtask rehearse`: deploys the real template with AWS's own tool into a local AWS, sells
//! something there, deploys once more, and removes all of it. docs/rehearsal.md says what the
//! emulator lacks.

mod bundle;
mod cloud;
mod expiry;

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
use crate::mongod::{Mongod, SMALL_CACHE};
use crate::processes::{Processes, RunId};
use crate::terminal::say;
use crate::{ports, root, seed, tools};

/// The name of the stack.
const STACK: &str = "ferrocart";
/// Who may call from a browser in the rehearsal.
const ORIGIN: &str = "https://shop.example.com";

#[derive(Args)]
pub(crate) struct Options {
    /// Deploy the programs as `cargo build` makes them, instead of with `sam build`, which takes
    /// minutes for each function.
    #[arg(long)]
    quick: bool,
}

/// The exit code is that of the tests that sell something.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    // Dropped in reverse: the processes end before their directory goes.
    let scratch = TempDir::with_prefix("ferrocart-rehearsal-").context("making a directory")?;
    let mut processes = Processes::new(RunId::random()?, root::tools().join("rehearsal-logs"));
    let sam = tools::environment(&processes, "sam").await?;
    let ministack = tools::environment(&processes, "ministack").await?;
    let mongod = tools::mongod(&processes).await?;
    tools::cargo_lambda(&processes).await?;

    bundle::build(&processes, options.quick).await?;
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
    say(format_args!("starting MongoDB on port {}", server.port));
    let mongodb_uri = server.start(&mut processes).await?;
    let cloud = Cloud::start(&mut processes, sam, &ministack, scratch.path(), STACK).await?;

    let stripe = ports::free()?;
    say("deploying");
    cloud.deploy(&processes, &template, &parameters(&mongodb_uri, stripe)).await?;
    let api = cloud.script(&processes, "routes").await?;
    let base_url = cloud.base_url(&api);
    // The endpoint at Stripe is made when the API is there, and its secret comes after the deployment.
    say("rolling the webhook's secret, which the functions read from Secrets Manager");
    let webhook_secret = cloud.script(&processes, "secrets").await?;
    start_stripe(&mut processes, stripe, &base_url, &webhook_secret)?;

    cloud.script(&processes, "http").await?;
    let owner = cloud.script(&processes, "owner").await?;
    processes.during(open_shop(&base_url, &owner, &mongodb_uri)).await?;
    preflight(&base_url).await?;
    let stand_in = json!({ "base_url": format!("http://127.0.0.1:{stripe}"), "secret_key": "sk_test_ferrocart",
        "publishable_key": "pk_test_ferrocart", "webhook_secret": webhook_secret });
    let stack = scratch.path().join("dev.json");
    sell(&mut processes, &stack, &json!({ "base_url": base_url, "stripe": stand_in })).await?;
    cloud.script(&processes, "pictures").await?;

    let mut changed = parameters(&mongodb_uri, stripe);
    changed.push("ReservationMinutes=1".to_owned());
    update(&cloud, &processes, &template, &changed).await?;
    let health = reqwest::get(format!("{base_url}/health")).await.context("the API after the update")?;
    ensure!(health.status().is_success(), "after the update the health is {}", health.status());
    processes.during(expiry::watch(&base_url)).await?;

    say("removing the stack");
    cloud.remove(&processes).await?;
    cloud.script(&processes, "nothing").await?;
    say("the rehearsal has ended well: deployed, sold, updated, removed");
    Ok(ExitCode::SUCCESS)
}

/// Deploys with other parameters.
async fn update(cloud: &Cloud, processes: &Processes, template: &Path, parameters: &[String]) -> Result<()> {
    say("deploying once more, as an update");
    cloud.deploy(processes, template, parameters).await?;
    cloud.script(processes, "routes").await?;
    Ok(())
}

/// Logs in as who runs the shop first, and loads the demo data.
async fn open_shop(base_url: &str, owner: &str, mongodb_uri: &str) -> Result<()> {
    log_in(base_url, owner).await?;
    let settings = Settings::read()?;
    // The demo data wants an empty shop, and has an administrator of its own.
    seed::forget_accounts(&settings, mongodb_uri).await?;
    seed::load(&settings, mongodb_uri).await
}

/// Runs the tests that sell something against this stack, which they read from that file.
async fn sell(processes: &mut Processes, file: &Path, stack: &Value) -> Result<()> {
    say("selling something");
    std::fs::write(file, stack.to_string()).with_context(|| format!("writing {}", file.display()))?;
    let mut test = processes.command(tools::cargo());
    test.args(["test", "--package", "ferrocart-tests", "--test", "e2e", "--", "--nocapture"]);
    test.current_dir(root::root()).env("FERROCART_STACK", file);
    let sold = async { test.status().await.context("running cargo test") };
    let sold = processes.during(sold).await?;
    ensure!(sold.success(), "nothing was sold: see {}", root::shown(&root::tools().join("rehearsal-logs")));
    Ok(())
}

/// What `sam deploy --guided` asks for.
fn parameters(mongodb_uri: &str, stripe: u16) -> Vec<String> {
    vec![
        format!("MongoDbUri={mongodb_uri}"),
        "StripeSecretKey=sk_test_ferrocart".to_owned(),
        "StripePublishableKey=pk_test_ferrocart".to_owned(),
        format!("StripeApiBase=http://127.0.0.1:{stripe}"),
        format!("AllowedOrigin={ORIGIN}"),
        "FirstAdminEmail=owner@example.com".to_owned(),
        "SecretsMaxAgeSeconds=1".to_owned(),
        format!("Architecture={}", if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }),
    ]
}

fn start_stripe(processes: &mut Processes, port: u16, base_url: &str, secret: &str) -> Result<()> {
    let mut command = processes.command(root::binaries()?.join("stripe-stand-in"));
    command.args(["--port", &port.to_string(), "--webhook-url", &format!("{base_url}/webhooks/stripe")]);
    command.env("STRIPE_SECRET_KEY", "sk_test_ferrocart").env("STRIPE_PUBLISHABLE_KEY", "pk_test_ferrocart");
    command.env("STRIPE_WEBHOOK_SECRET", secret);
    processes.start("stripe-stand-in", command)
}

/// Logs in as who runs the shop first, with what the deployment has put into a secret.
async fn log_in(base_url: &str, secret: &str) -> Result<()> {
    #[derive(Deserialize)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    struct Owner {
        first_admin_email: String,
        first_admin_password: String,
    }
    let owner: Owner = serde_json::from_str(secret).context("the secret of the first administrator")?;
    let login = json!({ "email": owner.first_admin_email, "password": owner.first_admin_password });
    let answer = Client::new().post(format!("{base_url}/auth/login")).json(&login).send().await.context("the login")?;
    let status = answer.status();
    let body: Value = answer.json().await.context("the answer to the login")?;
    let role = body.pointer("/user/role").and_then(Value::as_str);
    ensure!(status.is_success() && role == Some("admin"), "the first administrator got {status}: {body}");
    Ok(())
}

/// Asks what a browser asks before it calls from another origin.
async fn preflight(base_url: &str) -> Result<()> {
    for (origin, welcome) in [(ORIGIN, true), ("https://elsewhere.example.com", false)] {
        let ask = Client::new().request(Method::OPTIONS, format!("{base_url}/orders")).header("origin", origin);
        let ask = ask.header("access-control-request-method", "POST");
        let answer = ask.header("access-control-request-headers", "authorization,idempotency-key").send().await;
        let answer = answer.context("the preflight")?;
        let allowed = answer.headers().get("access-control-allow-origin").and_then(|it| it.to_str().ok());
        if (allowed == Some(origin)) != welcome {
            bail!("the preflight from {origin} was answered {} for {allowed:?}", answer.status());
        }
    }
    Ok(())
}
