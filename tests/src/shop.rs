//! A shop with a database of its own, which is dropped at the end of the test.

use crate::bucket;
use crate::captured;
use crate::client::Client;
use crate::keys::{TOKEN_SEED, token_key};
use crate::stripe::Stripe;
use ferrocart::AppState;
use ferrocart::config::Config;
use ferrocart::http::Endpoints;
use mongodb::Database;
use serde_json::json;
use tracing_subscriber::fmt::TestWriter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

/// A restricted key of the stand-in.
const RESTRICTED_KEY: &str = "rk_test_restricted_local";

/// A shop with a database of its own.
pub struct TestShop {
    state: AppState,
    visitor: Client,
}

/// Returns the endpoints of all functions.
#[must_use]
pub(crate) fn endpoints() -> Endpoints {
    ferrocart_auth::endpoints()
        .merge(ferrocart_products::endpoints())
        .merge(ferrocart_cart::endpoints())
        .merge(ferrocart_orders::endpoints())
        .merge(ferrocart_admin::endpoints())
        .merge(ferrocart_imports::endpoints())
        .merge(ferrocart_stripe_webhook::endpoints())
        .merge(ferrocart_docs::endpoints())
}

impl TestShop {
    /// Opens an empty shop. Its Stripe is unreachable.
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// Opens an empty shop with a Stripe stand-in of its own.
    pub async fn open_with_stripe() -> (Self, Stripe) {
        Self::open_with_stripe_and(&[]).await
    }

    /// Opens an empty shop with a Stripe stand-in of its own and with these settings.
    pub async fn open_with_stripe_and(settings: &[(&str, &str)]) -> (Self, Stripe) {
        let stripe = Stripe::start().await;
        let settings = [settings, &[("STRIPE_API_BASE", stripe.base_url())]].concat();
        (Self::open_with(&settings).await, stripe)
    }

    /// Opens an empty shop with a Stripe stand-in of its own and a restricted key with these permissions.
    pub async fn open_with_restricted_key(permissions: &[&str]) -> (Self, Stripe) {
        let stripe = Stripe::start().await;
        stripe.set_restricted_key(RESTRICTED_KEY, permissions).await;
        let settings = [("STRIPE_API_BASE", stripe.base_url()), ("STRIPE_SECRET_KEY", RESTRICTED_KEY)];
        (Self::open_with(&settings).await, stripe)
    }

    /// Returns a visitor of a shop whose database, at this URI, is unreachable.
    pub async fn without_database(uri: &str) -> Client {
        Client::new(ferrocart::http::app(endpoints(), connect(&[("MONGODB_URI", uri)]).await))
    }

    /// Opens an empty shop with a Stripe stand-in of its own and with an image bucket.
    pub async fn open_whole() -> (Self, Stripe) {
        let (stripe, s3) = (Stripe::start().await, bucket::s3_url());
        let settings = [bucket::settings(&s3), vec![("STRIPE_API_BASE", stripe.base_url())]].concat();
        (Self::open_with(&settings).await, stripe)
    }

    /// Opens an empty shop with an image bucket.
    pub async fn open_with_images() -> Self {
        Self::open_with(&bucket::settings(&bucket::s3_url())).await
    }

    /// Returns a visitor of the same shop with its image bucket at another URL.
    pub async fn reopen_with_images(&self, s3: &str) -> Client {
        self.reopen_with(&bucket::settings(s3)).await
    }

    /// Opens an empty shop with these settings.
    pub async fn open_with(settings: &[(&str, &str)]) -> Self {
        let state = connect(settings).await;
        ferrocart::db::migration::migrate(&state.database, state.config.catalogue_language)
            .await
            .expect("a migrated database");
        let visitor = Client::new(ferrocart::http::app(endpoints(), state.clone()));
        Self { state, visitor }
    }

    /// Returns a visitor of the same shop, deployed with other settings.
    pub async fn reopen_with(&self, settings: &[(&str, &str)]) -> Client {
        Client::new(ferrocart::http::app(endpoints(), self.reopen_state(settings).await))
    }

    /// Returns a visitor of the same shop, deployed with other settings, whose functions were started while the database
    /// was unreachable, and sell.
    pub async fn reopen_selling(&self, settings: &[(&str, &str)]) -> Client {
        Client::new(ferrocart::http::app(endpoints().selling(), self.reopen_state(settings).await))
    }

    /// Returns the state of the same shop, deployed with other settings.
    pub async fn reopen_state(&self, settings: &[(&str, &str)]) -> AppState {
        connect(&[&[("MONGODB_DATABASE", self.database().name())], settings].concat()).await
    }

