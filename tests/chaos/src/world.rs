//! A shop to shoot at: a replica set, Stripe's stand-in, the functions behind their gateway, and
//! something to sell.

mod furnish;
mod recovery;
mod servers;

pub use furnish::Product;
pub use servers::Servers;

use crate::client::Shopfront;
use crate::history::History;
use crate::stripe::{PUBLISHABLE_KEY, SECRET_KEY, Stripe, WEBHOOK_SECRET};
use ferrocart::AppState;
use ferrocart::config::Config;
use ferrocart::fail_points::Defect;
use lambda_stand_in::{Lambda, Routes, Settings};
use mongodb::Database;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many servers run at a time: some worlds wait for an election, and others work meanwhile. More
/// would only wait for each other's processors.
static ROOM: Semaphore = Semaphore::const_new(6);

/// Under which name the functions' commands come to MongoDB, for its fail points.
const APP_NAME: &str = "chaos-shop";
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");

/// Every function that serves the buyers, or Stripe, or the clock.
pub(crate) const FUNCTIONS: [&str; 7] =
    ["admin", "auth", "cart", "maintenance", "orders", "products", "stripe-webhook"];

/// What a world is made of.
#[derive(Debug, Clone)]
pub struct Terms {
    /// How many servers its replica set has.
    pub members: usize,
    /// How many environments a function has at most.
    pub concurrency: usize,
    /// How many requests an environment gets at a time.
    pub requests_each: usize,
    /// A mistake that its shop makes.
    pub defect: Option<Defect>,
    /// Settings of its functions, beside those that every shop here has.
    pub settings: Vec<(&'static str, String)>,
    /// Where its database is, if others have theirs there too; nobody may do harm to that one, nor
    /// make it fail.
    pub beside: Option<Servers>,
}

/// A shop with everything around it, which ends with this value.
pub struct World {
    /// The functions.
    pub lambda: Lambda,
    /// Stripe.
    pub stripe: Stripe,
    /// The database's servers.
    pub mongo: Servers,
    /// What clients were told.
    pub history: History,
    front: Shopfront,
    state: AppState,
    initial: BTreeMap<String, i64>,
    directory: PathBuf,
    is_kept: bool,
    _room: Option<SemaphorePermit<'static>>,
}

impl Default for Terms {
    fn default() -> Self {
        Self { members: 1, concurrency: 8, requests_each: 1, defect: None, settings: Vec::new(), beside: None }
    }
}

impl World {
    /// A shop that makes no mistakes, on a server that is there for all whom nothing befalls.
    pub async fn open() -> Self {
        Self::open_with(Terms { beside: Some(Servers::shared().await), ..Terms::default() }).await
    }

    /// A shop of that kind.
    pub async fn open_with(terms: Terms) -> Self {
        let (mongo, room) = match terms.beside.clone() {
            Some(shared) => (shared, None),
            None => {
                let members = u32::try_from(terms.members).expect("a few servers");
                let room = ROOM.acquire_many(members).await.expect("a semaphore that nobody closes");
                (Servers::start(terms.members).await, Some(room))
            }
        };
        let directory = TempDir::with_prefix("ferrocart-chaos-").expect("a directory").keep();
        let stripe = Stripe::start().await;
        let settings = settings(&terms, &mongo, &stripe);
        let state = connect(&settings, &mongo).await;
        ferrocart::db::migration::migrate(&state.database).await.expect("an empty database");
        let routes = Routes::of_workspace(MANIFEST).expect("the routes of the workspace");
        let lambda = Lambda::start(Settings {
            environment: settings,
            concurrency: terms.concurrency,
            requests_each: terms.requests_each,
            logs: Some(directory.join("functions")),
            ..Settings::new(binaries(), routes)
        });
        let lambda = lambda.await.expect("a stand-in for Lambda");
        stripe.send_events_to(lambda.base_url());
        let history = History::in_directory(&directory);
        let front = Shopfront::new(lambda.base_url(), history.clone());
        let (initial, is_kept) = (BTreeMap::new(), false);
        Self { lambda, stripe, mongo, history, front, state, initial, directory, is_kept, _room: room }
    }

