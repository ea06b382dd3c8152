//! `cargo xtask deploy-local`: deploys the real template to an AWS emulator with AWS's SAM CLI, sells, updates the stack
//! through every branch of its parameters, lets updates fail, renews secrets, rolls a release forward and back, and removes
//! the stack. docs/deploy-local.md lists what the emulator lacks.

mod branches;
mod bundle;
mod cloud;
#[cfg(test)]
mod conditions;
mod expired_order;
mod next_release;
mod renewals;
mod shop;
mod stack;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::branches::{Branch, CLOSED, FIRST, FRONT_DOOR, NO_IMAGES, OPTIONS, ORIGIN, OTHER_ORIGIN, PREVIEW, SAME_URI};
use self::cloud::Cloud;
use self::shop::Shop;
use self::stack::Stack;
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
/// A connection string that leads nowhere.
const WRONG_URI: &str = "mongodb://127.0.0.1:9/";

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

    let next_binaries = next_release::build(&processes, scratch.path()).await?;
    bundle::build_binaries(&processes, options.quick).await?;
    let template = if options.quick {
        bundle::assemble(&processes, scratch.path()).await?
    } else {
        bundle::sam_build(&processes, &sam, scratch.path()).await?
    };
    let next_template = next_release::template(&template, &next_binaries)?;

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
    let mut stack = Stack::new(processes, cloud, template, parameters(&mongodb_uri, stripe));
    stack.cloud.check_transform(&stack.processes).await?;
    fail_first_deployment(&mut stack).await?;
    let shop = deploy_first(&mut stack, stripe, &scratch.path().join("dev.json"), &mongodb_uri).await?;
    update_parameters(&mut stack, &shop).await?;
    fail_updates(&mut stack, &shop).await?;
    renewals::renew_each(&stack, &shop).await?;
    next_release::roll_forward_and_back(&mut stack, &shop, &next_template, &mongodb_uri).await?;

    print_status("removing the stack");
    stack.remove().await?;
    stack.script("leftovers").await?;
    stack.print_durations();
    print_status("the local deployment succeeded: deployed, sold, updated, failed, renewed, rolled back, removed");
    Ok(ExitCode::SUCCESS)
}

