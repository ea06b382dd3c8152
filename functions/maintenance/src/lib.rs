//! The scheduled function: releases stale holds, retries refunds, expires unpaid orders, reconciles payments and disputes
//! with Stripe, erases deleted accounts and removes dead deployment checks. It runs every minute for a bounded time; concurrent runs do no harm.

mod erase_deleted_accounts;
mod expire_unpaid;
mod job;
mod reconcile_disputes;
mod reconcile_payments;
mod release_stale_holds;
mod remove_synthetic_purchases;
mod retry_refunds;

use ferrocart::{AppState, Result};
use job::StripeBudget;
use serde_json::{Value, json};

/// Runs every job once and reports what each has done.
///
/// # Errors
/// When the database cannot return what is due. A failure of a single item is logged and counted, and a later run retries
/// it.
pub async fn run(shop: AppState) -> Result<Value> {
    let stripe = StripeBudget::new(&shop);
    let holds = release_stale_holds::release_stale_holds(&shop).await?;
    let refunds = retry_refunds::retry_refunds(&shop, stripe).await?;
    let expired = expire_unpaid::expire_unpaid(&shop, stripe).await?;
    let payments = reconcile_payments::reconcile_payments(&shop, stripe).await?;
    let disputes = reconcile_disputes::reconcile_disputes(&shop, stripe).await?;
    let accounts = erase_deleted_accounts::erase_deleted_accounts(&shop).await?;
    let checks = remove_synthetic_purchases::remove_synthetic_purchases(&shop).await?;
    let report = json!({
        "checkouts_recovered": holds, "refunds_retried": refunds, "orders_expired": expired,
        "payments_reconciled": payments, "disputes_reconciled": disputes, "accounts_erased": accounts,
        "synthetic_purchases_removed": checks,
    });
    tracing::info!(%report, "maintenance has finished a run");
    Ok(report)
}
