//! `cargo xtask frontend`: checks the packages in `frontend`.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use aws_lc_rs::digest::{Context, SHA256};
use clap::Args;

use crate::processes::{Processes, RunId};
use crate::root;
use crate::terminal::print_status;
use crate::tools::NodeProject;

/// Files that a build writes last.
const OUTPUTS: [&str; 3] = ["client/dist/index.js", "storefront/dist/index.html", "admin/dist/index.html"];

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Generate the types of the contract, and format the files, before the checks.
    #[arg(long)]
    fix: bool,
    /// Only build the packages, if their sources have changed since the last build.
    #[arg(long, conflicts_with = "fix")]
    build: bool,
}

/// Checks format, lints, the generated types and the size of the packages, and runs their tests.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let processes = Processes::new(RunId::random()?, root::tools());
    if options.build {
        build(&processes).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let project = NodeProject::install_frontend(&processes).await?;
    if options.fix {
        print_status("generating the types of the contract, and formatting frontend");
        project.run_script("fix").await?;
    }
    print_status("checking frontend");
    project.run_script("check").await?;
    Ok(ExitCode::SUCCESS)
}

/// The built packages, and the program that serves them.
pub(crate) struct Built {
    pub(crate) node: PathBuf,
    pub(crate) directory: PathBuf,
}

/// Builds the packages, if their sources have changed since the last build.
pub(crate) async fn build(processes: &Processes) -> Result<Built> {
    let project = NodeProject::install_frontend(processes).await?;
    let built = Built { node: project.node().to_owned(), directory: project.directory().to_owned() };
    let digest = digest(&built.directory).context("reading the sources of frontend")?;
    let stamp = root::tools().join("frontend.digest");
    let is_current = fs::read_to_string(&stamp).is_ok_and(|last| last == digest);
    if is_current && OUTPUTS.iter().all(|output| built.directory.join(output).is_file()) {
        return Ok(built);
    }
    print_status("building frontend");
    project.run_script("build").await?;
    fs::write(stamp, digest).context("writing the digest of the sources")?;
    Ok(built)
}

/// Returns a digest of all files in a directory, except installed packages and the outputs of builds.
fn digest(directory: &Path) -> Result<String> {
    let mut context = Context::new(&SHA256);
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            if ["node_modules", "dist"].iter().any(|skipped| entry.file_name() == *skipped) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                directories.push(entry.path());
            } else {
                let contents = fs::read(entry.path())?;
                context.update(entry.path().as_os_str().as_encoded_bytes());
                context.update(&contents.len().to_le_bytes());
                context.update(&contents);
            }
        }
    }
    Ok(hex::encode(context.finish()))
}
