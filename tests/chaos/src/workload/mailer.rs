//! Runs of `mailer`, two at a time, while the shop is under load and faults. Most are dropped in the middle, as by a crash.

use fastrand::Rng;
use ferrocart::AppState;
use futures_util::future::join;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Runs `mailer` until `ends_at`.
pub(crate) async fn run_mailers(state: AppState, seed: u64, ends_at: Instant) {
    let mailer = |number| run_mailer(state.clone(), Rng::with_seed(seed.wrapping_mul(1_000) + number), ends_at);
    join(mailer(950), mailer(951)).await;
}

async fn run_mailer(state: AppState, mut rng: Rng, ends_at: Instant) {
    while Instant::now() < ends_at {
        sleep(Duration::from_millis(rng.u64(20..200))).await;
        // While the database is down, it fails.
        timeout(Duration::from_millis(rng.u64(2..200)), ferrocart_mailer::run(state.clone(), json!({}))).await.ok();
    }
}