    /// Returns the state that the handlers receive.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// Returns the database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.state.database
    }

    /// Returns a client without an account.
    #[must_use]
    pub const fn visitor(&self) -> &Client {
        &self.visitor
    }

    /// Registers a customer with the e-mail address `{name}@example.com`.
    pub async fn customer(&self, name: &str) -> Client {
        let account = json!({ "name": name, "email": format!("{name}@example.com"), "password": "correct horse" });
        let session = self.visitor.post("/auth/register", account).await.expect(201);
        self.visitor.with_token(&session.text("/access_token"))
    }

    /// Creates an administrator with the e-mail address `admin@example.com`.
    pub async fn admin(&self) -> Client {
        self.admin_called("Admin", "admin@example.com").await
    }

    /// Creates another administrator, with the e-mail address `second@example.com`.
    pub async fn second_admin(&self) -> Client {
        self.admin_called("Second", "second@example.com").await
    }

    /// Creates an administrator with this name and e-mail address.
    pub async fn admin_called(&self, name: &str, email: &str) -> Client {
        let account = json!({ "name": name, "email": email, "password": "correct horse" });
        self.visitor.post("/auth/register", account).await.expect(201);
        let users = self.database().collection::<mongodb::bson::Document>("users");
        let role = mongodb::bson::doc! { "$set": { "role": "admin" } };
        users.update_one(mongodb::bson::doc! { "email": email }, role).await.expect("a role");
        self.log_in(email).await
    }

    /// Logs the administrator of [`Self::admin`] in again.
    pub async fn admin_again(&self) -> Client {
        self.log_in("admin@example.com").await
    }

    async fn log_in(&self, email: &str) -> Client {
        let login = json!({ "email": email, "password": "correct horse" });
        let session = self.visitor.post("/auth/login", login).await.expect(200);
        self.visitor.with_token(&session.text("/access_token"))
    }
}

impl Drop for TestShop {
    fn drop(&mut self) {
        let name = self.database().name().to_owned();
        if std::thread::panicking() {
            eprintln!("kept the database {name} of a failed test");
            return;
        }
        // The test's runtime may be shutting down, so another one drops the database.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let client = mongodb::Client::with_uri_str(mongodb_uri()).await.expect("a connection string");
                client.database(&name).drop().await.expect("a dropped database");
            });
        });
        dropped.join().expect("a dropped database");
    }
}

/// Creates the state of a shop with these settings. It sends nothing to the database yet.
async fn connect(settings: &[(&str, &str)]) -> AppState {
    // A failed test prints the shop's log. An earlier test may have set the subscriber already.
    let subscriber = tracing_subscriber::fmt().with_test_writer().without_time();
    match captured::log() {
        None => subscriber.try_init().ok(),
        Some(log) => subscriber.with_writer(TestWriter::new().and(log)).with_ansi(false).try_init().ok(),
    };
    let uri = mongodb_uri();
    let database = format!("test_{}", mongodb::bson::oid::ObjectId::new());
    let token_key = token_key(TOKEN_SEED);
    let (private_key, public_key) = (token_key.expose_text(), token_key.public_key().to_string());
    let defaults = [
        ("MONGODB_URI", uri.as_str()),
        ("MONGODB_DATABASE", &database),
        ("TOKEN_PRIVATE_KEY", &private_key),
        ("TOKEN_PUBLIC_KEYS", &public_key),
        ("CURSOR_KEY", "for-tests-only-for-tests-only-for-tests-only"),
        ("FINGERPRINT_KEY", "for-tests-only-for-tests-only-for-tests-only"),
        ("STOREFRONT_PRODUCT_URL", "https://shop.example.com/products/{slug}"),
        ("BCRYPT_COST", "4"),
        // All tests share one source address, and some repeat a request a hundred times.
        ("PASSWORD_TRIES_PER_HOUR", "10000"),
        ("ACCOUNT_CALLS_PER_HOUR", "10000"),
        ("ADDRESS_CALLS_PER_HOUR", "10000"),
        ("MAX_UNPAID_ORDERS_PER_ADDRESS", "10000"),
        ("STRIPE_API_BASE", "http://127.0.0.1:9"),
        ("STRIPE_SECRET_KEY", "sk_test_local"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_local"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_local"),
    ];
    let find = |name: &str, settings: &[(&str, &str)]| {
        settings.iter().find(|(setting, _)| *setting == name).map(|(_, value)| (*value).to_owned())
    };
    let config = Config::read(|name| find(name, settings).or_else(|| find(name, &defaults))).expect("valid settings");
    let database = ferrocart::db::connect(&config.database).await.expect("a connection string");
    AppState::new(config, database)
}

fn mongodb_uri() -> String {
    std::env::var("MONGODB_URI").expect("MONGODB_URI is not set: run the tests with `cargo xtask test`")
}