/// The parameters that depend on this run, and those of the first deployment.
fn parameters(mongodb_uri: &str, stripe: u16) -> BTreeMap<String, String> {
    let own = [
        ("MongoDbUri", mongodb_uri.to_owned()),
        ("StripeApiBase", format!("http://127.0.0.1:{stripe}")),
        ("Architecture", Architecture::of_this_machine().name().to_owned()),
    ];
    let first = FIRST.changes.iter().map(|(name, value)| (*name, (*value).to_owned()));
    first.chain(own).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Attempts the first deployment with a wrong connection string: it fails and leaves nothing.
async fn fail_first_deployment(stack: &mut Stack) -> Result<()> {
    let wrong = [("MongoDbUri", WRONG_URI)];
    let reason = ("ROLLBACK_COMPLETE", "Server selection timeout");
    stack.fail_to_deploy("a first deployment with a wrong connection string, which fails", &wrong, reason).await?;
    stack.remove().await?;
    stack.script("nothing").await.map(drop)
}

/// Deploys the shop, and runs the end-to-end tests.
async fn deploy_first(stack: &mut Stack, stripe: u16, state: &Path, mongodb_uri: &str) -> Result<Shop> {
    // After the failed deployment, because `sam delete` removes the uploaded code as well.
    stack.package().await?;
    stack.deploy(FIRST.name, []).await?;
    let base_url = stack.cloud.base_url(&stack.script("api").await?);
    // Stripe generates the webhook's secret when the endpoint is registered, which is after the deployment.
    print_status("replacing the webhook's secret in Secrets Manager");
    let webhook_secret = stack.script("secrets").await?;
    start_stand_in(&mut stack.processes, stripe, &base_url, &webhook_secret)?;
    let stripe = format!("http://127.0.0.1:{stripe}");
    let shop = Shop::new(base_url.clone(), stripe.clone());

    stack.script("http").await?;
    let first_admin = stack.script("first-admin").await?;
    log_in(&shop, &first_admin).await?;
    stack.processes.during(load_demo_data(mongodb_uri)).await?;
    check_origins(&shop, &[(ORIGIN, true), (OTHER_ORIGIN, false), (PREVIEW, false)]).await?;
    let running = json!({ "base_url": base_url, "stripe": { "base_url": stripe }, "serves_images": false });
    run_e2e_tests(&mut stack.processes, state, &running).await?;
    stack.script("images").await?;
    stack.script("check").await?;
    stack.deploy("the same again", []).await?;
    shop.sell().await?;
    Ok(shop)
}

/// Updates the stack through the branches of its parameters.
async fn update_parameters(stack: &mut Stack, shop: &Shop) -> Result<()> {
    update(stack, &CLOSED).await?;
    stack.script("closed").await?;

    update(stack, &OPTIONS).await?;
    stack.script("http").await?;
    stack.script("published").await?;
    stack.script("options").await?;
    check_origins(shop, &[(ORIGIN, true), (OTHER_ORIGIN, true), (PREVIEW, true)]).await?;
    shop.get("/health").await?;
    expired_order::wait_for_cancellation(shop).await?;
    shop.sell().await?;

    update(stack, &FRONT_DOOR).await?;
    print_status("publishing the storefront and the admin pages");
    stack.script("pages-http").await?;
    stack.cloud.publish_pages(&stack.processes).await?;
    stack.script("pages").await?;
    shop.sell().await?;

    update(stack, &NO_IMAGES).await?;
    check_origins(shop, &[(ORIGIN, true), (OTHER_ORIGIN, false), (PREVIEW, false)]).await?;
    check_uploads_are_disabled(shop).await?;
    shop.sell().await
}

async fn update(stack: &mut Stack, branch: &Branch) -> Result<()> {
    let uri = stack.parameter("MongoDbUri")?.to_owned();
    let value = |value: &'static str| if value == SAME_URI { uri.as_str() } else { value };
    stack.deploy(branch.name, branch.changes.iter().map(|(name, it)| (*name, value(it)))).await
}

/// Lets updates fail: they are rolled back with a reason, and the shop sells. Later deployments succeed.
async fn fail_updates(stack: &mut Stack, shop: &Shop) -> Result<()> {
    let another_database = [("MongoDbMigrationUri", WRONG_URI), ("MongoDbDatabase", "another")];
    let failures: [(_, &[_], _); 2] = [
        ("another currency, which fails", &[("StoreCurrency", "EUR")], "the prices of the catalogue are in USD"),
        ("a database that does not respond, which fails", &another_database, "Server selection timeout"),
    ];
    for (name, changes, reason) in failures {
        stack.fail_to_deploy(name, changes, ("UPDATE_ROLLBACK_COMPLETE", reason)).await?;
        shop.get("/health").await?;
        shop.sell().await.with_context(|| format!("after {name}"))?;
    }
    Ok(())
}

/// Loads the demo data, which requires an empty shop, and has an administrator of its own.
async fn load_demo_data(mongodb_uri: &str) -> Result<()> {
    let settings = Settings::read()?;
    seed::remove_accounts(&settings, mongodb_uri).await?;
    seed::load(&settings, mongodb_uri, None).await
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

fn start_stand_in(processes: &mut Processes, port: u16, base_url: &str, secret: &str) -> Result<()> {
    let mut command = processes.command(root::binaries()?.join("stripe-stand-in"));
    command.args(["--port", &port.to_string(), "--webhook-url", &format!("{base_url}/webhooks/stripe")]);
    command.args(["--secret-key", "sk_test_ferrocart", "--secret-key", renewals::ROLLED_STRIPE_KEY]);
    command.env("STRIPE_PUBLISHABLE_KEY", "pk_test_ferrocart");
    command.env("STRIPE_WEBHOOK_SECRET", secret);
    processes.start("stripe-stand-in", command)
}

/// Logs in as the first administrator, with the credentials that the deployment has stored in a secret.
async fn log_in(shop: &Shop, secret: &str) -> Result<()> {
    #[derive(Deserialize)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    struct FirstAdmin {
        first_admin_email: String,
        first_admin_password: String,
    }
    let admin: FirstAdmin = serde_json::from_str(secret).context("parsing the secret of the first administrator")?;
    shop.log_in(&admin.first_admin_email, &admin.first_admin_password, "admin").await.map(drop)
}

/// Sends requests of pages from origins, of which only some are allowed.
async fn check_origins(shop: &Shop, origins: &[(&str, bool)]) -> Result<()> {
    for (origin, is_allowed) in origins {
        let allowed = shop.allowed_origin(origin).await?;
        ensure!((allowed.as_deref() == Some(origin)) == *is_allowed, "the response to {origin} allowed {allowed:?}");
    }
    Ok(())
}

/// Announces an image as an administrator of the demo data.
async fn check_uploads_are_disabled(shop: &Shop) -> Result<()> {
    let admin = shop.log_in(seed::ADMIN, seed::PASSWORD, "admin").await?;
    let path = format!("/products/{}/images", shop.find_offer().await?.product);
    let image = json!({ "content_type": "image/png", "content_length": 70 });
    let error = admin.call(Method::POST, &path, Some(&image)).await.err().context("an image was announced")?;
    ensure!(error.to_string().contains("images_disabled"), "{error}");
    Ok(())
}
