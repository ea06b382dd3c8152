//! Polling for a condition that cannot be subscribed to. The timeout only prevents a test from hanging; no result
//! depends on it.

use std::time::Duration;
use tokio::time::Instant;

/// The maximum duration of any step, generous because the machine may be busy.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(90);
const INTERVAL: Duration = Duration::from_millis(5);

/// Polls until there is a value. Panics with the name of the step when it times out.
pub(crate) async fn until<T>(step: &str, mut poll: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        if let Some(value) = poll().await {
            return value;
        }
        assert!(Instant::now() < deadline, "{step} takes longer than {TIMEOUT:?}");
        tokio::time::sleep(INTERVAL).await;
    }
}
