//! Ends what nobody else ends: checkouts whose request died and that hold something, orders that
//! nobody paid, payments that no event told us of, refunds that are still owed, buyers who want
//! to be forgotten. Every minute;
//! each run does a bounded amount in a bounded time, and several at once do no harm.

mod ask_stripe;
mod cancel_overdue;
mod clear_holds;
mod erase_buyers;
mod send_refunds;
mod tally;

use ferrocart::{AppState, Result};
use serde_json::{Value, json};
use std::time::Duration;
use tally::Tally;

/// How many of each kind a run looks at.
const BATCH: i64 = 50;
/// How long a run begins anything new of one kind. Each kind has its own, so that none starves another.
/// It is longer than a piece of work may take, so that a slow one leaves time for others.
const BUDGET: Duration = Duration::from_secs(20);

/// Does one run, and reports what it did.
///
/// # Errors
/// When the database cannot be asked what there is to do. What fails for one order is counted and
/// logged, and a later run tries again.
pub async fn run(shop: AppState) -> Result<Value> {
    let tally = || Tally::until(shop.now().plus(BUDGET));
    let cleared = clear_holds::clear_holds(&shop, tally()).await?;
    let refunded = send_refunds::send_refunds(&shop, tally()).await?;
    let cancelled = cancel_overdue::cancel_overdue(&shop, tally()).await?;
    let asked = ask_stripe::ask_stripe(&shop, tally()).await?;
    let erased = erase_buyers::erase_buyers(&shop, tally()).await?;
    let report = json!({
        "holds_cleared": cleared, "refunds_sent": refunded,
        "overdue_orders_ended": cancelled, "payments_asked_for": asked,
        "erasures_looked_at": erased,
    });
    tracing::info!(%report, "a run of order-expiry has ended");
    Ok(report)
}
