//! `ferrocart check-stripe`: checks that the Stripe key has every permission that the shop needs.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrocart::config::StripeConfig;
use ferrocart::payments::{Access, Permission, Stripe};

use crate::secret::{STRIPE_KEY, read_secret};
use crate::terminal::print_status;

/// Check the permissions of the shop's Stripe key.
///
/// The key is in the environment variable `STRIPE_SECRET_KEY`. If it is not set, the command asks
/// for it without showing it. The command reads one object of each kind, and sends requests that
/// Stripe rejects for missing parameters. It changes nothing at Stripe.
#[derive(Args)]
pub(crate) struct Options {
    /// Base URL of Stripe's API.
    #[arg(long, value_name = "URL", env = "STRIPE_API_BASE", default_value = "https://api.stripe.com")]
    stripe_api_base: String,
}

/// Checks each permission and prints the result, and what to do about a missing one.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let key = read_secret("STRIPE_SECRET_KEY", STRIPE_KEY)?;
    print_status(describe_key(&key)?);
    let mut missing = Vec::new();
    for (name, is_granted) in permissions(key, options.stripe_api_base).await? {
        if is_granted {
            print_status(format_args!("granted  {name}"));
        } else {
            print_status(format_args!("MISSING  {name}"));
            missing.push(name);
        }
    }
    if missing.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let missing = missing.join(", ");
    bail!("the key lacks permissions: in Stripe's dashboard, open Developers, API keys, and edit the key: {missing}")
}

/// Returns every permission that the shop needs, and whether the key has it.
pub(crate) async fn permissions(key: String, api_base: String) -> Result<Vec<(String, bool)>> {
    let (publishable_key, webhook_secrets) = (String::new(), Vec::new());
    let config = StripeConfig { api_base, secret_key: key.into(), publishable_key, webhook_secrets };
    let stripe = Stripe::new(&config).context("cannot create the client of Stripe")?;
    let mut permissions = Vec::new();
    for permission in Permission::ALL {
        let name = format!("{}: {}", permission.resource(), permission.level());
        match stripe.check(permission).await {
            Access::Granted => permissions.push((name, true)),
            Access::Missing => permissions.push((name, false)),
            Access::Failed(error) if error.is_key_rejected() => {
                bail!("Stripe does not know this key: copy it again completely, or create another one")
            }
            Access::Failed(error) => return Err(error).context("cannot check the key"),
        }
    }
    Ok(permissions)
}

/// Returns whether a key is of live mode.
pub(crate) fn is_live(key: &str) -> bool {
    key.split('_').nth(1) == Some("live")
}

/// Returns the type and mode of a key by its prefix.
pub(crate) fn describe_key(key: &str) -> Result<&'static str> {
    Ok(match key.split('_').collect::<Vec<_>>().as_slice() {
        ["sk", "live", ..] => "secret key, live mode: it has every permission; a restricted key is safer",
        ["sk", "test", ..] => "secret key, test mode: it has every permission; a restricted key is safer",
        ["rk", "live", ..] => "restricted key, live mode",
        ["rk", "test", ..] => "restricted key, test mode",
        ["pk", ..] => bail!("this is a publishable key: STRIPE_SECRET_KEY must be a secret or restricted key"),
        ["whsec", ..] => bail!("this is a webhook secret: STRIPE_SECRET_KEY must be a secret or restricted key"),
        _ => bail!("this is no Stripe key: a secret key starts with sk_, a restricted key with rk_"),
    })
}
