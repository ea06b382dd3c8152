//! Fuzzing for as long as requested. `cargo xtask fuzz` builds everything and starts this program.

#![expect(clippy::print_stdout, reason = "a command-line program prints its results")]

use clap::Parser;
use ferrocart_chaos::{Budget, Role, fuzz};
use std::process::ExitCode;

/// Sends generated requests to a shop and verifies the responses against openapi.json.
#[derive(Parser)]
struct Arguments {
    /// The duration in minutes for each role
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// The seed of the generated requests; the default is random
    #[arg(long)]
    seed: Option<u64>,
    /// The role of the requests; the default is each role in turn
    #[arg(long)]
    role: Option<Role>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { minutes, seed, role } = Arguments::parse();
    let seed = seed.unwrap_or_else(|| fastrand::u64(0..1_000_000));
    let roles = role.map_or_else(|| Role::ALL.to_vec(), |role| vec![role]);
    let mut outcome = ExitCode::SUCCESS;
    for role in roles {
        println!("role {}, {minutes} minutes, seed {seed}", role.name());
        if !fuzz(role, seed, Budget::Seconds(minutes.saturating_mul(60))).await {
            let role = role.name();
            println!("repeat it: cargo xtask fuzz --minutes {minutes} --role {role} --seed {seed}");
            outcome = ExitCode::FAILURE;
        }
    }
    outcome
}
