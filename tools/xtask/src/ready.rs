//! Waits for servers that have just been started.

use std::time::Duration;

use anyhow::{Context as _, Result};

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Waits until the server called `name` responds to a GET request, whatever the status.
pub(crate) async fn wait_for_http(name: &str, url: &str, timeout: Duration) -> Result<()> {
    let ready = async {
        while reqwest::get(url).await.is_err() {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    tokio::time::timeout(timeout, ready).await.with_context(|| format!("{name} does not respond"))
}
