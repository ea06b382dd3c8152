//! Settings of the functions. Secrets are `SecretString`s, which are never printed.

mod aws;
mod deployment_check;
mod first_admin;
mod log;
mod mail;
mod origins;
mod rolled_key;
mod secrets;
mod settings;
mod store;
mod stripe;
mod token_keys;

pub use aws::{AwsAccess, ImagesConfig};
pub use deployment_check::{DeploymentCheckConfig, FunctionVersions};
pub use first_admin::FirstAdminConfig;
pub use log::LogConfig;
pub use mail::{MailConfig, MailerConfig};
pub use origins::AllowedOrigins;
pub use rolled_key::RolledKey;
pub use secrets::{SecretsConfig, TokenKeySecrets};
pub use settings::ConfigError;
pub use stripe::StripeConfig;
pub use token_keys::{InvalidTokenKey, TokenKeys, TokenPrivateKey, TokenPublicKey};

use crate::domain::address::Country;
use crate::domain::money::{Currency, Money};
use crate::domain::search::Language;
use crate::domain::storefront::ProductUrl;
use secrecy::SecretString;
use settings::{Settings, environment};
use std::num::NonZeroU32;
use std::time::Duration;

/// The deadline of a request. API Gateway times out after 30 s, MongoDB's driver even later.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(10);

/// All settings of a function that serves requests or runs jobs.
#[derive(Debug)]
pub struct Config {
    /// The connection to MongoDB.
    pub database: DatabaseConfig,
    /// The keys of access tokens, for the functions that sign or verify them.
    pub token_keys: TokenKeys,
    /// `CURSOR_KEY` and `CURSOR_KEY_PREVIOUS`: sign the cursors of lists, for the functions that have any.
    pub cursor_key: Option<RolledKey>,
    /// `ORDER_TOKEN_KEY` and `ORDER_TOKEN_KEY_PREVIOUS`: sign the tokens of guests' orders, for the functions that need them.
    pub order_token_key: Option<RolledKey>,
    /// `FINGERPRINT_KEY`: the key of fingerprints, for the functions that compute any; at least 32 bytes.
    pub fingerprint_key: Option<SecretString>,
    /// `REFRESH_LEEWAY_SECONDS`: how long a spent refresh token yields the current one, 0 to 300 s; by default 30.
    pub refresh_leeway: Duration,
    /// The currency of all prices.
    pub currency: Currency,
    /// `STORE_COUNTRY`: the country of addresses without one, as an ISO 3166-1 alpha-2 code; by default `US`.
    pub country: Country,
    /// `MINIMUM_TOTAL`: the least total of an order that is not free, in the store currency; by default Stripe's minimum
    /// charge.
    pub minimum_total: Money,
    /// `MAX_UNPAID_ORDERS`: the maximum number of unpaid orders of a buyer; by default 3, without a limit if 0.
    pub max_unpaid_orders: u32,
    /// `MAX_UNPAID_ORDERS_PER_ADDRESS`: the maximum number of unpaid orders from a source address; by default 50,
    /// without a limit if 0.
    pub max_unpaid_orders_per_address: u32,
    /// `CATALOGUE_LANGUAGE`: the language of names and descriptions. Searches find its word forms, and lists by name have
    /// its order. A code after ISO 639-1, by default `en`.
    pub catalogue_language: Language,
    /// `STOREFRONT_PRODUCT_URL`: the URL of a product page with `{slug}` in it, for sitemap and product feed, which do not exist
    /// without it; by default none.
    pub product_url: Option<ProductUrl>,
    /// `RESERVATION_MINUTES`: how long an unpaid order keeps its stock; by default 30.
    pub reservation: Duration,
    /// `BCRYPT_COST`: the cost of password hashes, 4 to 31; by default 12.
    pub bcrypt_cost: u32,
    /// The limits of attempts.
    pub limits: Limits,
    /// `PROXY_SECRET` and `PROXY_SECRET_PREVIOUS`: the secrets, each of at least 32 bytes, with which a proxy or a frontend
    /// server sends the address of its client. By default there are none, and such an address is ignored.
    pub proxy_secrets: Vec<SecretString>,
    /// `ALLOWED_ORIGINS` and `ALLOWED_ORIGIN_PATTERNS`: the origins whose pages may use the API in a browser; by default none.
    pub origins: AllowedOrigins,
    /// The access to Stripe, for the functions that use it: present if `STRIPE_SECRET_KEY` is set.
    pub stripe: Option<StripeConfig>,
    /// The image bucket, for the function that uses it: present if `IMAGE_BUCKET` is set.
    pub images: Option<ImagesConfig>,
    /// `REQUIRE_VERIFIED_EMAIL`: whether an account can order only with a verified e-mail address, `true` or `false`; by default
    /// `false`. It requires mail.
    pub requires_verified_email: bool,
    /// `MAIL`: `ses` if the shop sends mail, or `none`, which is the default: then no notification is recorded.
    pub sends_mail: bool,
    /// Mail to buyers, for the function that sends it: present if `MAIL_FROM` is set.
    pub mail: Option<MailConfig>,
    /// The function that sends mail, if this one invokes it.
    pub mailer: Option<MailerConfig>,
    /// The faults of a test build.
    #[cfg(feature = "chaos")]
    pub chaos: ChaosConfig,
}

