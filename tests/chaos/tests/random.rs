//! A short random run, as `cargo xtask chaos` does long ones: once with a seed that is always the
//! same, and once with a new one.

#![expect(clippy::print_stderr, reason = "whoever asks for the output of a test sees what was tried")]

use ferrocart_chaos::random_load;
use std::time::Duration;

/// How long people buy.
const DAY: Duration = Duration::from_secs(12);

async fn assert_invariants(seed: u64, members: usize) {
    let report = random_load(seed, DAY, members).await;
    eprintln!("seed {seed}, {members} servers: {report}");
    assert!(report.violations.is_empty(), "once more: cargo xtask chaos --minutes 1 --seed {seed}\n{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_day_leaves_every_invariant_standing() {
    assert_invariants(7, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_a_day_that_nobody_has_seen() {
    assert_invariants(fastrand::u64(0..1_000_000), 1).await;
}
