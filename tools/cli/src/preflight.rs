//! `ferrocart preflight`: checks everything that a first deployment needs, before it takes minutes and is rolled back.

mod aws;
mod database;
mod privileges;
mod report;
mod stripe;

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use self::report::Report;

/// Check what a deployment needs: AWS, MongoDB and Stripe.
///
/// For each failure the command prints what to do. It changes nothing. It asks for the connection
/// strings and the Stripe key without showing them, unless the environment variables `MONGODB_URI`,
/// `MONGODB_MIGRATION_URI` and `STRIPE_SECRET_KEY` are set. It queries AWS through AWS's own command
/// `aws`, with the credentials and the region that the command uses.
#[derive(Args)]
pub(crate) struct Options {
    /// Name of the stack to deploy.
    #[arg(long, value_name = "NAME", default_value = "ferrocart")]
    stack_name: String,
    /// Name of the database [default: the database in the connection string, or `ferrocart`].
    #[arg(long, value_name = "NAME", env = "MONGODB_DATABASE")]
    mongodb_database: Option<String>,
    /// Publishable key of Stripe, to check that it has the mode of the secret key: live or test.
    #[arg(long, value_name = "KEY", env = "STRIPE_PUBLISHABLE_KEY")]
    stripe_publishable_key: Option<String>,
    /// Base URL of Stripe's API.
    #[arg(long, value_name = "URL", env = "STRIPE_API_BASE", default_value = "https://api.stripe.com")]
    stripe_api_base: String,
}

/// Runs all checks, also after a failure.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut report = Report::default();
    aws::check(&mut report, &options.stack_name);
    database::check(&mut report, options.mongodb_database.as_deref()).await;
    stripe::check(&mut report, &options.stripe_api_base, options.stripe_publishable_key.as_deref()).await;
    Ok(report.finish())
}
