//! Functions that die between two steps, at every named point there is, and functions that fall
//! asleep there and wake up when others have gone on. Afterwards all invariants hold, and whoever
//! asks again gets what was asked for.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by a panic, and is told its surroundings by the environment"
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

/// More at once would only wait for each other's processors.
const AT_ONCE: usize = 3;
/// A process that has not come to its point after so long does not come to it at all.
const TIMEOUT: Duration = Duration::from_secs(60);
/// `SIGABRT`
const ABORTED: i32 = 6;

#[test]
fn every_point_has_its_cases() {
    for cases in [CRASHES, SUSPENSIONS] {
        let without = Point::ALL.iter().filter(|point| !cases.iter().any(|case| case.point == **point));
        assert_eq!(without.collect::<Vec<_>>(), Vec::<&Point>::new(), "points that no case comes to");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_between_two_steps_is_recovered_from() {
    each(CRASHES, 1, crash).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sleeps_between_two_steps_wakes_up_to_a_sound_shop() {
    each(SUSPENSIONS, 4, suspend::suspend).await;
}

/// Runs every case in a shop of its own, and then names those that failed. With `CHAOS_CASE`, only
/// those whose names contain that.
async fn each<F: Future<Output = ()>>(cases: &[Case], concurrency: usize, run: impl Fn(Fixture, Case) -> F) {
    let servers = Servers::start(1).await;
    let places = Semaphore::new(AT_ONCE);
    let wanted = std::env::var("CHAOS_CASE").unwrap_or_default();
    let runs = cases.iter().filter(|case| case.to_string().contains(&wanted)).map(async |case| {
        let _place = places.acquire().await;
        // Nobody waits here until a request is too old to be at work.
        let settings = vec![("CHAOS_IMPATIENT", "yes".to_owned())];
        let options =
            WorldOptions { concurrency, settings, shared_servers: Some(servers.clone()), ..WorldOptions::default() };
        let run = async { run(Fixture::open(options).await, *case).await };
        AssertUnwindSafe(run).catch_unwind().await.err().map(|_| case.to_string())
    });
    let failed: Vec<_> = join_all(runs).await.into_iter().flatten().collect();
    assert!(failed.is_empty(), "{} cases failed:\n{}", failed.len(), failed.join("\n"));
}

/// Lets a function die at a point, recovers, asks again, and looks at what has come of it.
async fn crash(mut fixture: Fixture, case: Case) {
    let Case { flow, .. } = case;
    flow.prepare(&mut fixture).await;
    let function = flow.function();
    fixture.world.lambda.next_environment(function, [("CHAOS_POINT", format!("abort:{}", case.at()))]);
    flow.execute(&fixture).await;
    let died = tokio::time::timeout(TIMEOUT, fixture.world.lambda.died(function)).await;
    let died = died.unwrap_or_else(|_| panic!("{case}: {function} has not come to the point"));
    assert_eq!(died.signal(), Some(ABORTED), "{case}: {function} ended otherwise: {died}");
    if case.is_repeated_before_recovery {
        fixture.make_due(false).await;
        flow.execute(&fixture).await;
        fixture.world.assert_invariants().await;
    } else {
        fixture.world.assert_invariants().await;
        flow.execute(&fixture).await;
        fixture.world.stripe.wait_for_deliveries().await;
        let violations = check(&fixture.world.snapshot().await, &fixture.world.history.entries());
        assert!(violations.is_empty(), "{case}: {}", fixture.world.report(&violations));
    }
    assert_eq!(fixture.outcome().await, flow.outcome(), "{case}");
}
