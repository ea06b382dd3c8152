//! Demo data for a shop that has none: a catalog, its people, and what they bought of late. It is
//! the same for everybody, and counts its days from the moment at which it is loaded.

mod catalog;
mod chance;
mod fate;
mod people;
mod sales;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use ferrocart::AppState;
use ferrocart::config::Config;
use ferrocart::db::orders::OrderDoc;
use ferrocart::db::products::ProductDoc;
use ferrocart::db::users::{PasswordHash, UserDoc};
use ferrocart::db::{schema, transaction};
use futures_util::FutureExt as _;
use mongodb::bson::{Document, doc};
use mongodb::{ClientSession, Database};

use self::people::{admin, customers};
use self::sales::Market;
use crate::dev::{self, Settings};
use crate::terminal::say;

const ADMIN: &str = "admin@example.com";
const PASSWORD: &str = "ferrocart-demo";

#[derive(Args)]
pub(crate) struct Options {
    /// The data directory of the `cargo xtask dev` whose shop to fill [default: the shop at
    /// `MONGODB_URI`, or else .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Fills the shop at `MONGODB_URI`, or the one that `cargo xtask dev` runs.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = shop(options.data_dir).await?;
    match fill(&shop).await? {
        Outcome::Filled => {}
        Outcome::FilledBefore => say(format_args!("there is an account {ADMIN} already: nothing to do")),
        Outcome::InUse => bail!("the database {} has data of its own, and stays as it is", shop.database.name()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Fills an empty shop whose collections were made; any other is left as it is, so that a second
/// start keeps what the developer has made of the first.
pub(crate) async fn load(settings: &Settings, mongodb_uri: &str) -> Result<()> {
    let shop = open(settings, mongodb_uri, settings.mongodb_database()).await?;
    match fill(&shop).await? {
        Outcome::Filled | Outcome::FilledBefore => {}
        Outcome::InUse => say("no demo data: the shop has data of its own"),
    }
    Ok(())
}

/// Opens the shop at `MONGODB_URI`, or the one that `cargo xtask dev` runs, and creates its collections.
async fn shop(data_dir: Option<PathBuf>) -> Result<AppState> {
    let settings = Settings::read()?;
    let (mongodb_uri, database) = match (settings.mongodb_uri(), data_dir) {
        (Some(uri), None) => (uri.to_owned(), settings.mongodb_database().to_owned()),
        (_, data_dir) => dev::mongodb(data_dir)?,
    };
    let shop = open(&settings, &mongodb_uri, &database).await?;
    schema::migrate(&shop.database).await.context("cannot prepare the collections")?;
    Ok(shop)
}

/// What became of a wish for demo data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Filled,
    FilledBefore,
    /// There is data that is not ours.
    InUse,
}

/// Everything that goes into the database.
struct DemoData {
    users: Vec<UserDoc>,
    products: Vec<ProductDoc>,
    orders: Vec<OrderDoc>,
}

async fn open(settings: &Settings, mongodb_uri: &str, database: &str) -> Result<AppState> {
    let config = config(settings, mongodb_uri, database)?;
    let database = ferrocart::db::connect(&config.database).await.context("MongoDB's client")?;
    Ok(AppState::new(config, database))
}

fn config(settings: &Settings, mongodb_uri: &str, database: &str) -> Result<Config> {
    Ok(Config::read(|name| match name {
        "MONGODB_URI" => Some(mongodb_uri.to_owned()),
        "MONGODB_DATABASE" => Some(database.to_owned()),
        // Nothing is signed here, so any secret will do.
        "JWT_SECRET" => Some("-".repeat(32)),
        _ => settings.get(name).map(str::to_owned),
    })?)
}

/// Removes all accounts of a shop.
pub(crate) async fn forget_accounts(settings: &Settings, mongodb_uri: &str) -> Result<()> {
    let shop = open(settings, mongodb_uri, settings.mongodb_database()).await?;
    for collection in ["users", "sessions"] {
        shop.database.collection::<Document>(collection).delete_many(doc! {}).await.context("removing accounts")?;
    }
    Ok(())
}

async fn fill(shop: &AppState) -> Result<Outcome> {
    let mut session = shop.database.client().start_session().await.context("a session with MongoDB")?;
    if let Some(outcome) = occupant(&shop.database, &mut session).await.context("looking for data")? {
        return Ok(outcome);
    }
    say("loading demo data");
    let password = shop.passwords.hash(PASSWORD.parse()?).await?;
    let data = DemoData::new(shop, password)?;
    let words: BTreeSet<String> = data.products.iter().flat_map(ProductDoc::title).collect();
    shop.vocabulary.learn(words).await.context("noting the words of the products")?;
    // Wholly or not at all, also when this process is killed, or two of them fill one shop.
    let context = (&shop.database, &data);
    let stored =
        transaction::run(&shop.database, context, |session, (database, data)| store(database, session, data).boxed());
    let outcome = stored.await.context("storing the demo data")?;
    if outcome == Outcome::Filled {
        shop.products.count_categories().await.context("counting the products")?;
        let DemoData { users, products, orders } = data;
        say(format_args!("loaded {} products, {} users and {} orders", products.len(), users.len(), orders.len()));
    }
    Ok(outcome)
}

impl DemoData {
    fn new(shop: &AppState, password: PasswordHash) -> Result<Self> {
        let now = shop.now();
        let products = catalog::products(now)?;
        let customers = customers(&password, now)?;
        let (currency, reservation) = (shop.config.currency, shop.config.reservation);
        let market = Market { customers: &customers, products: &products, currency, reservation, now };
        let orders = market.orders()?;
        let mut users = vec![admin(password, now)?];
        users.extend(customers.into_iter().map(|customer| customer.user));
        Ok(Self { users, products, orders })
    }
}

async fn store(
    database: &Database,
    session: &mut ClientSession,
    data: &DemoData,
) -> Result<Outcome, mongodb::error::Error> {
    if let Some(outcome) = occupant(database, session).await? {
        return Ok(outcome);
    }
    database.collection::<UserDoc>("users").insert_many(&data.users).session(&mut *session).await?;
    let products = data.products.iter().map(ProductDoc::stored).collect::<Result<Vec<_>, _>>();
    let products = products.map_err(mongodb::error::Error::custom)?;
    database.collection("products").insert_many(products).session(&mut *session).await?;
    database.collection::<OrderDoc>("orders").insert_many(&data.orders).session(&mut *session).await?;
    Ok(Outcome::Filled)
}

/// Whose data is there; `None` when there is none.
async fn occupant(database: &Database, session: &mut ClientSession) -> Result<Option<Outcome>, mongodb::error::Error> {
    for (collection, filter, outcome) in [
        ("users", doc! { "email": ADMIN }, Outcome::FilledBefore),
        ("users", doc! {}, Outcome::InUse),
        ("products", doc! {}, Outcome::InUse),
        ("orders", doc! {}, Outcome::InUse),
    ] {
        let collection = database.collection::<Document>(collection);
        if collection.find_one(filter).session(&mut *session).await?.is_some() {
            return Ok(Some(outcome));
        }
    }
    Ok(None)
}

/// That many days.
const fn days(days: u64) -> Duration {
    Duration::from_hours(days.saturating_mul(24))
}
