//! The shop in the benchmark's own process.

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use ferrocart::AppState;
use ferrocart::config::{Config, TokenPrivateKey};
use mongodb::Client;
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::{ClientOptions, ReadConcern, WriteConcern};
use tower::ServiceExt as _;

/// The key of cursors and fingerprints of all benchmarks.
const HMAC_KEY: &str = "for-benchmarks-only-for-benchmarks-only";
/// The seed of the key that signs the tokens of all benchmarks.
const TOKEN_SEED: [u8; 32] = [7; 32];

/// The settings of a shop that sends mail.
pub(crate) const MAIL: [(&str, &str); 3] =
    [("MAIL", "ses"), ("MAIL_FROM", "orders@shop.example.com"), ("STOREFRONT_URL", "https://shop.example.com")];

/// Returns the keys of all benchmarks, by the names of their settings.
pub(crate) fn keys() -> Result<[(&'static str, String); 5]> {
    let token_key = TokenPrivateKey::from_seed(TOKEN_SEED)?;
    Ok([
        ("TOKEN_PRIVATE_KEY", token_key.expose_text()),
        ("TOKEN_PUBLIC_KEYS", token_key.public_key().to_string()),
        ("CURSOR_KEY", HMAC_KEY.to_owned()),
        ("ORDER_TOKEN_KEY", HMAC_KEY.to_owned()),
        ("FINGERPRINT_KEY", HMAC_KEY.to_owned()),
    ])
}

/// Reads the shop's configuration for a database. Stripe is not configured.
pub(crate) fn config(mongodb_uri: &str, database: &str) -> Result<Config> {
    config_with(mongodb_uri, database, &[])
}

/// Reads the shop's configuration for a database, with further settings.
pub(crate) fn config_with(mongodb_uri: &str, database: &str, settings: &[(&str, &str)]) -> Result<Config> {
    let keys = keys()?;
    let setting = |name: &str| match name {
        "MONGODB_URI" => Some(mongodb_uri.to_owned()),
        "MONGODB_DATABASE" => Some(database.to_owned()),
        // The buyers of a benchmark pay nothing, and share one source address.
        "MAX_UNPAID_ORDERS" => Some("10000".to_owned()),
        "MAX_UNPAID_ORDERS_PER_ADDRESS" => Some("0".to_owned()),
        _ => {
            let keys = keys.iter().map(|(key, value)| (*key, value.as_str()));
            keys.chain(settings.iter().copied()).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        }
    };
    Config::read(setting).context("reading the settings")
}

/// Connects to the database of a new shop, and creates its collections.
pub(crate) async fn open_new(config: Config) -> Result<AppState> {
    let database = ferrocart::db::connect(&config.database).await.context("connecting to MongoDB")?;
    let shop = AppState::new(config, database);
    ferrocart::db::migration::migrate(&shop.database, shop.config.catalogue_language)
        .await
        .context("creating the collections")?;
    Ok(shop)
}

/// Opens the shop with a client that reports every command to `observer`. Read and write concern are the shop's own.
#[expect(clippy::disallowed_methods, reason = "the shop's own client has no command observer")]
pub(crate) async fn open_observed(
    mongodb_uri: &str,
    database: &str,
    observer: EventHandler<CommandEvent>,
) -> Result<AppState> {
    let config = config(mongodb_uri, database)?;
    let mut options = ClientOptions::parse(mongodb_uri).await.context("parsing the MongoDB URI")?;
    options.command_event_handler = Some(observer);
    options.read_concern = Some(ReadConcern::majority());
    options.write_concern = Some(WriteConcern::majority());
    let database = Client::with_options(options).context("connecting to MongoDB")?.database(database);
    Ok(AppState::new(config, database))
}

/// Sends a request to an app of this process and returns the body of the response, which must be a success.
pub(crate) async fn send(app: &Router, request: Request<Body>) -> Result<Vec<u8>> {
    let line = format!("{} {}", request.method(), request.uri());
    let response = app.clone().oneshot(request).await?;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await?;
    ensure!(status.is_success(), "{line}: {status}: {}", String::from_utf8_lossy(&body));
    Ok(body.to_vec())
}
