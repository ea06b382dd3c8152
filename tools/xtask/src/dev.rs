//! `cargo xtask dev`: the whole shop on this machine, from the real function binaries.

mod functions;
mod home;
mod ports;
mod settings;
mod stand_in;
mod state;
mod summary;

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use self::functions::Functions;
pub(crate) use self::functions::names as function_names;
use self::home::Home;
use self::ports::Ports;
pub(crate) use self::settings::Settings;
pub(crate) use self::stand_in::StandIn;
use self::state::State;
pub(crate) use self::state::{mongodb, stand_in};
use crate::mongod::{CACHE, Mongod};
use crate::processes::{self, Processes, WATCH};
use crate::s3::S3;
use crate::terminal::say;
use crate::{root, seed, tools};

#[derive(Args)]
pub(crate) struct Options {
    /// Where the API listens; 0 takes any free port.
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// Forget the data of earlier runs.
    #[arg(long)]
    fresh: bool,
    /// Start with an empty shop.
    #[arg(long)]
    no_demo_data: bool,
    /// How many requests each function can serve at once.
    #[arg(long, default_value = "4")]
    concurrency: NonZeroU16,
    /// Start the programs as they were built last.
    #[arg(long)]
    no_build: bool,
    /// Keep the data there and take free ports for MongoDB and Stripe, so that several shops
    /// can run at once [default: .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Runs until a signal comes or a process dies.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let settings = Settings::read()?;
    if options.fresh && settings.mongodb_uri().is_some() {
        bail!("--fresh is for the local MongoDB: the data at MONGODB_URI is yours to delete");
    }
    let home = Home::open(options.data_dir.clone())?;
    state::forget(&home);
    let mut processes = Processes::new(home.run_id()?, home.logs());
    match processes.end_leftovers() {
        0 => {}
        count => say(format_args!("ended {count} processes that a killed run had left behind")),
    }
    let ports = Ports::choose(&options, &settings)?;
    if options.fresh {
        home.forget_data()?;
    }

    let cargo_lambda = tools::cargo_lambda(&processes).await?;
    let mongodb = match settings.mongodb_uri() {
        Some(uri) => MongoDb::Given(uri.to_owned()),
        None => MongoDb::Local(tools::mongod(&processes).await?),
    };
    if !options.no_build {
        build(&processes).await?;
    }

    let mongodb_uri = mongodb.uri(&mut processes, &home, ports.mongod).await?;
    let stand_in = if settings.has_stripe()? { None } else { Some(StandIn::start(&mut processes, ports).await?) };
    let s3 = if settings.has_bucket() { None } else { Some(S3::start(&mut processes, &home.s3(), ports.s3).await?) };
    let environment = settings.for_functions(&home, &mongodb_uri, stand_in.as_ref(), s3.as_ref())?;
    let functions = Functions::watch(&mut processes, &cargo_lambda, &options, ports.api, environment)?;

    processes.during(functions.migrate()).await?;
    if !options.no_demo_data {
        processes.during(seed::load(&settings, &mongodb_uri)).await?;
    }
    processes.during(functions.all_answer()).await?;

    let state = State {
        base_url: format!("http://127.0.0.1:{}/api/v1", ports.api),
        invoke_url: format!("http://127.0.0.1:{}", ports.api),
        mongodb_uri,
        mongodb_database: settings.mongodb_database().to_owned(),
        stripe: stand_in,
        s3,
        logs: home.logs(),
        pids: processes.pids(),
    };
    let _published = state.publish(&home)?;
    say(summary::format(&state, &options, &settings, ports.api));
    let log = processes.log(WATCH);
    let running = async { tokio::try_join!(processes::follow(&log), functions.expire_orders()) };
    match processes.during(running).await? {}
}

/// Builds every program of the stack. It selects no packages, because features then unify as they
/// do in `cargo test --workspace`, and dependencies are built once for both.
async fn build(processes: &Processes) -> Result<()> {
    say("building the functions");
    let mut command = processes.command(tools::cargo());
    command.arg("build").current_dir(root::root());
    for program in functions::names().chain(["stripe-stand-in"]) {
        command.args(["--bin", program]);
    }
    if !command.status().await.context("running cargo build")?.success() {
        bail!("the functions don't build");
    }
    Ok(())
}

enum MongoDb {
    /// The developer's own, at this URI.
    Given(String),
    /// This program, to be started.
    Local(PathBuf),
}

impl MongoDb {
    async fn uri(self, processes: &mut Processes, home: &Home, port: u16) -> Result<String> {
        let program = match self {
            Self::Given(uri) => return Ok(uri),
            Self::Local(program) => program,
        };
        say(format_args!("starting MongoDB on port {port}"));
        Mongod { program: &program, data: &home.mongodb(), port, cache: CACHE, for_tests: false }.start(processes).await
    }
}
