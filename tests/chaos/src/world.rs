//! A complete shop under test: a replica set, the Stripe stand-in, the functions behind a gateway, clients and
//! products.

mod recovery;
mod seed;
mod servers;

pub use seed::Product;
pub use servers::Servers;

use crate::client::Api;
use crate::history::History;
use crate::ses::Ses;
use crate::stripe::{PUBLISHABLE_KEY, SHOP_KEY, Stripe, WEBHOOK_SECRET};
use ferrocart::AppState;
use ferrocart::config::{Config, TokenPrivateKey};
use ferrocart::fail_points::Defect;
use lambda_stand_in::{Lambda, Routes, Settings};
use mongodb::Database;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Limits the number of servers that run at a time. While some worlds wait for an election, others use the processors;
/// more than this would only compete for them.
static SERVER_SLOTS: Semaphore = Semaphore::const_new(6);

/// The seed of the key that signs access tokens.
pub const TOKEN_SEED: [u8; 32] = [7; 32];
/// The key of cursors and fingerprints.
const HMAC_KEY: &str = "for-tests-only-for-tests-only-for-tests-only";

/// The `appName` of the functions' connections. MongoDB's fail points apply to it.
const APP_NAME: &str = "chaos-shop";
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");

/// The functions that change orders or are called by their buyers, by Stripe or by the schedule.
pub(crate) const FUNCTIONS: [&str; 8] =
    ["admin", "auth", "cart", "mailer", "maintenance", "orders", "products", "stripe-webhook"];

/// The options of a world.
#[derive(Debug, Clone)]
pub struct WorldOptions {
    /// The number of servers of its own replica set.
    pub members: usize,
    /// The maximum number of environments of each function.
    pub concurrency: usize,
    /// The maximum number of requests that an environment has at a time.
    pub requests_each: usize,
    /// The injected defect.
    pub defect: Option<Defect>,
    /// Additional settings of the functions, or others than the defaults.
    pub settings: Vec<(&'static str, String)>,
    /// A replica set to use instead of an own one. Its servers must not be killed, suspended or made to fail.
    pub shared_servers: Option<Servers>,
}

/// A shop with its database, Stripe and clients. Dropping it ends all processes that it has started.
pub struct World {
    /// The functions.
    pub lambda: Lambda,
    /// Stripe.
    pub stripe: Stripe,
    /// The database's servers.
    pub mongo: Servers,
    /// The history of all clients.
    pub history: History,
    api: Api,
    ses: Ses,
    state: AppState,
    initial_stock: BTreeMap<String, i64>,
    directory: PathBuf,
    keeps_files: bool,
    _server_slots: Option<SemaphorePermit<'static>>,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self { members: 1, concurrency: 8, requests_each: 1, defect: None, settings: Vec::new(), shared_servers: None }
    }
}

impl World {
    /// Opens a world without defects on the server that all undisturbed worlds share.
    pub async fn open() -> Self {
        Self::open_with(WorldOptions { shared_servers: Some(Servers::shared().await), ..WorldOptions::default() }).await
    }

    /// Opens a world with these options.
    pub async fn open_with(options: WorldOptions) -> Self {
        let (mongo, server_slots) = match options.shared_servers.clone() {
            Some(shared) => (shared, None),
            None => {
                let members = u32::try_from(options.members).expect("a few servers");
                let slots = SERVER_SLOTS.acquire_many(members).await.expect("an open semaphore");
                (Servers::start(options.members).await, Some(slots))
            }
        };
        let directory = TempDir::with_prefix("ferrocart-chaos-").expect("a directory").keep();
        let stripe = Stripe::start().await;
        let ses = Ses::start().await;
        let settings = settings(&options, &mongo, &stripe, &ses);
        let state = connect(&settings, &mongo).await;
        ferrocart::db::migration::migrate(&state.database, state.config.catalogue_language)
            .await
            .expect("an empty database");
        // As a deployment does, so that no function has to write when it starts.
        state.verify_currency().await.expect("a catalogue without prices");
        let routes = Routes::of_workspace(MANIFEST).expect("the routes of the workspace");
        let lambda = Lambda::start(Settings {
            environment: settings,
            concurrency: options.concurrency,
            requests_each: options.requests_each,
            logs: Some(directory.join("functions")),
            ..Settings::new(binaries(), routes)
        });
        let lambda = lambda.await.expect("a stand-in for Lambda");
        stripe.send_events_to(lambda.base_url());
        let history = History::in_directory(&directory);
        Self {
            api: Api::new(lambda.base_url(), history.clone()),
            lambda,
            stripe,
            mongo,
            history,
            ses,
            state,
            initial_stock: BTreeMap::new(),
            directory,
            keeps_files: false,
            _server_slots: server_slots,
        }
    }

    /// Returns the address of the API, from which clients are made.
    #[must_use]
    pub fn api(&self) -> Api {
        self.api.clone()
    }

