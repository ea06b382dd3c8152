//! `cargo xtask dev`: runs the whole shop on this machine, with the real function binaries.

mod apps;
mod functions;
mod home;
mod mail;
mod ports;
mod settings;
mod stand_in;
mod state;
mod summary;

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use self::apps::Apps;
use self::functions::Functions;
pub(crate) use self::functions::names as function_names;
use self::home::Home;
use self::ports::Ports;
pub(crate) use self::settings::Settings;
pub(crate) use self::stand_in::StandIn;
use self::state::State;
pub(crate) use self::state::{databases, emulator, stand_in, storefront};
use crate::mongod::{CACHE, Mongod};
use crate::processes::{self, Processes, WATCH};
use crate::s3::S3;
use crate::terminal::print_status;
use crate::{cargo, origins, seed, tools};

#[derive(Args)]
pub(crate) struct Options {
    /// Port of the API; 0 takes any free port.
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// Delete the data of earlier runs first.
    #[arg(long)]
    fresh: bool,
    /// Do not load demo data into an empty shop.
    #[arg(long)]
    no_demo_data: bool,
    /// Follow changes in `frontend` with Vite's development server, instead of serving a build.
    #[arg(long)]
    frontend: bool,
    /// Number of requests that each function can serve at the same time.
    #[arg(long, default_value = "4")]
    concurrency: NonZeroU16,
    /// Origin of a frontend, whose pages may call the API and upload images; repeatable. `https://*.preview.example.com` is a pattern
    /// [default: the origin of the template, and those of Vite]. The storefront of this shop is always among them.
    #[arg(long = "origin", value_name = "URL", value_parser = origins::parse)]
    origins: Vec<String>,
    /// Start the binaries of the last build.
    #[arg(long)]
    no_build: bool,
    /// Directory for the data. With this option MongoDB, Stripe, S3 and the pages get free ports, so that several
    /// shops can run at the same time [default: .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Runs until a signal arrives or a process dies.
#[expect(clippy::too_many_lines, reason = "one process after the other")]
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let settings = Settings::read()?;
    if options.fresh && settings.mongodb_uri().is_some() {
        bail!("--fresh only deletes data of the local MongoDB, and MONGODB_URI is set");
    }
    let home = Home::open(options.data_dir.clone())?;
    state::remove(&home);
    let mut processes = Processes::new(home.run_id()?, home.logs());
    match processes.end_leftovers() {
        0 => {}
        count => print_status(format_args!("ended {count} processes of an earlier run that was killed")),
    }
    let ports = Ports::choose(&options, &settings, &home)?;
    if options.fresh {
        home.remove_data()?;
    }

    let cargo_lambda = tools::cargo_lambda(&processes).await?;
    let mongodb = match settings.mongodb_uri() {
        Some(uri) => MongoDb::External(uri.to_owned()),
        None => MongoDb::Local(tools::mongod(&processes).await?),
    };
    if !options.no_build {
        build(&processes).await?;
    }
    let apps = Apps::build(&processes, options.frontend, ports).await;

    let mongodb_uri = mongodb.start(&mut processes, &home, ports.mongod).await?;
    let stand_in =
        if settings.has_stripe()? { None } else { Some(StandIn::start(&mut processes, ports, &home.stripe()).await?) };
    let storefront = apps.as_ref().map(Apps::origin);
    let origins = settings.origins(&options.origins, storefront.clone())?;
    let s3 = if settings.has_bucket() {
        None
    } else {
        Some(S3::start(&mut processes, &home.s3(), ports.s3, &origins).await?)
    };
    if let Some(emulator) = s3.as_ref().filter(|_| !settings.has_mail()) {
        processes.during(emulator.verify_sender()).await?;
    }
    let environment = settings.for_functions(
        &home,
        &mongodb_uri,
        (&origins, storefront.as_deref()),
        stand_in.as_ref(),
        s3.as_ref(),
    )?;
    let sends_mail = environment.contains_key("MAIL_FROM") || settings.has_mail();
    let functions = Functions::watch(&mut processes, &cargo_lambda, &options, ports.api, environment)?;

    processes.during(functions.migrate()).await?;
    if !options.no_demo_data {
        processes.during(seed::load(&settings, &mongodb_uri, s3.as_ref())).await?;
    }
    processes.during(functions.wait_until_ready()).await?;
    if let Some(apps) = &apps {
        apps.serve(&mut processes, &settings, stand_in.as_ref(), s3.as_ref()).await?;
    }

    let state = State {
        base_url: format!("http://127.0.0.1:{}/api/v1", ports.api),
        invoke_url: format!("http://127.0.0.1:{}", ports.api),
        mongodb_uri,
        mongodb_database: settings.mongodb_database().to_owned(),
        storefront,
        stripe: stand_in,
        s3,
        logs: home.logs(),
        pids: processes.pids(),
    };
    let _published = state.publish(&home)?;
    print_status(summary::format(&state, &options, &settings, ports.api));
    let log = processes.log(WATCH);
    let running = async {
        tokio::try_join!(processes::follow(&log), functions.run_maintenance(), functions.run_mailer(sends_mail))
    };
    match processes.during(running).await? {}
}

/// Builds every binary of the stack. It selects no packages, so that features unify as in `cargo test --workspace`
/// and dependencies are built once for both.
async fn build(processes: &Processes) -> Result<()> {
    print_status("building the functions, which takes minutes the first time");
    cargo::build(processes, cargo::select_binaries(functions::names().chain(["stripe-stand-in"]))).await
}

enum MongoDb {
    /// The developer's own server, by URI.
    External(String),
    /// A server to start, by the path of `mongod`.
    Local(PathBuf),
}

impl MongoDb {
    /// Starts the server if it is local; returns the URI.
    async fn start(self, processes: &mut Processes, home: &Home, port: u16) -> Result<String> {
        let program = match self {
            Self::External(uri) => return Ok(uri),
            Self::Local(program) => program,
        };
        print_status(format_args!("starting MongoDB on port {port}"));
        Mongod { program: &program, data: &home.mongodb(), port, cache: CACHE, for_tests: false }.start(processes).await
    }
}
