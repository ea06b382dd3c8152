//! Proves that the invariants hold under random load with random faults: functions and database servers are killed and
//! suspended, Stripe and MongoDB fail, and events are delayed, reordered and duplicated.
//!
//! These are two short runs, one with a constant seed and one with a random one. `cargo xtask chaos` does longer ones.

#![expect(clippy::print_stderr, reason = "the output of a test contains the number of faults and operations")]

use ferrocart_chaos::random_load;
use std::time::Duration;

/// The duration of the load.
const DURATION: Duration = Duration::from_secs(12);

async fn assert_invariants(seed: u64, members: usize) {
    let report = random_load(seed, DURATION, members).await;
    eprintln!("seed {seed}, {members} servers: {report}");
    assert!(report.violations.is_empty(), "repeat it: cargo xtask chaos --minutes 1 --seed {seed}\n{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_with_a_constant_seed() {
    assert_invariants(7, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_with_a_random_seed() {
    assert_invariants(fastrand::u64(0..1_000_000), 1).await;
}
