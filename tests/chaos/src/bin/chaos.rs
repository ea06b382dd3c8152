//! Random runs, one after the other: `cargo xtask chaos` builds everything and starts this.

#![expect(clippy::print_stdout, reason = "it talks with the person before it")]

use clap::Parser;
use ferrocart_chaos::{Report, storm};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Buys in a shop in which everything goes wrong, and checks what must hold when it is over.
#[derive(Parser)]
struct Arguments {
    /// For how long, about
    #[arg(long, default_value_t = 3)]
    minutes: u64,
    /// From what everything that is decided at random follows; by default a new one
    #[arg(long)]
    seed: Option<u64>,
    /// How long people buy before everything is healed and checked
    #[arg(long, default_value_t = 30)]
    round_seconds: u64,
    /// How many servers the replica set has
    #[arg(long, default_value_t = 3)]
    members: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { minutes, seed, round_seconds, members } = Arguments::parse();
    let first = seed.unwrap_or_else(|| fastrand::u64(0..1_000_000));
    let began = Instant::now();
    let mut total = Report::default();
    println!("seed {first}");
    for seed in first.. {
        let report = storm(seed, Duration::from_secs(round_seconds), members).await;
        let verdict = if report.violations.is_empty() { "all invariants hold" } else { "VIOLATED" };
        let orders = report.deeds.get("orders").copied().unwrap_or_default();
        println!("round with seed {seed}: {orders} orders, {verdict}, after {:?}", began.elapsed());
        let is_sound = report.violations.is_empty();
        total = total.and(report);
        if !is_sound {
            println!("{total}\nonce more: cargo xtask chaos --minutes 1 --seed {seed}");
            return ExitCode::FAILURE;
        }
        if began.elapsed() >= Duration::from_secs(minutes.saturating_mul(60)) {
            break;
        }
    }
    println!("{total}");
    ExitCode::SUCCESS
}
