//! `cargo xtask screenshots`: pictures of a mail and of the main pages of a running shop, for the documentation.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::processes::{self, Processes, RunId};
use crate::terminal::print_status;
use crate::{browser, dev, root, seed};

#[derive(Args)]
pub(crate) struct Options {
    /// Data directory of the `cargo xtask dev --fresh` with the demo shop [default: .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// The mails, which their tests have rendered.
const MAILS: &str = "tests/api/mailer/snapshots/api__mailer__templates__mails_as_html_en.snap";

/// Writes the pictures to `docs/screenshots`.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let storefront = dev::storefront(options.data_dir)?;
    let processes = Processes::new(RunId::random()?, root::tools());
    let scenarios = browser::compile_scenarios(&processes).await?;
    print_status("taking screenshots for docs/screenshots");
    let directory = root::root().join("docs/screenshots");
    let mut command = scenarios.command(&processes, "mail-screenshots.js");
    let status = command.arg(root::root().join(MAILS)).arg(&directory).status().await?;
    if !status.success() {
        return processes::exit_code(status);
    }
    let mut command = scenarios.command(&processes, "screenshots.js");
    command.arg(storefront).arg(directory);
    command.env("ADMIN_EMAIL", seed::ADMIN).env("ADMIN_PASSWORD", seed::PASSWORD);
    processes::exit_code(command.status().await?)
}
