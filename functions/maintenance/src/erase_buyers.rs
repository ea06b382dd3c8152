//! Erases what is left of buyers whose accounts are gone, as their orders end. A paid order keeps its
//! address until it is delivered, because it has to be.

use crate::BATCH;
use crate::tally::Tally;
use ferrocart::checkout::oldest_alive;
use ferrocart::domain::id::UserId;
use ferrocart::http::DEADLINE;
use ferrocart::{AppState, Result};

pub(crate) async fn erase_buyers(shop: &AppState) -> Result<Tally> {
    // No more than a batch in each run: many of them wait for weeks, for an order to be delivered.
    let mut tally = Tally::begin(shop);
    let due = shop.erasures.due(BATCH).await?;
    tally.work_through(shop, due, |user| *user, |user| erase(shop, user)).await;
    Ok(tally)
}

/// Does what can be done by now. Requests that were at work when the account went may have stored
/// something since, so all of it is looked for once more. One that sleeps can still place an order, unless
/// there is a tombstone: what it had taken by then says that there is none yet.
async fn erase(shop: &AppState, user: UserId) -> Result<()> {
    shop.erasures.note_checked(user, shop.now()).await?;
    let is_asleep = !shop.products.held_before(oldest_alive(shop), 1).await?.is_empty();
    shop.sessions.remove_all(user).await?;
    shop.carts.remove(user, None).await?;
    shop.orders.expire_unpaid(user, shop.now(), None).await?;
    shop.orders.erase_buyer(user, None).await?;
    if !is_asleep && !shop.orders.knows_buyer(user).await? {
        // Whoever was at work when the account went has taken for its order by then, and is too old by now.
        shop.erasures.end(user, shop.now().minus(DEADLINE.saturating_mul(4))).await?;
    }
    Ok(())
}
