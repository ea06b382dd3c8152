//! The state of the application: the collections, keys, clients and settings that handlers use.

use crate::auth::{
    AccessTokens, CursorKey, FINGERPRINT_KEY, Fingerprints, ORDER_TOKEN_KEY, OrderTokens, PasswordHasher, Throttle,
};
use crate::config::Config;
use crate::db::account_mails::AccountMails;
use crate::db::account_tokens::AccountTokens;
use crate::db::carts::Carts;
use crate::db::erasures::Erasures;
use crate::db::migration::SCHEMA_VERSION;
use crate::db::orders::Orders;
use crate::db::products::Products;
use crate::db::sessions::Sessions;
use crate::db::settings::StoredSettings;
use crate::db::stripe_events::StripeEvents;
use crate::db::suppressions::Suppressions;
use crate::db::throttles::Throttles;
use crate::db::users::Users;
use crate::db::vocabulary::Vocabulary;
use crate::domain::time::Timestamp;
use crate::error::Error;
#[cfg(feature = "images")]
use crate::media::ImageStore;
use crate::payments::Stripe;
use mongodb::Database;
use secrecy::ExposeSecret;
use std::sync::{Arc, OnceLock};

/// A shared reference to the [`Shop`], which every handler receives. Cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<Shop>);

/// The collections, keys, clients and settings of the shop.
pub struct Shop {
    /// The settings.
    pub config: Config,
    /// The database, for transactions and commands that concern no single collection.
    pub database: Database,
    /// The accounts.
    pub users: Users,
    /// The notifications about accounts.
    pub account_mails: AccountMails,
    /// The sessions of accounts.
    pub sessions: Sessions,
    /// The tokens in mails about accounts.
    pub account_tokens: AccountTokens,
    /// The catalogue.
    pub products: Products,
    /// The words of all product titles.
    pub vocabulary: Vocabulary,
    /// The carts.
    pub carts: Carts,
    /// The orders.
    pub orders: Orders,
    /// The deleted accounts whose data is not fully erased yet.
    pub erasures: Erasures,
    /// The events of Stripe that have been applied.
    pub stripe_events: StripeEvents,
    /// The addresses that get no mail.
    pub suppressions: Suppressions,
    /// Signs and verifies access tokens.
    pub tokens: AccessTokens,
    /// Hashes and verifies passwords.
    pub passwords: PasswordHasher,
    /// Limits the attempts of each account and source address.
    pub throttle: Throttle,
    /// The currency of the catalogue.
    pub settings: StoredSettings,
    fingerprints: Option<Fingerprints>,
    cursors: Option<CursorKey>,
    order_tokens: Option<OrderTokens>,
    stripe: OnceLock<Stripe>,
    #[cfg(feature = "images")]
    images: OnceLock<ImageStore>,
    /// Set once the currency of the catalogue is known to be the store's.
    is_currency_verified: OnceLock<()>,
    /// Set once the schema of the database is known to suffice.
    is_schema_verified: OnceLock<()>,
}

impl AppState {
    /// Creates the state from its settings and a database.
    #[must_use]
    pub fn new(config: Config, database: Database) -> Self {
        let key = config.fingerprint_key.as_ref().map(|key| key.expose_secret().as_bytes());
        let fingerprints = key.map(Fingerprints::new);
        let sends_mail = config.sends_mail;
        Self(Arc::new(Shop {
            users: Users::new(&database),
            account_mails: AccountMails::new(&database, sends_mail),
            sessions: Sessions::new(&database),
            account_tokens: AccountTokens::new(&database),
            products: Products::new(&database, config.catalogue_language),
            vocabulary: Vocabulary::new(&database),
            carts: Carts::new(&database),
            orders: Orders::new(&database, sends_mail),
            erasures: Erasures::new(&database),
            stripe_events: StripeEvents::new(&database),
            suppressions: Suppressions::new(&database),
            tokens: AccessTokens::new(&config.token_keys),
            passwords: PasswordHasher::new(config.bcrypt_cost),
            throttle: Throttle::new(Throttles::new(&database), fingerprints.clone(), config.limits),
            fingerprints,
            cursors: config.cursor_key.as_ref().map(CursorKey::new),
            order_tokens: config.order_token_key.as_ref().map(OrderTokens::new),
            settings: StoredSettings::new(&database),
            stripe: OnceLock::new(),
            #[cfg(feature = "images")]
            images: OnceLock::new(),
            is_currency_verified: OnceLock::new(),
            is_schema_verified: OnceLock::new(),
            database,
            config,
        }))
    }
}

