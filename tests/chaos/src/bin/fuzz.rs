//! Schemathesis for as long as one likes: `cargo xtask fuzz` builds everything and starts this.

#![expect(clippy::print_stdout, reason = "it talks with the person before it")]

use clap::{Parser, ValueEnum};
use ferrocart_chaos::{Extent, Role, fuzz};
use std::process::ExitCode;

/// Asks a shop what nobody thought of, and holds the answers against openapi.json.
#[derive(Parser)]
struct Arguments {
    /// For how long, with each role
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// From what all questions follow; by default a new one
    #[arg(long)]
    seed: Option<u64>,
    /// Who asks; by default everybody in turn
    #[arg(long)]
    role: Option<Asker>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Asker {
    Nobody,
    Customer,
    Admin,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { minutes, seed, role } = Arguments::parse();
    let seed = seed.unwrap_or_else(|| fastrand::u64(0..1_000_000));
    let roles = match role {
        Some(Asker::Nobody) => vec![Role::Nobody],
        Some(Asker::Customer) => vec![Role::Customer],
        Some(Asker::Admin) => vec![Role::Admin],
        None => Role::ALL.to_vec(),
    };
    let mut outcome = ExitCode::SUCCESS;
    for role in roles {
        println!("asking as {} for {minutes} minutes, with the seed {seed}", role.name());
        if !fuzz(role, seed, Extent::Seconds(minutes.saturating_mul(60))).await {
            let role = role.name();
            println!("once more: cargo xtask fuzz --minutes {minutes} --role {role} --seed {seed}");
            outcome = ExitCode::FAILURE;
        }
    }
    outcome
}