/// The connection to MongoDB.
#[derive(Debug)]
pub struct DatabaseConfig {
    /// `MONGODB_URI`: the connection string of the replica set.
    pub uri: SecretString,
    /// `MONGODB_AUTHENTICATION`: `uri`, with the credentials in the URI, or `aws`, with the role of the function and without a
    /// password (`MONGODB-AWS`); by default `uri`. `aws` requires a build with the feature `mongodb-aws`.
    pub uses_role: bool,
    /// `MONGODB_DATABASE`: the name of the database; by default the one in the URI, or `ferrocart`.
    pub name: Option<String>,
    /// `MONGODB_MAX_POOL_SIZE`: the maximum number of connections per environment; by default 4. A `maxPoolSize` in the
    /// URI takes precedence.
    pub max_pool_size: u32,
    /// `STORE_CURRENCY`: the currency of all prices in the database; by default `USD`.
    pub currency: Currency,
}

/// The faults of a test build; see [`crate::fail_points::arm`].
#[cfg(feature = "chaos")]
#[derive(Debug)]
pub struct ChaosConfig {
    /// `CHAOS_POINT`: the fail point at which the process crashes or stops.
    pub point: Option<String>,
    /// `CHAOS_DEFECT`: the defect to inject.
    pub defect: Option<String>,
    /// `CHAOS_IMPATIENT`: whether other requests count as dead at once; set to any value.
    pub is_impatient: bool,
}

/// The limits of attempts. A limit per hour is the capacity of a token bucket: all attempts of an hour may come at
/// once, and are then admitted again one by one.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// `PASSWORD_TRIES_PER_HOUR`: wrong passwords per account; by default 20.
    pub password_tries_per_hour: u32,
    /// `ACCOUNT_CALLS_PER_HOUR`: registrations per e-mail address, and refreshes per session; by default 60.
    pub account_calls_per_hour: u32,
    /// `ACCOUNT_MAILS_PER_HOUR`: requested mails with a link, per e-mail address and per account, for each kind of link; by
    /// default 5.
    pub account_mails_per_hour: u32,
    /// `ADDRESS_CALLS_PER_HOUR`: calls per source address, for each throttled action; by default 300.
    pub address_calls_per_hour: u32,
    /// `PROXY_CALLS_PER_HOUR`: calls with one of the proxy's secrets, for each throttled action; by default 30,000.
    pub proxy_calls_per_hour: u32,
}

/// Enough for one request at a time. Raise it where an environment serves several (`AWS_LAMBDA_MAX_CONCURRENCY`). All
/// environments share the connection limit of the cluster.
const DEFAULT_POOL: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);

impl DatabaseConfig {
    /// Reads the environment; settings that are missing there are taken from `secrets`.
    pub fn from_env(secrets: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let lookup = |name: &str| environment(name).or_else(|| secrets(name));
        let mut settings = Settings::new(lookup);
        let config = settings.database();
        settings.finish(config)
    }
}

/// Reads the language of the catalogue, for a function that prepares the database.
///
/// # Errors
/// [`ConfigError`] if there is no such language.
pub fn catalogue_language(secrets: impl Fn(&str) -> Option<String>) -> Result<Language, ConfigError> {
    let mut settings = Settings::new(|name: &str| environment(name).or_else(|| secrets(name)));
    let language = settings.catalogue_language();
    settings.finish(language)
}

impl Config {
    /// Reads the environment; settings that are missing there are taken from `secrets`.
    ///
    /// # Errors
    /// [`ConfigError`], which names every invalid setting, but no value.
    pub fn from_env(secrets: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        Self::read(|name| environment(name).or_else(|| secrets(name)))
    }

