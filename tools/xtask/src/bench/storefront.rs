//! `cargo xtask bench storefront`: the first view of a running shop's storefront, on a slow telephone.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::processes::{self, Processes, RunId};
use crate::terminal::print_status;
use crate::{browser, dev, root};

#[derive(Args)]
pub(crate) struct Options {
    /// Write the figures to frontend/README.md.
    #[arg(long)]
    record: bool,
    /// Data directory of the `cargo xtask dev` to measure [default: .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Exits with a failure if a target was missed.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let mut arguments = vec![dev::storefront(options.data_dir)?];
    if options.record {
        arguments.push(root::root().join("frontend/README.md").display().to_string());
    }
    let processes = Processes::new(RunId::random()?, root::tools());
    let scenarios = browser::compile_scenarios(&processes).await?;
    print_status("measuring the first view in Chromium: 150 ms round trip, 1.6 Mbit/s, processor 4 times slower");
    processes::exit_code(scenarios.command(&processes, "measure.js").args(arguments).status().await?)
}
