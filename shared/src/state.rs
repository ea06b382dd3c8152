//! What handlers work with: the collections, the keys, Stripe, the settings.

use crate::auth::{AccessTokens, CursorKey, Fingerprints, Passwords, Throttle};
use crate::config::Config;
use crate::db::carts::Carts;
use crate::db::erasures::Erasures;
use crate::db::orders::Orders;
use crate::db::products::Products;
use crate::db::sessions::Sessions;
use crate::db::stripe_events::StripeEvents;
use crate::db::throttles::Throttles;
use crate::db::users::Users;
use crate::db::vocabulary::Vocabulary;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::media::ImageStore;
use crate::payments::Stripe;
use mongodb::Database;
use secrecy::ExposeSecret;
use std::sync::{Arc, OnceLock};

/// The shop, as every handler gets it. Cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<Shop>);

/// The shop's parts.
pub struct Shop {
    /// The settings.
    pub config: Config,
    /// The database, for what concerns no single collection.
    pub database: Database,
    /// Who may log in.
    pub users: Users,
    /// Who is logged in.
    pub sessions: Sessions,
    /// What is sold.
    pub products: Products,
    /// The words that products are called by.
    pub vocabulary: Vocabulary,
    /// What is about to be bought.
    pub carts: Carts,
    /// What was bought.
    pub orders: Orders,
    /// Who wants to be forgotten.
    pub erasures: Erasures,
    /// What Stripe told us.
    pub stripe_events: StripeEvents,
    /// Signs and checks access tokens.
    pub tokens: AccessTokens,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Recognizes what shall not be known.
    pub fingerprints: Fingerprints,
    /// Slows down whoever guesses.
    pub throttle: Throttle,
    /// Signs cursors.
    pub cursors: CursorKey,
    stripe: OnceLock<Stripe>,
    images: OnceLock<ImageStore>,
}

impl AppState {
    /// The shop on that database.
    #[must_use]
    pub fn new(config: Config, database: Database) -> Self {
        let secret = config.jwt_secret.expose_secret().as_bytes();
        let previous = config.jwt_secret_previous.as_ref().map(|secret| secret.expose_secret().as_bytes());
        let fingerprints = Fingerprints::derive(secret);
        Self(Arc::new(Shop {
            users: Users::new(&database),
            sessions: Sessions::new(&database),
            products: Products::new(&database),
            vocabulary: Vocabulary::new(&database),
            carts: Carts::new(&database),
            orders: Orders::new(&database),
            erasures: Erasures::new(&database),
            stripe_events: StripeEvents::new(&database),
            tokens: AccessTokens::new(secret, previous),
            passwords: Passwords::new(config.bcrypt_cost),
            throttle: Throttle::new(Throttles::new(&database), fingerprints.clone(), config.limits),
            fingerprints,
            cursors: CursorKey::derive(secret, previous),
            stripe: OnceLock::new(),
            images: OnceLock::new(),
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
    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(bson::DateTime::now().timestamp_millis())
    }

    /// The client for Stripe, made when it is first asked for: most functions never do.
    ///
    /// # Errors
    /// When Stripe is not configured.
    pub fn stripe(&self) -> Result<&Stripe, Error> {
        let config = self.config.stripe.as_ref().ok_or(Error::NotConfigured("Stripe"))?;
        if let Some(stripe) = self.stripe.get() {
            return Ok(stripe);
        }
        let stripe = Stripe::new(config)?;
        Ok(self.stripe.get_or_init(|| stripe))
    }

    /// The bucket of pictures, like Stripe.
    ///
    /// # Errors
    /// When it is not configured.
    pub fn images(&self) -> Result<&ImageStore, Error> {
        let config = self.config.images.as_ref().ok_or(Error::NotConfigured("the bucket of pictures"))?;
        if let Some(images) = self.images.get() {
            return Ok(images);
        }
        let images = ImageStore::new(config)?;
        Ok(self.images.get_or_init(|| images))
    }
}