    /// Reads settings through `lookup`. An empty one counts as missing.
    ///
    /// # Errors
    /// [`ConfigError`], which names every invalid setting, but no value.
    #[expect(clippy::too_many_lines, reason = "one line for each setting")]
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut settings = Settings::new(lookup);
        let database = settings.database();
        let token_keys = settings.token_keys();
        let cursor_key = settings.rolled_key("CURSOR_KEY", "CURSOR_KEY_PREVIOUS");
        let order_token_key = settings.rolled_key("ORDER_TOKEN_KEY", "ORDER_TOKEN_KEY_PREVIOUS");
        let fingerprint_key = settings.key("FINGERPRINT_KEY");
        let refresh_leeway = settings.refresh_leeway();
        let country = settings.parsed("STORE_COUNTRY", Country::us());
        let currency = database.currency;
        let minimum_total = settings.minimum_total(currency);
        let max_unpaid_orders = settings.parsed("MAX_UNPAID_ORDERS", 3);
        let max_unpaid_orders_per_address = settings.parsed("MAX_UNPAID_ORDERS_PER_ADDRESS", 50);
        let (catalogue_language, product_url) = (settings.catalogue_language(), settings.product_url());
        let minutes = settings.parsed("RESERVATION_MINUTES", 30_u32);
        let bcrypt_cost = settings.bcrypt_cost();
        let limits = Limits {
            password_tries_per_hour: settings.limit("PASSWORD_TRIES_PER_HOUR", 20),
            account_calls_per_hour: settings.limit("ACCOUNT_CALLS_PER_HOUR", 60),
            account_mails_per_hour: settings.limit("ACCOUNT_MAILS_PER_HOUR", 5),
            address_calls_per_hour: settings.limit("ADDRESS_CALLS_PER_HOUR", 300),
            proxy_calls_per_hour: settings.limit("PROXY_CALLS_PER_HOUR", 30_000),
        };
        let proxy_secrets = settings.proxy_secrets();
        let origins = settings.allowed_origins();
        let stripe = settings.optional("STRIPE_SECRET_KEY").map(|key| settings.stripe(key));
        let images = settings.optional("IMAGE_BUCKET").map(|bucket| settings.images(bucket));
        let (sends_mail, mail) = (settings.sends_mail(), settings.mail());
        let requires_verified_email = settings.requires_verified_email(sends_mail);
        let config = Self {
            database,
            token_keys,
            cursor_key,
            order_token_key,
            fingerprint_key,
            refresh_leeway,
            currency,
            country,
            minimum_total,
            max_unpaid_orders,
            max_unpaid_orders_per_address,
            catalogue_language,
            product_url,
            reservation: Duration::from_mins(minutes.into()),
            bcrypt_cost,
            limits,
            proxy_secrets,
            origins,
            stripe,
            images,
            requires_verified_email,
            sends_mail,
            mail,
            mailer: settings.mailer(),
            #[cfg(feature = "chaos")]
            chaos: ChaosConfig {
                point: settings.optional("CHAOS_POINT"),
                defect: settings.optional("CHAOS_DEFECT"),
                is_impatient: settings.optional("CHAOS_IMPATIENT").is_some(),
            },
        };
        settings.finish(config)
    }
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    fn database(&mut self) -> DatabaseConfig {
        let currency = self.parsed("STORE_CURRENCY", Currency::USD);
        if !currency.is_chargeable() {
            self.reject("STORE_CURRENCY must be a currency that Stripe charges with the decimals of ISO 4217");
        }
        DatabaseConfig {
            currency,
            uri: self.required("MONGODB_URI").into(),
            uses_role: self.uses_role(),
            name: self.optional("MONGODB_DATABASE"),
            max_pool_size: self.parsed("MONGODB_MAX_POOL_SIZE", DEFAULT_POOL).get(),
        }
    }

    fn proxy_secrets(&mut self) -> Vec<SecretString> {
        let [current, previous] = ["PROXY_SECRET", "PROXY_SECRET_PREVIOUS"].map(|name| self.key(name));
        if previous.is_some() && current.is_none() {
            self.reject("PROXY_SECRET is not set");
        }
        current.into_iter().chain(previous).collect()
    }

    fn uses_role(&mut self) -> bool {
        let authentication = self.optional("MONGODB_AUTHENTICATION");
        match authentication.as_deref() {
            None | Some("uri") => false,
            Some("aws") if cfg!(feature = "mongodb-aws") => true,
            Some("aws") => {
                self.reject("MONGODB_AUTHENTICATION=aws requires a build with the feature mongodb-aws");
                false
            }
            Some(_) => {
                self.reject("MONGODB_AUTHENTICATION must be uri or aws");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests;
