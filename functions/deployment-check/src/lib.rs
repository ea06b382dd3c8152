//! The pre-traffic hook of deployments: buys a hidden, free product from the new versions of all functions before they
//! receive requests, and reports to CodeDeploy whether that has worked.

mod aws;
mod gateway_event;
mod new_versions;
mod purchase;
mod report;

use aws::Aws;
use ferrocart::AppState;
use ferrocart::checkout::{SyntheticPurchase, prepare_synthetic_purchase, remove_synthetic_purchase};
use ferrocart::config::DeploymentCheckConfig;
use ferrocart::lambda::{Error, open_shop};
use new_versions::NewVersions;
use report::HookExecution;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// The part of the function's time that is reserved for removing the purchase and for the report.
const RESERVE: Duration = Duration::from_secs(20);

/// Handles an event, of CodeDeploy before it shifts the requests of a function, or of a manual invocation.
///
/// # Errors
/// When the settings are invalid or CodeDeploy cannot be reached; of a manual invocation also when the check fails.
pub async fn handle(event: Value, remaining: Duration) -> Result<Value, Error> {
    let config = DeploymentCheckConfig::from_env()?;
    run(&config, event, remaining, open_shop()).await
}

/// Checks the new versions and reports the result.
///
/// # Errors
/// As for [`handle`].
pub async fn run(
    config: &DeploymentCheckConfig,
    event: Value,
    remaining: Duration,
    shop: impl Future<Output = Result<AppState, Error>>,
) -> Result<Value, Error> {
    let aws = Aws::new(config);
    let hook = HookExecution::of(event)?;
    let checked = if config.is_closed {
        tracing::info!("the shop is closed: nothing is checked");
        Ok(())
    } else {
        let versions = NewVersions::new(aws.lambda(), &config.versions);
        check(shop, &versions, remaining.saturating_sub(RESERVE)).await
    };
    if let Err(error) = &checked {
        tracing::error!(%error, "the new versions have failed the deployment check");
    }
    match hook {
        // CodeDeploy must receive a result in every case. Without one it waits for an hour.
        Some(hook) => hook.report(&aws.code_deploy(), checked.is_ok()).await?,
        None => *checked.as_ref().map_err(ToString::to_string)?,
    }
    Ok(json!({ "succeeded": checked.is_ok(), "error": checked.err().map(|error| error.to_string()) }))
}

/// Buys the product, cancels the order, and removes both, whatever the result.
async fn check(
    shop: impl Future<Output = Result<AppState, Error>>,
    versions: &NewVersions,
    limit: Duration,
) -> Result<(), Error> {
    let shop = shop.await?;
    let purchase = prepare_synthetic_purchase(&shop).await?;
    let bought = within(limit, purchase::buy_and_cancel(&shop, versions, &purchase)).await;
    let removed = remove(&shop, &purchase).await;
    bought.and(removed)
}

async fn within(limit: Duration, work: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    timeout(limit, work).await.unwrap_or_else(|_| Err(format!("the check took longer than {limit:?}").into()))
}

/// Removes the purchase. If this function dies before, `maintenance` does.
async fn remove(shop: &AppState, purchase: &SyntheticPurchase) -> Result<(), Error> {
    match remove_synthetic_purchase(shop, purchase.user).await {
        Ok(true) => Ok(()),
        Ok(false) => Err("a request still has the product on hold".into()),
        Err(error) => Err(error.into()),
    }
}
