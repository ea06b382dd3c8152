//! Erases what is left of deleted accounts, as their orders end. A paid order keeps its address until it is delivered.

use crate::job::{BATCH, JobReport};
use ferrocart::checkout::abandoned_cutoff;
use ferrocart::config::REQUEST_DEADLINE;
use ferrocart::domain::id::UserId;
use ferrocart::{AppState, Result};

pub(crate) async fn erase_deleted_accounts(shop: &AppState) -> Result<JobReport> {
    // One batch per run: most erasures wait for weeks until an order is delivered.
    let mut report = JobReport::new(shop, None);
    let due = shop.erasures.due(BATCH).await?;
    report.process(shop, due, |user| *user, |user| erase(shop, user)).await;
    Ok(report)
}

/// Erases what can be erased now.
///
/// Requests that were running when the account was deleted may have stored something since, so everything is erased
/// again. A suspended request can still place an order unless there is a tombstone; its holds show that there is none.
async fn erase(shop: &AppState, user: UserId) -> Result<()> {
    shop.erasures.mark_checked(user, shop.now()).await?;
    let has_suspended_checkouts = !shop.products.held_before(abandoned_cutoff(shop), 1).await?.is_empty();
    shop.sessions.remove_all(user).await?;
    shop.account_tokens.remove_all(user, None).await?;
    shop.carts.remove(user, None).await?;
    shop.orders.expire_unpaid(user, shop.now(), None).await?;
    shop.orders.erase_buyer(user, shop.now(), None).await?;
    if !has_suspended_checkouts && !shop.orders.has_buyer_data(user).await? {
        // A request that was running when the account was deleted had its holds by then, and has ended by now.
        shop.erasures.complete(user, shop.now().minus(REQUEST_DEADLINE.saturating_mul(4))).await?;
    }
    Ok(())
}
