//! Proves that a crash or a suspension between any two steps of an operation violates no invariant.
//!
//! The functions have a named fail point after each step that others can observe. In a crash case, the function aborts
//! at a fail point, recovery runs, and the repeated request must bring Ada's order to the expected status. In a
//! suspension case, the function stops there while other requests and `maintenance` do the same work and buy the
//! remaining stock; then it resumes. After both, all invariants must hold. Every fail point must have cases of both
//! kinds.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by a panic, and reads its configuration from the environment"
)]

mod cases;
mod fixture;
mod flow;
mod suspend;

use cases::{CRASHES, Case, SUSPENSIONS};
use ferrocart::fail_points::Point;
use ferrocart_chaos::checker::check;
use ferrocart_chaos::{Servers, WorldOptions};
use fixture::Fixture;
use futures_util::FutureExt;
use futures_util::future::join_all;
use std::os::unix::process::ExitStatusExt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The number of cases that run at a time. More would only compete for the processors.
const CONCURRENT_CASES: usize = 3;
/// The maximum duration until a process reaches its fail point.
const TIMEOUT: Duration = Duration::from_secs(60);
/// `SIGABRT`
const ABORTED: i32 = 6;

#[test]
fn every_fail_point_has_cases() {
    for cases in [CRASHES, SUSPENSIONS] {
        let without = Point::ALL.iter().filter(|point| !cases.iter().any(|case| case.point == **point));
        assert_eq!(without.collect::<Vec<_>>(), Vec::<&Point>::new(), "fail points without a case");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_two_steps_is_recovered() {
    run_cases(CRASHES, 1, crash).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_between_two_steps_violates_no_invariant() {
    run_cases(SUSPENSIONS, 4, suspend::suspend).await;
}

/// Runs every case in a shop of its own, and panics with the names of those that failed. The environment variable
/// `CHAOS_CASE` selects the cases whose names contain it.
async fn run_cases<F: Future<Output = ()>>(cases: &[Case], concurrency: usize, run: impl Fn(Fixture, Case) -> F) {
    let servers = Servers::start(1).await;
    let slots = Semaphore::new(CONCURRENT_CASES);
    let filter = std::env::var("CHAOS_CASE").unwrap_or_default();
    let is_selected = |case: &&Case| case.to_string().contains(&filter);
    assert!(CRASHES.iter().chain(SUSPENSIONS).any(|case| is_selected(&case)), "CHAOS_CASE={filter} selects no case");
    let runs = cases.iter().filter(is_selected).map(async |case| {
        let _slot = slots.acquire().await;
        // Dead requests are recovered at once, not after the abandoned cutoff.
        let settings = vec![("CHAOS_IMPATIENT", "yes".to_owned())];
        let options =
            WorldOptions { concurrency, settings, shared_servers: Some(servers.clone()), ..WorldOptions::default() };
        let run = async { run(Fixture::open(options).await, *case).await };
        AssertUnwindSafe(run).catch_unwind().await.err().map(|_| case.to_string())
    });
    let failed: Vec<_> = join_all(runs).await.into_iter().flatten().collect();
    assert!(failed.is_empty(), "{} cases failed:\n{}", failed.len(), failed.join("\n"));
}

/// Crashes a function at a fail point, runs recovery, repeats the request, and checks the result.
async fn crash(mut fixture: Fixture, case: Case) {
    let Case { flow, .. } = case;
    flow.prepare(&mut fixture).await;
    let function = flow.function();
    fixture.world.lambda.next_environment(function, [("CHAOS_POINT", format!("abort:{}", case.location()))]);
    flow.execute(&fixture).await;
    let died = tokio::time::timeout(TIMEOUT, fixture.world.lambda.died(function)).await;
    let died = died.unwrap_or_else(|_| panic!("{case}: {function} has not reached the fail point"));
    assert_eq!(died.signal(), Some(ABORTED), "{case}: {function} has not aborted: {died}");
    if case.is_repeated_before_recovery {
        fixture.world.make_due(false).await;
        flow.execute(&fixture).await;
        fixture.world.assert_invariants().await;
    } else {
        fixture.world.assert_invariants().await;
        flow.execute(&fixture).await;
        fixture.world.stripe.wait_for_deliveries().await;
        let mut violations = Vec::new();
        fixture.world.send_mails(&mut violations).await;
        violations.extend(check(&fixture.world.snapshot().await, &fixture.world.history.entries()));
        assert!(violations.is_empty(), "{case}: {}", fixture.world.report(&violations));
    }
    assert_eq!(fixture.outcome().await, flow.outcome(), "{case}");
}