impl std::ops::Deref for AppState {
    type Target = Shop;

    fn deref(&self) -> &Shop {
        &self.0
    }
}

impl Shop {
    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(bson::DateTime::now().timestamp_millis())
    }

    /// Checks that the shop sends mail.
    ///
    /// # Errors
    /// [`Error::MailDisabled`]
    pub fn require_mail(&self) -> Result<(), Error> {
        if self.config.sends_mail { Ok(()) } else { Err(Error::MailDisabled) }
    }

    /// Returns the key of the cursors of lists.
    ///
    /// # Errors
    /// [`Error::NotConfigured`] without `CURSOR_KEY`.
    pub fn cursors(&self) -> Result<&CursorKey, Error> {
        self.cursors.as_ref().ok_or(Error::NotConfigured("CURSOR_KEY"))
    }

    /// Returns the key of the tokens of guests' orders.
    ///
    /// # Errors
    /// [`Error::NotConfigured`] without `ORDER_TOKEN_KEY`.
    pub fn order_tokens(&self) -> Result<&OrderTokens, Error> {
        self.order_tokens.as_ref().ok_or(Error::NotConfigured(ORDER_TOKEN_KEY))
    }

    /// Returns the key of hashes of values that are compared but not stored, such as source addresses.
    ///
    /// # Errors
    /// [`Error::NotConfigured`] without `FINGERPRINT_KEY`.
    pub fn fingerprints(&self) -> Result<&Fingerprints, Error> {
        self.fingerprints.as_ref().ok_or(Error::NotConfigured(FINGERPRINT_KEY))
    }

    /// Checks that the prices of the catalogue are in the store's currency. The result is kept.
    ///
    /// # Errors
    /// [`Error::CurrencyChanged`]
    pub async fn verify_currency(&self) -> Result<(), Error> {
        if !self.is_currency_verified() {
            self.settings.claim_currency(self.config.currency).await?;
            self.is_currency_verified.get_or_init(|| ());
        }
        Ok(())
    }

    /// Returns whether [`Self::verify_currency`] has succeeded before.
    pub(crate) fn is_currency_verified(&self) -> bool {
        self.is_currency_verified.get().is_some()
    }

    /// Checks that the schema of the database is that of this release or a newer one. The result is kept: no migration
    /// lowers it.
    ///
    /// # Errors
    /// [`Error::SchemaOutdated`]
    pub async fn verify_schema(&self) -> Result<(), Error> {
        if !self.is_schema_verified() {
            self.settings.expect_schema(SCHEMA_VERSION).await?;
            self.is_schema_verified.get_or_init(|| ());
        }
        Ok(())
    }

    /// Returns whether [`Self::verify_schema`] has succeeded before.
    pub(crate) fn is_schema_verified(&self) -> bool {
        self.is_schema_verified.get().is_some()
    }

    /// Returns the client of Stripe. It is created on first use, because most functions never use it.
    ///
    /// # Errors
    /// [`Error::NotConfigured`] without a secret key.
    pub fn stripe(&self) -> Result<&Stripe, Error> {
        let config = self.config.stripe.as_ref().ok_or(Error::NotConfigured("Stripe"))?;
        if let Some(stripe) = self.stripe.get() {
            return Ok(stripe);
        }
        let stripe = Stripe::new(config)?;
        Ok(self.stripe.get_or_init(|| stripe))
    }

    /// Returns the client of the image bucket. It is created on first use, because that takes milliseconds.
    ///
    /// # Errors
    /// [`Error::ImagesDisabled`] without a bucket.
    #[cfg(feature = "images")]
    pub fn images(&self) -> Result<&ImageStore, Error> {
        let config = self.config.images.as_ref().ok_or(Error::ImagesDisabled)?;
        Ok(self.images.get_or_init(|| ImageStore::new(config)))
    }
}