    /// Where clients call, to be handed on.
    #[must_use]
    pub fn front(&self) -> Shopfront {
        self.front.clone()
    }

    /// The database, past the shop.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.state.database
    }

    /// What the shop works with, past its functions.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// How functions have ended that nobody here has ended.
    #[must_use]
    pub fn deaths(&self) -> Vec<(&'static str, ExitStatus)> {
        let deaths = |name| self.lambda.deaths(name).into_iter().map(move |status| (name, status));
        FUNCTIONS.into_iter().flat_map(deaths).collect()
    }

    /// Under which name the functions come to MongoDB.
    #[must_use]
    pub const fn app_name(&self) -> &'static str {
        APP_NAME
    }

    /// Keeps the history and the functions' logs when the world ends.
    pub const fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Where the history and the functions' logs are.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// Copies the functions' logs to where `cargo xtask test` searches captured output for leaks.
fn leave_logs(directory: &Path) {
    let Some(captured) = std::env::var_os("FERROCART_CAPTURED").map(PathBuf::from) else { return };
    let world = directory.file_name().unwrap_or_default().to_string_lossy();
    for log in std::fs::read_dir(directory.join("functions")).into_iter().flatten().flatten() {
        let name = format!("{world}-{}", log.file_name().to_string_lossy());
        std::fs::copy(log.path(), captured.join(name)).expect("room for a log");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        leave_logs(&self.directory);
        if self.is_kept || std::thread::panicking() {
            eprintln!("the history and the logs of the functions are kept in {}", self.directory.display());
        } else {
            std::fs::remove_dir_all(&self.directory).ok();
        }
    }
}

/// What every function is told.
fn settings(terms: &Terms, mongo: &Servers, stripe: &Stripe) -> Vec<(String, String)> {
    let (uri, database) = (mongo.uri(APP_NAME), servers::new_database());
    let defect = terms.defect.map_or("", Defect::as_str);
    let settings = [
        ("MONGODB_URI", uri.as_str()),
        ("MONGODB_DATABASE", database.as_str()),
        ("JWT_SECRET", "for-tests-only-for-tests-only-for-tests-only"),
        ("BCRYPT_COST", "4"),
        ("LOG_FORMAT", "text"),
        ("RUST_LOG", "info"),
        ("STORE_CURRENCY", "USD"),
        ("STRIPE_API_BASE", stripe.base_url()),
        ("STRIPE_SECRET_KEY", SECRET_KEY),
        ("STRIPE_PUBLISHABLE_KEY", PUBLISHABLE_KEY),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("CHAOS_DEFECT", defect),
        ("CHAOS_POINT", ""),
    ];
    let settings = settings.into_iter().chain(terms.settings.iter().map(|(name, value)| (*name, value.as_str())));
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The shop's own way to the database, under another name than the functions', so that no fail
/// point meant for them hits it.
async fn connect(settings: &[(String, String)], mongo: &Servers) -> AppState {
    let uri = mongo.uri("chaos-checker");
    let find = |name: &str| match name {
        "MONGODB_URI" => Some(uri.clone()),
        "CHAOS_DEFECT" => None,
        _ => settings.iter().find(|(setting, _)| setting == name).map(|(_, value)| value.clone()),
    };
    let config = Config::read(find).expect("good settings");
    let database = ferrocart::db::connect(&config.database).await.expect("a connection string");
    AppState::new(config, database)
}

/// Cargo builds the functions' programs beside the tests.
fn binaries() -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    let built = test.ancestors().find(|directory| directory.join("maintenance").is_file());
    built.expect("the functions: run the tests with `cargo xtask test`").to_owned()
}
