//! An unpaid order: the emulated schedule has to cancel it and release its stock.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;

use super::shop::{Shop, text};
use crate::terminal::print_status;

/// One minute until the order expires, up to two until the schedule runs, and time for the emulator.
const TIMEOUT: Duration = Duration::from_mins(4);

/// Places an order, does not pay it, and waits until it is cancelled and its stock released.
pub(super) async fn wait_for_cancellation(shop: &Shop) -> Result<()> {
    let customer = shop.register().await?;
    let offer = shop.find_offer().await?;
    let before = shop.stock(&offer).await?;
    let order = customer.place_order(&offer).await?;

    print_status("waiting until the schedule cancels an unpaid order");
    let path = format!("/orders/{}", text(&order, "/id")?);
    let cancelled = async {
        loop {
            let order = customer.call(Method::GET, &path, None).await?;
            if text(&order, "/status")? == "cancelled" {
                return anyhow::Ok(());
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, cancelled).await.context("the schedule has not cancelled the order")??;
    ensure!(shop.stock(&offer).await? == before, "the stock of the order was not released");
    Ok(())
}
