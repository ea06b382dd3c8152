//! Waiting for a condition of something that cannot be subscribed to. The limit only guards against
//! hanging: nothing is ever right because of it.

use std::time::Duration;
use tokio::time::Instant;

/// How long anything may take on a machine that is busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(5);

/// Asks again and again until there is an answer.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} takes longer than {PATIENCE:?}");
        tokio::time::sleep(PAUSE).await;
    }
}
