//! Ends what nobody else ends: checkouts whose request died and that hold something, orders that
//! nobody paid, payments that no event told us of, refunds that are still owed, buyers who want
//! to be forgotten. Every minute; each run takes a bounded time, and several at once do no harm.

mod ask_stripe;
mod cancel_overdue;
mod clear_holds;
mod erase_buyers;
mod send_refunds;
mod tally;

use ferrocart::{AppState, Result};
use serde_json::{Value, json};

/// How many of each kind a run asks for at once.
const BATCH: i64 = 50;

/// Does one run, and reports what it did.
///
/// # Errors
/// When the database cannot be asked what there is to do. What fails for one order is counted and
/// logged, and a later run tries again.
pub async fn run(shop: AppState) -> Result<Value> {
    let cleared = clear_holds::clear_holds(&shop).await?;
    let refunded = send_refunds::send_refunds(&shop).await?;
    let cancelled = cancel_overdue::cancel_overdue(&shop).await?;
    let asked = ask_stripe::ask_stripe(&shop).await?;
    let erased = erase_buyers::erase_buyers(&shop).await?;
    let report = json!({
        "holds_cleared": cleared, "refunds_sent": refunded,
        "overdue_orders_ended": cancelled, "payments_asked_for": asked,
        "erasures_looked_at": erased,
    });
    tracing::info!(%report, "a run of maintenance has ended");
    Ok(report)
}
