//! `cargo xtask seed`: loads demo data into an empty shop: products, accounts and orders. The data is the same for every
//! developer; its dates are relative to the moment of loading.

mod catalogue;
mod people;
mod pictures;
mod random;
mod sales;
mod scenario;

use std::collections::{BTreeMap, BTreeSet};
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
use ferrocart::db::{migration, transaction};
use futures_util::FutureExt as _;
use mongodb::bson::{Document, doc};
use mongodb::{ClientSession, Database};

use self::people::{admin, customers};
use self::sales::SalesGenerator;
use crate::dev::{self, Settings};
use crate::s3::S3;
use crate::terminal::print_status;

/// The e-mail address of the administrator.
pub(crate) const ADMIN: &str = "admin@example.com";
/// The password of all accounts.
pub(crate) const PASSWORD: &str = "ferrocart-demo";

#[derive(Args)]
pub(crate) struct Options {
    /// Data directory of the `cargo xtask dev` whose shop to fill [default: the shop at `MONGODB_URI`,
    /// or else .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// Loads demo data into the shop at `MONGODB_URI`, or into the one that `cargo xtask dev` runs.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let shop = shop(options.data_dir).await?;
    match load_into(&shop).await? {
        Outcome::Loaded => {}
        Outcome::AlreadyLoaded => {
            print_status(format_args!("the account {ADMIN} exists: the demo data is already loaded"))
        }
        Outcome::NotEmpty => bail!("the database {} is not empty: no demo data was loaded", shop.database.name()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Loads demo data into an empty shop with collections. A shop with data is not changed, so that a restart keeps the
/// developer's data.
pub(crate) async fn load(settings: &Settings, mongodb_uri: &str, s3: Option<&S3>) -> Result<()> {
    let shop = open(settings, mongodb_uri, settings.mongodb_database(), s3).await?;
    match load_into(&shop).await? {
        Outcome::Loaded | Outcome::AlreadyLoaded => {}
        Outcome::NotEmpty => print_status("the shop is not empty: no demo data was loaded"),
    }
    Ok(())
}

/// Opens the shop at `MONGODB_URI`, or the one that `cargo xtask dev` runs, and creates its collections.
async fn shop(data_dir: Option<PathBuf>) -> Result<AppState> {
    let settings = Settings::read()?;
    let (mongodb_uri, database, s3) = match (settings.mongodb_uri(), data_dir) {
        (Some(uri), None) => (uri.to_owned(), settings.mongodb_database().to_owned(), None),
        (_, data_dir) => dev::databases(data_dir)?,
    };
    let shop = open(&settings, &mongodb_uri, &database, s3.as_ref()).await?;
    migration::migrate(&shop.database, shop.config.catalogue_language)
        .await
        .context("cannot prepare the collections")?;
    Ok(shop)
}

/// The outcome of loading demo data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Loaded,
    AlreadyLoaded,
    /// The shop has other data.
    NotEmpty,
}

/// The documents of the demo data.
struct DemoData {
    users: Vec<UserDoc>,
    products: Vec<ProductDoc>,
    orders: Vec<OrderDoc>,
}

async fn open(settings: &Settings, mongodb_uri: &str, database: &str, s3: Option<&S3>) -> Result<AppState> {
    let config = config(settings, mongodb_uri, database, s3)?;
    let database = ferrocart::db::connect(&config.database).await.context("creating MongoDB's client")?;
    Ok(AppState::new(config, database))
}

fn config(settings: &Settings, mongodb_uri: &str, database: &str, s3: Option<&S3>) -> Result<Config> {
    let bucket = s3.map(S3::settings).into_iter().flatten();
    let own: BTreeMap<&str, &str> =
        bucket.chain([("MONGODB_URI", mongodb_uri), ("MONGODB_DATABASE", database)]).collect();
    Ok(Config::read(|name| own.get(name).copied().or_else(|| settings.get(name)).map(str::to_owned))?)
}

/// Removes all accounts of a shop.
pub(crate) async fn remove_accounts(settings: &Settings, mongodb_uri: &str) -> Result<()> {
    let shop = open(settings, mongodb_uri, settings.mongodb_database(), None).await?;
    for collection in ["users", "sessions"] {
        shop.database.collection::<Document>(collection).delete_many(doc! {}).await.context("removing accounts")?;
    }
    Ok(())
}

async fn load_into(shop: &AppState) -> Result<Outcome> {
    let mut session = shop.database.client().start_session().await.context("starting a session")?;
    if let Some(outcome) =
        existing_data(&shop.database, &mut session).await.context("checking whether the shop is empty")?
    {
        return Ok(outcome);
    }
    print_status("loading demo data");
    let password = shop.passwords.hash(PASSWORD.parse()?).await?;
    let data = DemoData::new(shop, password).await?;
    let language = shop.config.catalogue_language;
    let words: BTreeSet<String> = data.products.iter().flat_map(|product| product.title_words(language)).collect();
    shop.vocabulary.add_words(words).await.context("storing the vocabulary")?;
    // One transaction: the data is stored completely or not at all, even if this process is killed or two of them load
    // the same shop.
    let stored =
        transaction::run(&shop.database, (shop, &data), |session, (shop, data)| store(shop, session, data).boxed());
    let outcome = stored.await.context("storing the demo data")?;
    if outcome == Outcome::Loaded {
        shop.products.recount_categories().await.context("counting the categories")?;
        let DemoData { users, products, orders } = data;
        print_status(format_args!(
            "loaded {} products, {} users and {} orders",
            products.len(),
            users.len(),
            orders.len()
        ));
    }
    Ok(outcome)
}

impl DemoData {
    async fn new(shop: &AppState, password: PasswordHash) -> Result<Self> {
        let now = shop.now();
        let mut products = catalogue::products(now)?;
        if let Some(images) = &shop.config.images {
            pictures::add(&mut products, images).await.context("adding the pictures")?;
        }
        let customers = customers(&password, now)?;
        let (currency, reservation) = (shop.config.currency, shop.config.reservation);
        let sales = SalesGenerator { customers: &customers, products: &products, currency, reservation, now };
        let orders = sales.orders()?;
        let mut users = vec![admin(password, now)?];
        users.extend(customers.into_iter().map(|customer| customer.user));
        Ok(Self { users, products, orders })
    }
}

async fn store(shop: &AppState, session: &mut ClientSession, data: &DemoData) -> Result<Outcome, ferrocart::Error> {
    let (database, language) = (&shop.database, shop.config.catalogue_language);
    if let Some(outcome) = existing_data(database, session).await? {
        return Ok(outcome);
    }
    database.collection::<UserDoc>("users").insert_many(&data.users).session(&mut *session).await?;
    let products = data.products.iter().map(|product| product.stored(language)).collect::<Result<Vec<_>, _>>()?;
    database.collection("products").insert_many(products).session(&mut *session).await?;
    database.collection::<OrderDoc>("orders").insert_many(&data.orders).session(&mut *session).await?;
    Ok(Outcome::Loaded)
}

/// Whether the shop has data: the demo data or other data.
async fn existing_data(
    database: &Database,
    session: &mut ClientSession,
) -> Result<Option<Outcome>, mongodb::error::Error> {
    for (collection, filter, outcome) in [
        ("users", doc! { "email": ADMIN }, Outcome::AlreadyLoaded),
        ("users", doc! {}, Outcome::NotEmpty),
        ("products", doc! {}, Outcome::NotEmpty),
        ("orders", doc! {}, Outcome::NotEmpty),
    ] {
        let collection = database.collection::<Document>(collection);
        if collection.find_one(filter).session(&mut *session).await?.is_some() {
            return Ok(Some(outcome));
        }
    }
    Ok(None)
}

/// A duration in days.
const fn days(days: u64) -> Duration {
    Duration::from_hours(days.saturating_mul(24))
}
