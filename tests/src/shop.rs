//! A shop on a database of its own, which goes when the test ends.

use crate::bucket;
use crate::captured;
use crate::client::Client;
use crate::stripe::Stripe;
use ferrocart::AppState;
use ferrocart::config::Config;
use mongodb::Database;
use serde_json::json;
use tracing_subscriber::fmt::TestWriter;
use tracing_subscriber::fmt::writer::MakeWriterExt;
use utoipa_axum::router::OpenApiRouter;

/// A shop on a database of its own.
pub struct TestShop {
    state: AppState,
    visitor: Client,
}

/// The routers of all functions in one.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(ferrocart_auth::router())
        .merge(ferrocart_products::router())
        .merge(ferrocart_cart::router())
        .merge(ferrocart_orders::router())
        .merge(ferrocart_admin::router())
        .merge(ferrocart_stripe_webhook::router())
        .merge(ferrocart_docs::router())
}

impl TestShop {
    /// An empty shop. Its Stripe cannot be reached.
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// An empty shop with a Stripe stand-in of its own.
    pub async fn open_with_stripe() -> (Self, Stripe) {
        let stripe = Stripe::start().await;
        (Self::open_with(&[("STRIPE_API_BASE", stripe.base_url())]).await, stripe)
    }

    /// Somebody without an account at a shop whose database is to be there, and is not.
    pub async fn without_database(uri: &str) -> Client {
        Client::new(ferrocart::http::app(router(), connect(&[("MONGODB_URI", uri)]).await))
    }

    /// An empty shop with all that it works with: a Stripe stand-in of its own, and S3.
    pub async fn open_whole() -> (Self, Stripe) {
        let (stripe, s3) = (Stripe::start().await, bucket::s3_url());
        let settings = [bucket::settings(&s3), vec![("STRIPE_API_BASE", stripe.base_url())]].concat();
        (Self::open_with(&settings).await, stripe)
    }

    /// An empty shop that keeps pictures on S3.
    pub async fn open_with_images() -> Self {
        Self::open_with(&bucket::settings(&bucket::s3_url())).await
    }

    /// Somebody without an account at the same shop, where S3 is somewhere else.
    pub async fn reopen_with_images(&self, s3: &str) -> Client {
        self.reopen_with(&bucket::settings(s3)).await
    }

    /// An empty shop with settings of its own.
    pub async fn open_with(settings: &[(&str, &str)]) -> Self {
        let state = connect(settings).await;
        ferrocart::db::schema::migrate(&state.database).await.expect("MongoDB, reachable and empty");
        let visitor = Client::new(ferrocart::http::app(router(), state.clone()));
        Self { state, visitor }
    }

    /// Somebody without an account at the same shop, as it is after a deployment with other settings.
    pub async fn reopen_with(&self, settings: &[(&str, &str)]) -> Client {
        let settings = [&[("MONGODB_DATABASE", self.database().name())], settings].concat();
        Client::new(ferrocart::http::app(router(), connect(&settings).await))
    }

    /// What the handlers work with.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.state.database
    }

    /// Somebody without an account.
    #[must_use]
    pub const fn visitor(&self) -> &Client {
        &self.visitor
    }

    /// Somebody who has just registered, with the e-mail address `{name}@example.com`.
    pub async fn customer(&self, name: &str) -> Client {
        let account = json!({ "name": name, "email": format!("{name}@example.com"), "password": "correct horse" });
        let session = self.visitor.post("/auth/register", account).await.expect(201);
        self.visitor.with_token(&session.text("/access_token"))
    }

    /// Somebody who runs the shop, with the e-mail address `admin@example.com`.
    pub async fn admin(&self) -> Client {
        self.admin_called("Admin", "admin@example.com").await
    }

    /// Somebody else who runs the shop, with the e-mail address `second@example.com`.
    pub async fn second_admin(&self) -> Client {
        self.admin_called("Second", "second@example.com").await
    }

    /// Somebody who runs the shop, with another name and e-mail address.
    pub async fn admin_called(&self, name: &str, email: &str) -> Client {
        let account = json!({ "name": name, "email": email, "password": "correct horse" });
        self.visitor.post("/auth/register", account).await.expect(201);
        let users = self.database().collection::<mongodb::bson::Document>("users");
        let role = mongodb::bson::doc! { "$set": { "role": "admin" } };
        users.update_one(mongodb::bson::doc! { "email": email }, role).await.expect("a role");
        self.log_in(email).await
    }

    /// The one of [`Self::admin`], after another login.
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
            eprintln!("the database {name} is kept to be looked at");
            return;
        }
        // The test's runtime may be about to end, so the database is dropped from one of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let client = mongodb::Client::with_uri_str(mongodb_uri()).await.expect("a connection string");
                client.database(&name).drop().await.expect("the database to drop");
            });
        });
        dropped.join().expect("the database to drop");
    }
}

/// The parts of a shop with settings of its own. Nothing is asked of the database yet.
async fn connect(settings: &[(&str, &str)]) -> AppState {
    // A test that fails shows what the shop has logged; another one may have set this up before.
    let shown = tracing_subscriber::fmt().with_test_writer().without_time();
    match captured::log() {
        None => shown.try_init().ok(),
        Some(log) => shown.with_writer(TestWriter::new().and(log)).with_ansi(false).try_init().ok(),
    };
    let uri = mongodb_uri();
    let database = format!("test_{}", mongodb::bson::oid::ObjectId::new());
    let defaults = [
        ("MONGODB_URI", uri.as_str()),
        ("MONGODB_DATABASE", &database),
        ("JWT_SECRET", "for-tests-only-for-tests-only-for-tests-only"),
        ("BCRYPT_COST", "4"),
        // Every test comes from one address, and some try the same thing a hundred times.
        ("PASSWORD_TRIES_PER_HOUR", "10000"),
        ("ACCOUNT_CALLS_PER_HOUR", "10000"),
        ("ADDRESS_CALLS_PER_HOUR", "10000"),
        ("STRIPE_API_BASE", "http://127.0.0.1:9"),
        ("STRIPE_SECRET_KEY", "sk_test_local"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_local"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_local"),
    ];
    let find = |name: &str, settings: &[(&str, &str)]| {
        settings.iter().find(|(setting, _)| *setting == name).map(|(_, value)| (*value).to_owned())
    };
    let config = Config::read(|name| find(name, settings).or_else(|| find(name, &defaults))).expect("good settings");
    let database = ferrocart::db::connect(&config.database).await.expect("a connection string");
    AppState::new(config, database)
}

fn mongodb_uri() -> String {
    std::env::var("MONGODB_URI").expect("MONGODB_URI is not set: run the tests with `cargo xtask test`")
}