    /// Returns the state of the shop in this process.
    pub(crate) const fn state(&self) -> &AppState {
        &self.state
    }

    /// Lets SES reject some mails, and lose the responses to others, until the world is healed.
    pub(crate) fn disturb_mail(&self) {
        self.ses.set_faulty(true);
    }

    /// Returns the database, for access that bypasses the shop.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.state.database
    }

    /// Returns the name and exit status of each function process that ended by itself.
    #[must_use]
    pub fn deaths(&self) -> Vec<(&'static str, ExitStatus)> {
        let deaths = |name| self.lambda.deaths(name).into_iter().map(move |status| (name, status));
        FUNCTIONS.into_iter().flat_map(deaths).collect()
    }

    /// Returns the `appName` of the functions' connections to MongoDB.
    #[must_use]
    pub const fn app_name(&self) -> &'static str {
        APP_NAME
    }

    /// Keeps the history and the functions' logs when the world is dropped.
    pub const fn keep_files(&mut self) {
        self.keeps_files = true;
    }

    /// Returns the directory of the history and of the functions' logs.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// Copies the functions' logs to the directory in which `cargo xtask test` searches for leaked secrets.
fn export_logs(directory: &Path) {
    let Some(captured) = std::env::var_os("FERROCART_CAPTURED").map(PathBuf::from) else { return };
    let world = directory.file_name().unwrap_or_default().to_string_lossy();
    for log in std::fs::read_dir(directory.join("functions")).into_iter().flatten().flatten() {
        let name = format!("{world}-{}", log.file_name().to_string_lossy());
        std::fs::copy(log.path(), captured.join(name)).expect("space for a log");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        export_logs(&self.directory);
        if self.keeps_files || std::thread::panicking() {
            eprintln!("the history and the logs of the functions are kept in {}", self.directory.display());
        } else {
            std::fs::remove_dir_all(&self.directory).ok();
        }
    }
}

/// Returns the environment variables of all functions.
fn settings(options: &WorldOptions, mongo: &Servers, stripe: &Stripe, ses: &Ses) -> Vec<(String, String)> {
    let (uri, database) = (mongo.uri(APP_NAME), servers::new_database());
    let defect = options.defect.map_or("", Defect::as_str);
    let token_key = TokenPrivateKey::from_seed(TOKEN_SEED).expect("a valid seed");
    let private_key = token_key.expose_text();
    let settings = [
        ("MONGODB_URI", uri.as_str()),
        ("MONGODB_DATABASE", database.as_str()),
        ("TOKEN_PRIVATE_KEY", &private_key),
        ("TOKEN_PUBLIC_KEYS", &token_key.public_key().to_string()),
        ("CURSOR_KEY", HMAC_KEY),
        ("ORDER_TOKEN_KEY", HMAC_KEY),
        ("FINGERPRINT_KEY", HMAC_KEY),
        ("BCRYPT_COST", "4"),
        ("LOG_FORMAT", "text"),
        ("RUST_LOG", "info"),
        ("STORE_CURRENCY", "USD"),
        // A few buyers at one source address place many orders.
        ("MAX_UNPAID_ORDERS", "10000"),
        ("MAX_UNPAID_ORDERS_PER_ADDRESS", "10000"),
        ("ADDRESS_CALLS_PER_HOUR", "10000"),
        ("STRIPE_API_BASE", stripe.base_url()),
        ("STRIPE_SECRET_KEY", SHOP_KEY),
        ("STRIPE_PUBLISHABLE_KEY", PUBLISHABLE_KEY),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("MAIL", "ses"),
        ("MAIL_FROM", "orders@shop.example.com"),
        ("STOREFRONT_URL", "https://shop.example.com"),
        ("AWS_ENDPOINT_URL_SESV2", &ses.url()),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
        ("CHAOS_DEFECT", defect),
        ("CHAOS_POINT", ""),
    ];
    let defaults = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let others = options.settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    // For a function the last of several values counts, and for this process the first: it needs the keys.
    defaults.into_iter().chain(others).collect()
}

/// Connects this process to the shop's database, under another `appName` than the functions', to which their fail
/// points do not apply.
async fn connect(settings: &[(String, String)], mongo: &Servers) -> AppState {
    let uri = mongo.uri("chaos-checker");
    let find = |name: &str| match name {
        "MONGODB_URI" => Some(uri.clone()),
        "CHAOS_DEFECT" => None,
        _ => settings.iter().find(|(setting, _)| setting == name).map(|(_, value)| value.clone()),
    };
    let config = Config::read(find).expect("valid settings");
    let database = ferrocart::db::connect(&config.database).await.expect("a connection string");
    AppState::new(config, database)
}

/// Returns the directory of the functions' binaries, which Cargo builds next to the tests.
fn binaries() -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    let built = test.ancestors().find(|directory| directory.join("maintenance").is_file());
    built.expect("the functions: run the tests with `cargo xtask test`").to_owned()
}
