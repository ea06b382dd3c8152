//! Removes the synthetic purchases of deployment checks that have died.

use crate::job::{BATCH, JobReport, drain};
use ferrocart::checkout::{remove_synthetic_purchase, synthetic_cutoff};
use ferrocart::{AppState, Result};

pub(crate) async fn remove_synthetic_purchases(shop: &AppState) -> Result<JobReport> {
    let due = || shop.users.synthetic_before(synthetic_cutoff(shop), BATCH);
    // One with a hold stays until a run has recovered its checkout.
    drain(shop, None, due, |user| *user, |user| async move { remove_synthetic_purchase(shop, user).await.map(drop) })
        .await
}
