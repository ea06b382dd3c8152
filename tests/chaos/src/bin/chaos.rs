//! Random load with faults, in rounds, until the time is over or an invariant is violated. `cargo xtask chaos` builds
//! everything and starts this program.

#![expect(clippy::print_stdout, reason = "a command-line program prints its results")]

use clap::Parser;
use ferrocart_chaos::{Report, random_load};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Generates purchases while processes, servers and Stripe fail, and checks the invariants afterwards.
#[derive(Parser)]
struct Arguments {
    /// The approximate duration in minutes
    #[arg(long, default_value_t = 3)]
    minutes: u64,
    /// The seed of the first round's random decisions; the default is random
    #[arg(long)]
    seed: Option<u64>,
    /// The duration of a round in seconds, without healing and checking
    #[arg(long, default_value_t = 30)]
    round_seconds: u64,
    /// The number of servers of the replica set
    #[arg(long, default_value_t = 3)]
    members: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { minutes, seed, round_seconds, members } = Arguments::parse();
    let first = seed.unwrap_or_else(|| fastrand::u64(0..1_000_000));
    let started = Instant::now();
    let mut total = Report::default();
    println!("seed {first}");
    for seed in first.. {
        let report = random_load(seed, Duration::from_secs(round_seconds), members).await;
        let result = if report.violations.is_empty() { "all invariants hold" } else { "VIOLATED" };
        let orders = report.counts.get("orders").copied().unwrap_or_default();
        println!("round with seed {seed}: {orders} orders, {result}, after {:?}", started.elapsed());
        let is_correct = report.violations.is_empty();
        total = total.and(report);
        if !is_correct {
            println!("{total}\nrepeat it: cargo xtask chaos --minutes 1 --seed {seed}");
            return ExitCode::FAILURE;
        }
        if started.elapsed() >= Duration::from_secs(minutes.saturating_mul(60)) {
            break;
        }
    }
    println!("{total}");
    ExitCode::SUCCESS
}
